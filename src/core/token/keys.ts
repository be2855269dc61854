/** From a token's objects to keys as the desk sees them: certificates and keys matched by CKA_ID, else by the public key itself. */
import { createPublicKey } from 'node:crypto';
import { concatBytes, equalBytes, fromHex, isSm2PublicKey, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { Certificate, readPublicKey, sm2Spki } from '#core/pki/index.ts';
import type { PublicKey } from '#core/pki/types.ts';
import type { VendorProfile } from './profile.ts';
import { Ck, type CertificateRecord, type KeyRecord } from './protocol.ts';
import type { TokenKey } from './types.ts';

/** A key with what it takes to sign with it. */
export interface KeyMaterial {
  readonly key: TokenKey;
  readonly ckaId: Uint8Array;
  readonly keyType: number;
  readonly publicKey: PublicKey;
}

const SM2_CURVE = fromHex('06082a811ccf5501822d');
const P256_CURVE = fromHex('06082a8648ce3d030107');
const P256_SPKI = fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200');

/**
 * CKA_EC_POINT as vendors give it → 04‖X‖Y: wrapped in an OCTET STRING (67 bytes, the standard), bare (65), or X‖Y alone (64).
 * @throws YqError TOKEN_POINT_INVALID
 */
export function readEcPoint(value: Uint8Array): Uint8Array {
  if (value.length === 67 && value[0] === 4 && value[1] === 65 && value[2] === 4) return value.slice(2);
  if (value.length === 65 && value[0] === 4) return value.slice();
  if (value.length === 64) return concatBytes(Uint8Array.of(4), value);
  throw new YqError('TOKEN_POINT_INVALID', { detail: `CKA_EC_POINT of ${value.length} bytes` });
}

const base64url = (bytes: Uint8Array): string => {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  return Buffer.from(bytes.subarray(start)).toString('base64url');
};

/** The public key of a key object; undefined when the object does not tell it, or when it is of a kind that is not signed with. */
export function publicKeyOf(record: KeyRecord, profile: VendorProfile): PublicKey | undefined {
  if (record.keyType === Ck.ckkRsa) {
    if (record.modulus === undefined || record.publicExponent === undefined) return undefined;
    const jwk = { kty: 'RSA', n: base64url(record.modulus), e: base64url(record.publicExponent) };
    return readPublicKey(
      Uint8Array.from(createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' })),
    );
  }
  if (record.ecPoint === undefined) return undefined;
  const onCurve = (curve: Uint8Array): boolean => record.ecParams !== undefined && equalBytes(record.ecParams, curve);
  if (record.keyType === profile.sm2?.keyType || (record.keyType === Ck.ckkEc && onCurve(SM2_CURVE))) {
    const point = readEcPoint(record.ecPoint);
    if (!isSm2PublicKey(point)) throw new YqError('TOKEN_POINT_INVALID', { detail: 'not on the curve' });
    return readPublicKey(sm2Spki(point));
  }
  if (record.keyType === Ck.ckkEc && onCurve(P256_CURVE)) {
    return readPublicKey(concatBytes(P256_SPKI, readEcPoint(record.ecPoint)));
  }
  return undefined;
}

/** issuer and serial, as a text that people can read in a log. */
export const keyIdOf = (certificate: Certificate): string => `${certificate.serial}@${certificate.issuer}`;

const signingUsages = ['digitalSignature', 'nonRepudiation'];
const encryptionUsages = ['keyEncipherment', 'dataEncipherment', 'keyAgreement', 'encipherOnly', 'decipherOnly'];
export function usageOf(certificate: Certificate | undefined): TokenKey['usage'] {
  const usage = certificate?.keyUsage;
  if (usage === undefined) return 'unknown';
  const signing = signingUsages.some((name) => usage.has(name));
  const encryption = encryptionUsages.some((name) => usage.has(name));
  return signing && encryption ? 'both' : signing ? 'signing' : encryption ? 'encryption' : 'unknown';
}

function parseCertificate({ der }: CertificateRecord): Certificate | undefined {
  try {
    return Certificate.parse(der);
  } catch {
    return undefined; // one broken certificate must not hide the others
  }
}
function readable(record: KeyRecord, profile: VendorProfile): PublicKey | undefined {
  try {
    return publicKeyOf(record, profile);
  } catch {
    return undefined;
  }
}

export interface TokenObjects {
  readonly certificates: readonly CertificateRecord[];
  readonly keys: readonly KeyRecord[];
}

/**
 * @param loggedIn whether private keys could be seen: then a certificate without one is not listed
 */
export function keysOf({ certificates, keys }: TokenObjects, profile: VendorProfile, loggedIn: boolean): KeyMaterial[] {
  const publicKeys = keys.map((record) => ({ record, publicKey: readable(record, profile) }));
  const materials: KeyMaterial[] = [];
  const named = new Set<string>();
  for (const record of certificates) {
    const certificate = parseCertificate(record);
    if (certificate === undefined || certificate.publicKey.kind === 'other') continue;
    const { publicKey } = certificate;
    // By CKA_ID first; tokens whose certificate carries another ID (or none) are matched by the key itself.
    const sameKey = publicKeys.find(
      ({ publicKey: other }) => other !== undefined && equalBytes(other.spki, publicKey.spki),
    );
    const sameId = keys.some((key) => equalBytes(key.ckaId, record.ckaId));
    const ckaId = !sameId && sameKey !== undefined ? sameKey.record.ckaId : record.ckaId;
    const privateKey = keys.find((key) => key.private && equalBytes(key.ckaId, ckaId));
    if (loggedIn ? privateKey === undefined : certificate.isCa) continue;
    named.add(toHex(ckaId));
    materials.push({
      key: {
        keyId: keyIdOf(certificate),
        certificate,
        label: record.label || privateKey?.label || certificate.commonName,
        kind: publicKey.kind as TokenKey['kind'],
        usage: usageOf(certificate),
        alwaysAuthenticate: privateKey?.alwaysAuthenticate ?? false,
      },
      ckaId,
      keyType: privateKey?.keyType ?? defaultKeyType(publicKey, profile),
      publicKey,
    });
  }
  for (const { record, publicKey } of publicKeys) {
    const id = toHex(record.ckaId);
    if (publicKey === undefined || record.ckaId.length === 0 || named.has(id)) continue;
    named.add(id);
    const privateKey = keys.find((key) => key.private && equalBytes(key.ckaId, record.ckaId));
    materials.push({
      key: {
        keyId: id,
        certificate: undefined,
        label: record.label,
        kind: publicKey.kind as TokenKey['kind'],
        usage: 'unknown',
        alwaysAuthenticate: privateKey?.alwaysAuthenticate ?? false,
      },
      ckaId: record.ckaId,
      keyType: record.keyType,
      publicKey,
    });
  }
  return materials;
}

function defaultKeyType(publicKey: PublicKey, profile: VendorProfile): number {
  if (publicKey.kind === 'rsa') return Ck.ckkRsa;
  return publicKey.kind === 'sm2' ? (profile.sm2?.keyType ?? Ck.ckkEc) : Ck.ckkEc;
}
