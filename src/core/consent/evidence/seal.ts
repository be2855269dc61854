/**
 * The sealed package: CMS AuthEnvelopedData (RFC 5083) with SM4-GCM (RFC 5084 parameters), the content key encrypted with SM2 to the
 * hospital's escrow certificate as GB/T 35275 does in EnvelopedData. The header stands among the authenticated attributes: readable by
 * everybody, changed by nobody without the package falling apart. docs/formats.md has the ASN.1.
 */
import {
  concatBytes,
  fromHex,
  randomBytes,
  sm2CiphertextFromDer,
  sm2CiphertextToDer,
  sm2Decrypt,
  sm2Encrypt,
  sm3,
  sm4Gcm,
  toHex,
} from '#core/crypto/index.ts';
import { asYqError, isYqError, YqError } from '#core/errors/index.ts';
import {
  der,
  DerCursor,
  generalizedTime,
  integer,
  octetString,
  Oid,
  oid,
  readDer,
  readOid,
  readSmallInteger,
  readTime,
  sequence,
  Tag,
  utf8String,
  type Certificate,
  type DerElement,
  type SoftwareKey,
} from '#core/pki/index.ts';
import type { ConsentWriter, Evidence, EvidenceHeader, OpenedEvidence, SealedEvidence, UnwrapKey } from '../types.ts';
import { decodeEvidence, encodeEvidence, EVIDENCE_LIMITS } from './content.ts';
import { requireEscrow } from './escrow.ts';
import { EvidenceOid } from './oids.ts';

const NONCE = 12;
const TAG = 16;
const WRITERS: readonly ConsentWriter[] = ['patient', 'witness'];

const format = (zh: string, en: string, detail?: string): YqError =>
  new YqError('CONSENT_EVIDENCE_FORMAT', {
    params: { 'reason.zh': zh, 'reason.en': en },
    ...(detail === undefined ? {} : { detail }),
  });

export const writerOf = (evidence: Pick<Evidence, 'party'>): ConsentWriter =>
  evidence.party.role === 'witness' ? 'witness' : 'patient';

/**
 * Nobody but the holder of the escrow key opens it again, not even who sealed it.
 * @throws CONSENT_ESCROW_CERTIFICATE, CONSENT_INK, CONSENT_EVIDENCE_FORMAT
 */
export function sealEvidence(evidence: Evidence, escrow: Certificate, at: Date): SealedEvidence {
  const point = requireEscrow(escrow, at);
  const content = encodeEvidence(evidence);
  const header = headerDer(
    { consentId: evidence.consentId, writer: writerOf(evidence), document: evidence.document },
    at,
    sm3(escrow.publicKey.spki),
  );
  const attributes = setOfTwo(
    sequence(oid(Oid.contentType), der(Tag.set, oid(EvidenceOid.content))),
    sequence(oid(EvidenceOid.header), der(Tag.set, header)),
  );
  const key = randomBytes(16);
  const nonce = randomBytes(NONCE);
  try {
    const sealed = sm4Gcm.encrypt(key, nonce, content, der(Tag.set, attributes));
    const recipient = sequence(
      integer(0),
      sequence(escrow.issuerDer, der(Tag.integer, escrow.serialBytes)),
      sequence(oid(EvidenceOid.sm2Encrypt)),
      octetString(sm2CiphertextToDer(sm2Encrypt(point, key))),
    );
    const body = sequence(
      integer(0),
      der(Tag.set, recipient),
      sequence(
        oid(EvidenceOid.content),
        sequence(oid(EvidenceOid.sm4Gcm), sequence(octetString(nonce), integer(TAG))),
        der(Tag.context(0), sealed.subarray(0, -TAG)),
      ),
      der(Tag.contextConstructed(1), attributes),
      octetString(sealed.subarray(-TAG)),
    );
    const bytes = sequence(oid(EvidenceOid.authEnvelopedData), der(Tag.contextConstructed(0), body));
    return { package: bytes, sm3: toHex(sm3(bytes)) };
  } finally {
    key.fill(0);
    content.fill(0);
  }
}

/** What everybody may read of a package. `trusted` only after it was opened: until then it is what the package says of itself. */
export interface SealedPackage {
  readonly header: EvidenceHeader;
  readonly recipient: { readonly issuerDer: Uint8Array; readonly serial: string; readonly keySm3: string };
  /** Hex SM3 of the whole package. */
  readonly sm3: string;
}

interface Parts extends SealedPackage {
  readonly encryptedKey: Uint8Array;
  readonly nonce: Uint8Array;
  /** Cipher text and tag. */
  readonly sealed: Uint8Array;
  /** DER SET OF Attribute: the additional data of GCM. */
  readonly authenticated: Uint8Array;
}

/** @throws CONSENT_EVIDENCE_FORMAT on anything but a whole package as `sealEvidence` makes it */
export function readSealed(bytes: Uint8Array): SealedPackage {
  const { header, recipient, sm3: digest } = readParts(bytes);
  return { header, recipient, sm3: digest };
}

/**
 * @param unwrap see `unwrapWith` for a key in memory
 * @throws CONSENT_EVIDENCE_FORMAT, CONSENT_ESCROW_KEY for another key, CONSENT_EVIDENCE_CHANGED when any byte of it, the header
 *   included, is not what was sealed
 */
export async function openEvidence(bytes: Uint8Array, unwrap: UnwrapKey): Promise<OpenedEvidence> {
  const parts = readParts(bytes);
  const key = await unwrap(parts.encryptedKey, parts.recipient);
  let content: Uint8Array | undefined;
  try {
    if (key.length !== 16) throw new YqError('CONSENT_EVIDENCE_CHANGED', { detail: `a key of ${key.length} bytes` });
    content = opened(key, parts);
    const evidence = decodeEvidence(content);
    const { header } = parts;
    const belongs =
      evidence.consentId === header.consentId &&
      evidence.document.toUpperCase() === header.document &&
      writerOf(evidence) === header.writer;
    if (!belongs) throw new YqError('CONSENT_EVIDENCE_CHANGED', { detail: 'the header is of another evidence' });
    return { header, evidence };
  } finally {
    key.fill(0);
    content?.fill(0);
  }
}

function opened(key: Uint8Array, { nonce, sealed, authenticated }: Parts): Uint8Array {
  try {
    return sm4Gcm.decrypt(key, nonce, sealed, authenticated);
  } catch (e) {
    if (isYqError(e) && e.code === 'CRYPTO_DECRYPT') throw new YqError('CONSENT_EVIDENCE_CHANGED', { cause: e });
    throw e;
  }
}

/** The escrow key in memory. The caller keeps and wipes it. @throws PKI_KEY when it is no SM2 key */
export function unwrapWith(key: SoftwareKey): UnwrapKey {
  if (key.kind !== 'sm2') throw new YqError('PKI_KEY', { detail: key.kind });
  const { privateKey } = key.pair;
  const keySm3 = toHex(sm3(key.publicKey.spki));
  return (encryptedKey, recipient) => {
    if (recipient.keySm3 !== keySm3) throw new YqError('CONSENT_ESCROW_KEY', { params: { serial: recipient.serial } });
    try {
      return sm2Decrypt(privateKey, sm2CiphertextFromDer(encryptedKey));
    } catch (e) {
      // The right key, or a header that says so falsely; either way these are not the bytes that were sealed.
      throw new YqError('CONSENT_EVIDENCE_CHANGED', { cause: e, detail: 'the content key' });
    }
  };
}

function readParts(bytes: Uint8Array): Parts {
  try {
    const outer = new DerCursor(readDer(bytes, Tag.sequence, EVIDENCE_LIMITS));
    if (readOid(outer.next(Tag.oid)) !== EvidenceOid.authEnvelopedData)
      throw format('类型不符', 'it is something else');
    const wrapper = new DerCursor(outer.next(Tag.contextConstructed(0)));
    outer.end();
    const c = new DerCursor(wrapper.next(Tag.sequence));
    wrapper.end();
    version(c, 0);
    const recipients = new DerCursor(c.next(Tag.set));
    const recipient = readRecipient(recipients.next(Tag.sequence));
    recipients.end();
    const { nonce, cipherText } = readContentInfo(c.next(Tag.sequence));
    const attributes = c.next(Tag.contextConstructed(1));
    const tag = c.next(Tag.octetString).value;
    c.end();
    if (tag.length !== TAG) throw format('校验码长度不对', 'a tag of the wrong length');
    const { header, keySm3 } = readAttributes(attributes);
    const parts: Parts = {
      header,
      recipient: { ...recipient, keySm3 },
      sm3: toHex(sm3(bytes)),
      encryptedKey: recipient.encryptedKey,
      nonce,
      sealed: concatBytes(cipherText, tag),
      authenticated: der(Tag.set, attributes.value),
    };
    return parts;
  } catch (e) {
    const cause = asYqError(e, 'PKI_PARSE');
    if (cause.code.startsWith('CONSENT_')) throw cause;
    throw format('结构不完整或被截断', 'its structure is damaged or cut short', cause.detail);
  }
}

function readRecipient(element: DerElement): { issuerDer: Uint8Array; serial: string; encryptedKey: Uint8Array } {
  const c = new DerCursor(element);
  version(c, 0);
  const id = new DerCursor(c.next(Tag.sequence));
  const issuerDer = id.next(Tag.sequence).bytes.slice();
  const serial = id.next(Tag.integer).value;
  id.end();
  algorithm(c.next(Tag.sequence), EvidenceOid.sm2Encrypt).end();
  const encryptedKey = c.next(Tag.octetString).value.slice();
  c.end();
  return { issuerDer, serial: toHex(serial[0] === 0 && serial.length > 1 ? serial.subarray(1) : serial), encryptedKey };
}

function readContentInfo(element: DerElement): { nonce: Uint8Array; cipherText: Uint8Array } {
  const c = new DerCursor(element);
  if (readOid(c.next(Tag.oid)) !== EvidenceOid.content) throw format('内容类型不符', 'its content is something else');
  const parameters = new DerCursor(algorithm(c.next(Tag.sequence), EvidenceOid.sm4Gcm).next(Tag.sequence));
  const nonce = parameters.next(Tag.octetString).value;
  if (nonce.length !== NONCE || readSmallInteger(parameters.next(Tag.integer).value) !== TAG)
    throw format('加密参数不符', 'its cipher has other parameters');
  parameters.end();
  const cipherText = c.next(Tag.context(0)).value;
  c.end();
  return { nonce, cipherText };
}

function readAttributes(attributes: DerElement): { header: EvidenceHeader; keySm3: string } {
  const values = new Map<string, DerElement>();
  const c = new DerCursor(attributes);
  while (!c.done) {
    const attribute = new DerCursor(c.next(Tag.sequence));
    const id = readOid(attribute.next(Tag.oid));
    const set = new DerCursor(attribute.next(Tag.set));
    attribute.end();
    if (values.has(id)) throw format('属性重复', 'an attribute twice', id);
    values.set(id, set.next());
    set.end();
  }
  const type = values.get(Oid.contentType);
  const header = values.get(EvidenceOid.header);
  if (values.size !== 2 || type === undefined || header === undefined || readOid(type) !== EvidenceOid.content)
    throw format('缺少抬头', 'it has no header');
  return readHeader(header);
}

function headerDer(
  header: Pick<EvidenceHeader, 'consentId' | 'writer' | 'document'>,
  at: Date,
  keySm3: Uint8Array,
): Uint8Array {
  return sequence(
    integer(1),
    utf8String(header.consentId),
    utf8String(header.writer),
    octetString(fromHex(header.document)),
    generalizedTime(at, true),
    octetString(keySm3),
  );
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readHeader(element: DerElement): { header: EvidenceHeader; keySm3: string } {
  if (element.tag !== Tag.sequence) throw format('抬头不正确', 'its header is wrong');
  const c = new DerCursor(element);
  version(c, 1);
  const consentId = utf8.decode(c.next(Tag.utf8String).value);
  const written = utf8.decode(c.next(Tag.utf8String).value);
  const document = c.next(Tag.octetString).value;
  const sealedAt = readTime(c.next(Tag.generalizedTime)).toISOString();
  const keySm3 = c.next(Tag.octetString).value;
  c.end();
  const writer = WRITERS.find((w) => w === written);
  if (writer === undefined || document.length !== 32 || keySm3.length !== 32)
    throw format('抬头不正确', 'its header is wrong');
  return { header: { consentId, writer, document: toHex(document), sealedAt }, keySm3: toHex(keySm3) };
}

/** A SET OF has its elements in the order of their bytes (X.690 11.6); the tag is the caller's. */
function setOfTwo(a: Uint8Array, b: Uint8Array): Uint8Array {
  return Buffer.compare(a, b) <= 0 ? concatBytes(a, b) : concatBytes(b, a);
}

function version(c: DerCursor, wanted: number): void {
  if (readSmallInteger(c.next(Tag.integer).value) !== wanted) throw format('版本未知', 'its version is unknown');
}

/** The cursor stands at the parameters. */
function algorithm(element: DerElement, wanted: string): DerCursor {
  const c = new DerCursor(element);
  if (readOid(c.next(Tag.oid)) !== wanted) throw format('算法不符', 'it uses another algorithm');
  return c;
}
