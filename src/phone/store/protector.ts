/**
 * Wraps the device's secrets with an AES-GCM key that the browser made and does not give out: a copy of the key's file opens nothing without
 * this browser's profile. The share itself needs the PIN and the service on top of that (docs/design/020).
 */
import { YqError } from '#core/errors/index.ts';
import type { Protector } from '#core/token/cosign/device/index.ts';
import type { Database } from './database.ts';

const ALGORITHM = { name: 'AES-GCM', length: 256 } as const;
const NONCE = 12;
const ID = 'device';
const LABEL = new TextEncoder().encode('YIQIAN-PHONE-WRAP-1');

/** Made at the first use; stays in IndexedDB as an object that can be used and not read. */
async function wrapKey(database: Database): Promise<CryptoKey> {
  const kept = await readKey(database);
  if (kept !== undefined) return kept;
  const fresh = await crypto.subtle.generateKey(ALGORITHM, false, ['encrypt', 'decrypt']);
  // `add` refuses a second one: what has wrapped a key is never replaced.
  await database.transact('wraps', 'readwrite', (store, ask) => ask(store.add(fresh, ID)));
  return fresh;
}

const readKey = (database: Database): Promise<CryptoKey | undefined> =>
  database.transact('wraps', 'readonly', (store, ask) => ask(store.get(ID) as IDBRequest<CryptoKey | undefined>));

const parameters = (iv: Uint8Array): AesGcmParams => ({
  name: ALGORITHM.name,
  iv: iv as Uint8Array<ArrayBuffer>,
  additionalData: LABEL,
});

/** nonce (12) ‖ ciphertext ‖ tag (16). Without WebCrypto (no secure context): YqError PHONE_INSECURE. */
export function browserProtector(database: Database): Protector {
  const subtle = (): SubtleCrypto => {
    if (globalThis.crypto?.subtle === undefined) throw new YqError('PHONE_INSECURE');
    return crypto.subtle;
  };
  return {
    async protect(secret) {
      const browser = subtle();
      const key = await wrapKey(database);
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
      const sealed = await browser.encrypt(parameters(nonce), key, secret as Uint8Array<ArrayBuffer>);
      const wrapped = new Uint8Array(NONCE + sealed.byteLength);
      wrapped.set(nonce);
      wrapped.set(new Uint8Array(sealed), NONCE);
      return wrapped;
    },
    async unprotect(wrapped) {
      const browser = subtle();
      const key = await readKey(database);
      if (key === undefined) throw new Error('the wrapping key is gone');
      const plain = await browser.decrypt(
        parameters(wrapped.slice(0, NONCE)),
        key,
        wrapped.slice(NONCE) as Uint8Array<ArrayBuffer>,
      );
      return new Uint8Array(plain);
    },
  };
}
