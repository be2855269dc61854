/** Software keys: generation, PKCS#8, and the Signer made of them. For the demo CA, tests and RSA/P-256 service keys. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign as signWithKey } from 'node:crypto';
import {
  equalBytes,
  sm2Digest,
  sm2GenerateKeyPair,
  sm2PublicKey,
  sm2SignatureToDer,
  sm2Sign,
  type Sm2KeyPair,
} from '#core/crypto/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import type { Certificate } from './certificate.ts';
import { bitString, der, DerCursor, integer, octetString, oid, readDer, readOid, sequence, Tag } from './der.ts';
import { Oid } from './oids.ts';
import { toDer, toPem } from './pem.ts';
import { readPublicKey, sm2Spki } from './public-key.ts';
import type { KeySigner, PublicKey, Signer } from './types.ts';

/** A private key in memory. */
export type SoftwareKey =
  | { readonly kind: 'sm2'; readonly publicKey: PublicKey; readonly pair: Sm2KeyPair }
  | { readonly kind: 'rsa' | 'ec-p256'; readonly publicKey: PublicKey; readonly pkcs8: Uint8Array };

/** RSA keys have 2048 bits unless told otherwise. */
export function generateSoftwareKey(kind: 'sm2' | 'rsa' | 'ec-p256', modulusLength = 2048): SoftwareKey {
  if (kind === 'sm2') return sm2Key(sm2GenerateKeyPair());
  const { privateKey, publicKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength })
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return {
    kind,
    publicKey: readPublicKey(new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))),
    pkcs8: new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' })),
  };
}

const sm2Key = (pair: Sm2KeyPair): SoftwareKey => ({
  kind: 'sm2',
  publicKey: readPublicKey(sm2Spki(pair.publicKey)),
  pair,
});

/** PrivateKeyInfo (RFC 5208). For SM2: id-ecPublicKey with curve …301 and the public key inside, 138 bytes. */
export function exportPrivateKeyPkcs8(key: SoftwareKey | Sm2KeyPair): Uint8Array {
  if ('pkcs8' in key) return key.pkcs8;
  const pair = 'pair' in key ? key.pair : key;
  const ecPrivateKey = sequence(
    integer(1),
    octetString(pair.privateKey),
    der(Tag.contextConstructed(1), bitString(pair.publicKey)),
  );
  return sequence(integer(0), sequence(oid(Oid.ecPublicKey), oid(Oid.sm2Curve)), octetString(ecPrivateKey));
}

export const exportPrivateKeyPem = (key: SoftwareKey | Sm2KeyPair): string =>
  toPem('PRIVATE KEY', exportPrivateKeyPkcs8(key));

/** Reads an unencrypted PKCS#8 key, DER or PEM. @throws YqError PKI_KEY */
export function importPrivateKeyPkcs8(input: Uint8Array | string): SoftwareKey {
  try {
    const pkcs8 = toDer(input, ['PRIVATE KEY']);
    const outer = new DerCursor(readDer(pkcs8, Tag.sequence));
    outer.next(Tag.integer);
    const algorithm = new DerCursor(outer.next(Tag.sequence));
    const id = readOid(algorithm.next(Tag.oid));
    const curve = algorithm.optional(Tag.oid);
    if (id === Oid.ecPublicKey && curve !== undefined && readOid(curve) === Oid.sm2Curve) {
      const inner = new DerCursor(readDer(outer.next(Tag.octetString).value, Tag.sequence));
      inner.next(Tag.integer);
      const privateKey = inner.next(Tag.octetString).value;
      return sm2Key({ privateKey, publicKey: sm2PublicKey(privateKey) });
    }
    const native = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
    const publicKey = readPublicKey(new Uint8Array(createPublicKey(native).export({ format: 'der', type: 'spki' })));
    if (publicKey.kind !== 'rsa' && publicKey.kind !== 'ec-p256') throw new YqError('PKI_KEY', { detail: id });
    return { kind: publicKey.kind, publicKey, pkcs8 };
  } catch (e) {
    throw asYqError(e, 'PKI_KEY');
  }
}

/** A software key as KeySigner: for requests and self-signed roots. */
export function softwareKeySigner(key: SoftwareKey): KeySigner {
  if (key.kind === 'sm2') {
    const { privateKey, publicKey } = key.pair;
    return {
      publicKey: key.publicKey,
      digest: 'sm3',
      sign: (bytes) => Promise.resolve(sm2SignatureToDer(sm2Sign(privateKey, sm2Digest(publicKey, bytes)))),
    };
  }
  const native = createPrivateKey({ key: Buffer.from(key.pkcs8), format: 'der', type: 'pkcs8' });
  return {
    publicKey: key.publicKey,
    digest: 'sha256',
    sign: (bytes) => Promise.resolve(new Uint8Array(signWithKey('sha256', bytes, native))),
  };
}

/**
 * A Signer of a key in memory.
 * @param key an SM2 key pair, a SoftwareKey, or an unencrypted PKCS#8 key (DER or PEM)
 * @param chain certificates to send along, without the leaf
 * @throws YqError PKI_KEY when key and certificate do not belong together
 */
export function softwareSigner(
  key: SoftwareKey | Sm2KeyPair | Uint8Array | string,
  certificate: Certificate,
  chain: readonly Certificate[] = [],
): Signer {
  const held =
    typeof key === 'string' || key instanceof Uint8Array
      ? importPrivateKeyPkcs8(key)
      : 'kind' in key
        ? key
        : sm2Key(key);
  if (!equalBytes(held.publicKey.spki, certificate.publicKey.spki)) {
    throw new YqError('PKI_KEY', { detail: `key does not fit certificate ${certificate.serial}` });
  }
  const { digest, sign } = softwareKeySigner(held);
  return { certificate, chain, digest, sign };
}

/** The key of a Signer, without its certificate. */
export const keySignerOf = (signer: Signer): KeySigner => ({
  publicKey: signer.certificate.publicKey,
  digest: signer.digest,
  sign: (bytes) => signer.sign(bytes),
});
