/**
 * What this phone keeps: one IndexedDB database with three stores. `keys` holds the files of co-sign keys, `wraps` the browser's own key that
 * wraps the device's secrets, `acts` the last approvals. Neither a PIN nor an open share is ever put here.
 */
import { YqError } from '#core/errors/index.ts';

const NAME = 'yiqian-phone';
const VERSION = 1;

export type StoreName = 'keys' | 'wraps' | 'acts';

function create(database: IDBDatabase): void {
  database.createObjectStore('keys', { keyPath: 'keyId' });
  database.createObjectStore('wraps');
  database.createObjectStore('acts', { keyPath: 'id', autoIncrement: true });
}

const asked = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error ?? new Error('IndexedDB'));
  });

export class Database {
  readonly #database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.#database = database;
    // Another tab with a newer build: this one must not keep it from its database.
    database.onversionchange = () => database.close();
  }

  /** @throws YqError PHONE_STORAGE: private browsing, storage switched off, a damaged profile */
  static async open(factory: IDBFactory | undefined = globalThis.indexedDB): Promise<Database> {
    try {
      if (factory === undefined) throw new Error('no IndexedDB');
      const request = factory.open(NAME, VERSION);
      request.onupgradeneeded = () => create(request.result);
      return new Database(await asked(request));
    } catch (cause) {
      throw new YqError('PHONE_STORAGE', { cause });
    }
  }

  /**
   * One transaction over one store; resolves when what was written is on the disk, not before.
   * @throws YqError PHONE_STORAGE
   */
  async transact<T>(
    name: StoreName,
    mode: 'readonly' | 'readwrite',
    work: (store: IDBObjectStore, ask: typeof asked) => Promise<T>,
  ): Promise<T> {
    try {
      const transaction = this.#database.transaction(name, mode, { durability: 'strict' });
      const over = new Promise<void>((done, failed) => {
        transaction.oncomplete = () => done();
        transaction.onabort = () => failed(transaction.error ?? new Error('the transaction was aborted'));
      });
      const [result] = await Promise.all([work(transaction.objectStore(name), asked), over]);
      return result;
    } catch (cause) {
      throw new YqError('PHONE_STORAGE', { cause });
    }
  }

  close(): void {
    this.#database.close();
  }
}
