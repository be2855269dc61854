/**
 * What may be signed under an approval, as far as the phone can tell (docs/design/026): the kind, by structure and not by a mark alone. That a
 * digest belongs to the row that was shown is the desk's word.
 */
import { childrenOf, DerCursor, Oid, readDer, readOid, Tag, type DerLimits } from '#core/pki/portable/index.ts';
import { kindOfMessage } from './message-kind.ts';
import type { PhoneRequest } from './messages.ts';

/** Far beyond signed attributes and a seal with its picture. */
const LIMITS: DerLimits = { bytes: 300_000, depth: 32, elements: 5_000 };
/** Bytes of SM3. */
const DIGEST = 32;

/** @param publicKey of the phone's key, 04‖X‖Y */
export function fitsRequest(message: Uint8Array, row: number, request: PhoneRequest, publicKey: Uint8Array): boolean {
  const kind = kindOfMessage(message, publicKey);
  if (request.kind === 'login') return row === 0 && kind === 'login' && isLoginAt(message, request.backendId);
  if (row < 0 || row >= request.rows.length) return false;
  try {
    if (kind === 'attributes') return areSignedAttributes(message);
    return kind === 'seal' && request.seals && isSealData(message);
  } catch {
    return false;
  }
}

/** `YIQIAN-LOGIN-1`, the service, challenge and nonce: four lines, and no service but this one. */
function isLoginAt(message: Uint8Array, backendId: string): boolean {
  const [mark, service, challenge, nonce, ...rest] = new TextDecoder().decode(message).split('\n');
  const isToken = (text: string | undefined): boolean => text !== undefined && /^[A-Za-z0-9+/=_-]{8,128}$/.test(text);
  return (
    mark === 'YIQIAN-LOGIN-1' && service === backendId && isToken(challenge) && isToken(nonce) && rest.length === 0
  );
}

/** SET OF Attribute (RFC 5652, 5.3) with one messageDigest of the length of SM3. */
function areSignedAttributes(message: Uint8Array): boolean {
  const attributes = childrenOf(readDer(message, Tag.set, LIMITS), Tag.sequence).map((attribute) => {
    const c = new DerCursor(attribute);
    const id = readOid(c.next(Tag.oid));
    const values = childrenOf(c.next(Tag.set));
    c.end();
    return { id, values };
  });
  const digests = attributes.filter(({ id }) => id === Oid.messageDigest).flatMap(({ values }) => values);
  const [only] = digests;
  return digests.length === 1 && only?.tag === Tag.octetString && only.value.length === DIGEST;
}

/** TBS_Sign (GB/T 38540-2020, 7.2.2): version, the seal, time, digest, what it covers. */
function isSealData(message: Uint8Array): boolean {
  const c = new DerCursor(readDer(message, Tag.sequence, LIMITS));
  c.next(Tag.integer);
  c.next(Tag.sequence);
  c.next(Tag.generalizedTime);
  const digest = c.next(Tag.bitString);
  c.next(Tag.ia5String);
  return digest.value.length === DIGEST + 1 && digest.value[0] === 0;
}
