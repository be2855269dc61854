/** The key's file in the browser's database: one record per key, written whole. */
import { YqError } from '#core/errors/index.ts';
import { keyFileText, parseKeyFile, type KeyStore } from '#core/token/cosign/device/index.ts';
import type { Database } from './database.ts';

interface KeyRecord {
  readonly keyId: string;
  /** As on a PC (keyFileText). */
  readonly text: string;
}

export function browserKeyStore(database: Database): KeyStore {
  return {
    list: () =>
      database.transact('keys', 'readonly', async (store, ask) => (await ask(store.getAllKeys())).map(String).sort()),
    async read(keyId) {
      const record = await database.transact('keys', 'readonly', (store, ask) =>
        ask(store.get(keyId) as IDBRequest<KeyRecord | undefined>),
      );
      try {
        if (record === undefined) throw new Error('there is no such key');
        return parseKeyFile(record.text, keyId);
      } catch (cause) {
        throw new YqError('COSIGN_KEY_FILE', { params: { file: keyId }, cause });
      }
    },
    write: (key) =>
      database.transact('keys', 'readwrite', async (store, ask) => {
        await ask(store.put({ keyId: key.keyId, text: keyFileText(key) } satisfies KeyRecord));
      }),
    remove: (keyId) => database.transact('keys', 'readwrite', (store, ask) => ask(store.delete(keyId))),
  };
}
