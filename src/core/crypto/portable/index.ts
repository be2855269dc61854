/**
 * The part of the crypto room that runs wherever JavaScript and WebAssembly do: no node: module is reached from here. The page on a phone and
 * what it shares with the desk import this file; everybody else the room's index.ts, which has all of it.
 */
export type { DigestName, Hash, Sm2KeyPair } from '../types.ts';
export { concatBytes, equalBytes, fromBase64, fromBase64Url, fromHex, toBase64, toBase64Url, toHex } from '../bytes.ts';
export { randomBytes } from '../random.ts';
export { sm3 } from '../sm3/sm3.ts';
export { hmacSm3, kdfSm3, pbkdf2HmacSm3 } from '../sm3/keyed.ts';
export { DEFAULT_USER_ID, isSm2PublicKey, sm2Digest, sm2GenerateKeyPair, sm2PublicKey, sm2Za } from '../sm2/keys.ts';
export { sm2Sign, sm2Verify } from '../sm2/signature.ts';
export { sm2CiphertextFromDer, sm2CiphertextToDer, sm2SignatureFromDer, sm2SignatureToDer } from '../sm2/der.ts';
export { sm2Decrypt, sm2Encrypt } from '../sm2/encryption.ts';
export { sm4Gcm } from '../sm4/gcm.ts';
export { sm4Cbc, sm4Ctr, sm4Ecb } from '../sm4/modes.ts';
export {
  clientFinish,
  clientNonce,
  isUsablePoint,
  jointPublicKey,
  makeShare,
  proveShare,
  randomScalar,
  refreshedServerPoint,
  refreshShare,
  serverPart,
  sharePoint,
  toScalar,
  verifyShareProof,
  wipe,
  type ClientNonce,
  type KeyShare,
  type PartialSignature,
} from '../sm2/two-party.ts';
