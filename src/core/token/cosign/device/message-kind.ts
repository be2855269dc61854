/** What a device wants to have signed, as far as its bytes tell: for the log, and for what a key may do before it has a certificate. */
import { equalBytes } from '#core/crypto/portable/index.ts';

export type MessageKind = 'request' | 'attributes' | 'login' | 'seal' | 'approval' | 'other';

const SEQUENCE = 0x30;
const SET = 0x31;
const LOGIN = new TextEncoder().encode('YIQIAN-LOGIN-');
const APPROVAL = new TextEncoder().encode('YIQIAN-PHONE-1\n');

/** Contents of a DER value whose length fills `bytes` exactly; undefined when it is none. */
function contents(bytes: Uint8Array): Uint8Array | undefined {
  const first = bytes[1];
  if (first === undefined) return undefined;
  const size = first < 0x80 ? 0 : first & 0x7f;
  if (size > 4 || (first >= 0x80 && size === 0)) return undefined;
  let length = first < 0x80 ? first : 0;
  for (let i = 0; i < size; i++) length = length * 256 + (bytes[2 + i] ?? 0);
  return bytes.length === 2 + size + length ? bytes.subarray(2 + size) : undefined;
}

/** True when `bytes` holds `part` anywhere. */
function holds(bytes: Uint8Array, part: Uint8Array): boolean {
  for (let at = 0; at + part.length <= bytes.length; at++) {
    if (equalBytes(bytes.subarray(at, at + part.length), part)) return true;
  }
  return false;
}

/** @param publicKey of the key that is to sign, 04‖X‖Y */
export function kindOfMessage(message: Uint8Array, publicKey: Uint8Array): MessageKind {
  if (equalBytes(message.subarray(0, LOGIN.length), LOGIN)) return 'login';
  if (equalBytes(message.subarray(0, APPROVAL.length), APPROVAL)) return 'approval';
  const inner = contents(message);
  if (inner === undefined) return 'other';
  if (message[0] === SET) return 'attributes'; // signedAttrs of a SignerInfo (RFC 5652, 5.4)
  if (message[0] !== SEQUENCE) return 'other';
  // CertificationRequestInfo begins with version 0 and holds the key itself (RFC 2986, 4.1).
  const isRequest = inner[0] === 2 && inner[1] === 1 && inner[2] === 0 && holds(inner, publicKey);
  return isRequest ? 'request' : 'seal';
}
