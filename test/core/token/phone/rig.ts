/** A desk with a phone: the real backend over HTTP, the real device functions on the phone; what passes between them may be bent. */
import { randomBytes } from '#core/crypto/index.ts';
import { isYqError } from '#core/errors/index.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '#core/pki/types.ts';
import { phoneProvider, type PhoneProgress, type PhoneProvider, type PhoneSettings } from '#core/token/index.ts';
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
  type WorkOptions,
} from '#core/token/cosign/device/index.ts';
import { createEventStream } from '../../../../src/main/net/event-stream.ts';
import { createHttpClient } from '../../../../src/main/net/http-client.ts';
import { Hospital } from '../../../backend/hospital.ts';
import { PIN, rowsOf } from '../../../backend/phone-world.ts';

export { PIN, rowsOf };
/** For expect.poll: a slow machine may take its time. */
export const SOON = { timeout: 30_000, interval: 10 };
export const DESK = '护士站 3 号机';

const plain = createHttpClient(fetch);

/** What stands between two; may hold, change, repeat or lose what passes. */
export type Way = (request: HttpRequest, pass: HttpClient) => Promise<HttpResponse>;

export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (e: unknown) => (isYqError(e) ? e.code : String(e)),
  );

/** Signed attributes (RFC 5652, 5.3) as a record's signature is made over: contentType and messageDigest. */
export function signedAttributes(digest = randomBytes(32)): Uint8Array {
  const contentType = [0x30, 0x18, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3, 0x31, 0x0b];
  const data = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
  const messageDigest = [0x30, 0x2f, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4, 0x31, 0x22, 4, 0x20];
  const content = [...contentType, ...data, ...messageDigest, ...digest];
  return Uint8Array.of(0x31, content.length, ...content);
}

/** TBS_Sign (GB/T 38540-2020, 7.2.2) around a seal that is none. */
export function sealData(digest = randomBytes(32)): Uint8Array {
  const time = new TextEncoder().encode('20261122020000Z');
  const content = [2, 1, 4, 0x30, 3, 2, 1, 7, 0x18, time.length, ...time, 3, 0x21, 0, ...digest, 0x16, 2, 0x31, 0x32];
  return Uint8Array.of(0x30, content.length, ...content);
}

class Memory implements KeyStore {
  readonly #files = new Map<string, CosignKeyFile>();
  list = async (): Promise<string[]> => [...this.#files.keys()];
  read = async (id: string): Promise<CosignKeyFile> => this.#files.get(id)!;
  write = async (file: CosignKeyFile): Promise<void> => void this.#files.set(file.keyId, file);
  remove = async (id: string): Promise<void> => void this.#files.delete(id);
}

export class TestPhone {
  readonly keyId: string;
  readonly publicKey: Uint8Array;
  readonly #rig: PhoneRig;
  readonly #store: KeyStore;
  readonly #closed: ClosedKey;
  way: Way | undefined;
  open: OpenKey | undefined;

  private constructor(rig: PhoneRig, file: CosignKeyFile, store: KeyStore, closed: ClosedKey) {
    this.#rig = rig;
    this.keyId = file.keyId;
    this.publicKey = file.publicKey;
    this.#store = store;
    this.#closed = closed;
  }

  static async enrol(rig: PhoneRig, personId: string): Promise<TestPhone> {
    const store = new Memory();
    const now = (): Date => rig.hospital.now;
    const bent: { phone?: TestPhone } = {};
    const http: HttpClient = (request) => (bent.phone?.way ? bent.phone.way(request, plain) : plain(request));
    const service = new CosignService({ url: rig.hospital.backend.url, http, now });
    const protector = { protect: async (s: Uint8Array) => s.slice(), unprotect: async (s: Uint8Array) => s.slice() };
    const { code } = rig.hospital.backend.rooms.cosign.cosign.makeCode(personId, 'test');
    const asked = { code, pin: PIN, deviceName: '我的手机', place: 'phone' as const };
    const file = await enrol(asked, { service, store, protector, now });
    const secrets = await openSecrets(file, protector);
    bent.phone = new TestPhone(rig, file, store, { keyId: file.keyId, service, secrets });
    return bent.phone;
  }

  scan = (id: string) => scan(id, this.#closed);
  refuse = (id: string, reason: 'not-mine' | 'wrong-list' | 'other' = 'not-mine') => refuse(id, reason, this.#closed);

  async unlock(): Promise<OpenKey> {
    const { service, secrets } = this.#closed;
    this.open = await openKey(this.keyId, PIN, { store: this.#store, service, secrets });
    return this.open;
  }
  lock(): void {
    this.open?.close();
    this.open = undefined;
  }

  async approve(request: PhoneRequest): Promise<void> {
    await approve(this.open ?? (await this.unlock()), request);
  }

  /** Until the request ends; the service holds an answer for at most 5 s. */
  work(request: PhoneRequest, options: WorkOptions = {}): Promise<PhoneState> {
    const running = work(this.open!, request, { wait: 5_000, ...options });
    this.#rig.running.push(running.catch(() => undefined));
    return running;
  }

  /** The whole of it, as the page does. */
  async follow(id: string, options: WorkOptions = {}): Promise<PhoneState> {
    const { request } = await this.scan(id);
    await this.approve(request);
    return this.work(request, options);
  }
}

export interface Steps {
  /** All that was told, in order. */
  readonly all: PhoneProgress[];
  /** Resolves with the first step, past or future, that is so. */
  until(is: (step: PhoneProgress) => boolean): Promise<PhoneProgress>;
  state(state: PhoneState): Promise<PhoneProgress>;
}

export class PhoneRig {
  readonly hospital: Hospital;
  /** Session of 10023 with the service. */
  bearer = '';
  phone!: TestPhone;
  /** Of the desk's calls. */
  way: Way | undefined;
  /** In place of the service's events. */
  events: PhoneSettings['events'] | undefined;
  /** Every call of the desk: method and last part of the path. */
  readonly calls: string[] = [];
  readonly running: Promise<unknown>[] = [];
  readonly #providers: PhoneProvider[] = [];

  private constructor(hospital: Hospital) {
    this.hospital = hospital;
  }

  static async open(): Promise<PhoneRig> {
    const rig = new PhoneRig(await Hospital.open());
    rig.bearer = await rig.hospital.signIn(await rig.hospital.doctor('10023', '李医师'));
    rig.phone = await TestPhone.enrol(rig, '10023');
    return rig;
  }

  /** A desk; its timing is that of the product unless told. */
  desk(timing: NonNullable<PhoneSettings['timing']> = {}): { phones: PhoneProvider; steps: Steps } {
    const http: HttpClient = (request) => {
      this.calls.push(`${request.method} ${new URL(request.url).pathname.replace(/.*\/(?=[a-z])/, '')}`);
      return this.way ? this.way(request, plain) : plain(request);
    };
    const events = createEventStream(fetch);
    const phones = phoneProvider({
      url: this.hospital.backend.url,
      http,
      events: (request) => (this.events ?? events)(request),
      now: () => this.hospital.now,
      desk: DESK,
      timing,
    });
    this.#providers.push(phones);
    return { phones, steps: watch(phones) };
  }

  askList(phones: PhoneProvider, count = 1, more: object = {}) {
    const listDigest = 'AB'.repeat(32);
    const { bearer } = this;
    return phones.ask({
      kind: 'sign',
      bearer,
      rows: rowsOf(count),
      listDigest,
      signatures: count,
      seals: false,
      ...more,
    });
  }

  /** A list that the phone has approved and works on, open on the desk. */
  async opened(timing: NonNullable<PhoneSettings['timing']> = {}, count = 1, more: object = {}) {
    const { phones, steps } = this.desk(timing);
    const asked = await this.askList(phones, count, more);
    const { request } = await this.phone.scan(asked.id);
    await this.phone.approve(request);
    const { approved } = await steps.until((s) => s.approved !== undefined);
    const { ticket, tokenId, keyId } = approved!;
    phones.redeem(ticket, 'AB'.repeat(32));
    const token = await phones.open(tokenId);
    await token.login(ticket);
    return { phones, steps, asked, request, token, keyId };
  }

  /** State of a request at the service. */
  stateOf(id: string): string {
    return String(
      this.hospital.backend.rooms.store.get('SELECT state FROM phone_requests WHERE id = ?', id)?.['state'],
    );
  }

  /** After each test: desks and phones end, time passes. */
  async settle(): Promise<void> {
    this.way = this.phone.way = this.events = undefined;
    for (const provider of this.#providers.splice(0)) await provider.close();
    this.phone.lock();
    await Promise.all(this.running.splice(0));
    this.calls.length = 0;
    this.hospital.advance(120_000);
  }

  close(): Promise<void> {
    return this.hospital.close();
  }
}

function watch(phones: PhoneProvider): Steps {
  const all: PhoneProgress[] = [];
  const waiting = new Set<() => void>();
  phones.onProgress((step) => {
    all.push(step);
    for (const look of waiting) look();
  });
  const until = (is: (step: PhoneProgress) => boolean): Promise<PhoneProgress> =>
    new Promise((found) => {
      const look = (): void => {
        const step = all.find(is);
        if (step === undefined) return;
        waiting.delete(look);
        found(step);
      };
      waiting.add(look);
      look();
    });
  return { all, until, state: (state) => until((step) => step.state === state) };
}
