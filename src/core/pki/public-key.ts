/** SubjectPublicKeyInfo (RFC 5480, GB/T 35276): which of the supported kinds a key is. */
import { bitString, DerCursor, oid, readBitStringBytes, readDer, readOid, sequence, Tag } from './der.ts';
import { Oid } from './oids.ts';
import type { PublicKey, PublicKeyKind } from './types.ts';

/** Reads a DER SubjectPublicKeyInfo. A kind this product cannot verify is 'other'. @throws YqError PKI_PARSE */
export function readPublicKey(spki: Uint8Array): PublicKey {
  const outer = new DerCursor(readDer(spki, Tag.sequence));
  const algorithm = new DerCursor(outer.next(Tag.sequence));
  const key = readBitStringBytes(outer.next(Tag.bitString));
  outer.end();
  const id = readOid(algorithm.next(Tag.oid));
  const parameters = algorithm.optional(Tag.oid);
  const kind = keyKind(id, parameters === undefined ? undefined : readOid(parameters));
  if (kind !== 'sm2') return { kind, spki };
  return key.length === 65 && key[0] === 4 ? { kind, spki, point: key } : { kind: 'other', spki };
}

function keyKind(algorithm: string, parameters: string | undefined): PublicKeyKind {
  // …301 as the algorithm itself is met in certificates made by gmsm.
  if (algorithm === Oid.sm2Curve) return 'sm2';
  if (algorithm === Oid.rsaEncryption) return 'rsa';
  if (algorithm !== Oid.ecPublicKey) return 'other';
  if (parameters === Oid.sm2Curve) return 'sm2';
  return CURVES[parameters ?? ''] ?? 'other';
}

const CURVES: Readonly<Record<string, PublicKeyKind>> = {
  [Oid.p256]: 'ec-p256',
  [Oid.p384]: 'ec-p384',
  [Oid.p521]: 'ec-p521',
};

/** SPKI of an SM2 point 04‖X‖Y (91 bytes). */
export const sm2Spki = (point: Uint8Array): Uint8Array =>
  sequence(sequence(oid(Oid.ecPublicKey), oid(Oid.sm2Curve)), bitString(point));

/** The subjectPublicKey bits, over which key identifiers and OCSP's issuerKeyHash are taken. */
export function publicKeyBits(spki: Uint8Array): Uint8Array {
  const outer = new DerCursor(readDer(spki, Tag.sequence));
  outer.next(Tag.sequence);
  return readBitStringBytes(outer.next(Tag.bitString));
}

/** Bits of an RSA modulus; undefined for other keys. @throws YqError PKI_PARSE */
export function rsaModulusBits({ kind, spki }: PublicKey): number | undefined {
  if (kind !== 'rsa') return undefined;
  const modulus = new DerCursor(readDer(publicKeyBits(spki), Tag.sequence)).next(Tag.integer).value;
  const significant = modulus.findIndex((b) => b !== 0);
  return significant < 0 ? 0 : (modulus.length - significant) * 8 - Math.clz32(modulus[significant] ?? 0) + 24;
}
