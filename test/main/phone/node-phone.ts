/** A phone without a page: its own key files in memory, what a device does as it stands in core, HTTP to the record service. */
import { randomBytes } from '../../../src/core/crypto/index.ts';
import { isYqError } from '../../../src/core/errors/index.ts';
import {
  approve,
  CosignService,
  enrol,
  openKey,
  openSecrets,
  refuse,
  scan,
  work,
  type ClosedKey,
  type CosignKeyFile,
  type KeyStore,
  type OpenKey,
  type PhoneRequest,
  type PhoneState,
} from '../../../src/core/token/cosign/device/index.ts';
import { createHttpClient } from '../../../src/main/net/http-client.ts';

export const PHONE_PIN = '135790';

class Memory implements KeyStore {
  readonly #files = new Map<string, CosignKeyFile>();
  list = (): Promise<string[]> => Promise.resolve([...this.#files.keys()]);
  read = (id: string): Promise<CosignKeyFile> => Promise.resolve(this.#files.get(id)!);
  write = (file: CosignKeyFile): Promise<void> => Promise.resolve(void this.#files.set(file.keyId, file));
  remove = (id: string): Promise<void> => Promise.resolve(void this.#files.delete(id));
}

const now = (): Date => new Date();
const protector = {
  protect: (secret: Uint8Array) => Promise.resolve(secret.slice()),
  unprotect: (secret: Uint8Array) => Promise.resolve(secret.slice()),
};

/** Of the code on the screen. */
export const idOf = (qr: string): string => qr.replace(/^.*#s=/, '');

export class NodePhone {
  readonly keyId: string;
  readonly #closed: ClosedKey;
  readonly #store: KeyStore;
  readonly #running: Promise<unknown>[] = [];
  readonly #stop = new AbortController();

  private constructor(keyId: string, closed: ClosedKey, store: KeyStore) {
    this.keyId = keyId;
    this.#closed = closed;
    this.#store = store;
  }

  /** @param code as the desk shows it */
  static async enrol(url: string, code: string): Promise<NodePhone> {
    const store = new Memory();
    const service = new CosignService({ url, http: createHttpClient(fetch), now });
    const asked = { code, pin: PHONE_PIN, deviceName: `Test phone ${randomBytes(1)[0]}`, place: 'phone' as const };
    const file = await enrol(asked, { service, store, protector, now });
    return new NodePhone(
      file.keyId,
      { keyId: file.keyId, service, secrets: await openSecrets(file, protector) },
      store,
    );
  }

  get tokenId(): string {
    return `phone:${this.keyId}`;
  }

  scan = (qr: string) => scan(idOf(qr), this.#closed);
  refuse = (qr: string) => refuse(idOf(qr), 'wrong-list', this.#closed);
  unlock = (): Promise<OpenKey> =>
    openKey(this.keyId, PHONE_PIN, {
      store: this.#store,
      service: this.#closed.service,
      secrets: this.#closed.secrets,
    });

  /** The code of what the service says against a scan, or 'scanned'. */
  refusalOfScan = (qr: string): Promise<string> =>
    this.scan(qr).then(
      () => 'scanned',
      (e: unknown) => (isYqError(e) ? e.code : String(e)),
    );

  /** Approves, and takes nothing that is handed over. */
  async approveOnly(qr: string): Promise<void> {
    const { request } = await this.scan(qr);
    const key = await this.unlock();
    await approve(key, request).finally(() => key.close());
  }

  /** Scans, approves and signs in the background what comes, as the page does; gives what was shown. */
  async say(qr: string, before: (request: PhoneRequest) => void = () => undefined): Promise<PhoneRequest> {
    const { request } = await this.scan(qr);
    before(request);
    const key = await this.unlock();
    await approve(key, request);
    const ends: Promise<PhoneState | undefined> = work(key, request, { wait: 2_000, signal: this.#stop.signal }).catch(
      () => undefined,
    );
    this.#running.push(ends.finally(() => key.close()));
    return request;
  }

  /** The page is closed. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }
}
