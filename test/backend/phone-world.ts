/** Desks and phones of a hospital under test, over HTTP: a phone is a real co-sign key, a desk does by hand what the app does. */
import { expect, vi } from 'vitest';
import { randomBytes, sm2Digest, sm2Verify, sm3, toHex } from '#core/crypto/index.ts';
import { isYqError } from '#core/errors/index.ts';
import { openSecrets } from '../../src/core/token/cosign/device/enrol.ts';
import {
  CosignService,
  enrol,
  openKey,
  phoneApprovalText,
  type CosignKeyFile,
  type KeyStore,
  type OpenKey,
  type PhoneRequest,
  type PhoneRow,
} from '../../src/core/token/cosign/device/index.ts';
import type { DeviceSecrets } from '../../src/core/token/cosign/device/index.ts';
import { callAt, http, type Answer, type Doctor, type Hospital } from './hospital.ts';

export const PIN = '246810';

export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (e: unknown) => (isYqError(e) ? e.code : String(e)),
  );

/** Bytes of the form of signed attributes (a SET): what a record's signature is made over. */
export function attributes(length = 60): Uint8Array {
  const body = randomBytes(length);
  return Uint8Array.of(0x31, 0x82, length >> 8, length & 0xff, ...body);
}
/** Bytes of the form of a seal's data (a SEQUENCE). */
export function sealData(length = 60): Uint8Array {
  const bytes = attributes(length);
  bytes[0] = 0x30;
  bytes[4] = 0x04;
  return bytes;
}

export const rowsOf = (count: number): PhoneRow[] =>
  Array.from({ length: count }, (_, i) => ({
    type: '首次病程记录',
    initials: `W.M.${i}`,
    digest: toHex(sm3(Uint8Array.of(i & 0xff, i >> 8))),
  }));

/** Where desks and phones go: a hospital in this process, or a service in another. */
export interface Site {
  readonly backend: { readonly url: string };
  readonly now: Date;
  /** A one-time code for a phone of this person. */
  code(personId: string): Promise<string> | string;
}
export const siteOf = (hospital: Hospital): Site => ({
  get backend() {
    return hospital.backend;
  },
  get now() {
    return hospital.now;
  },
  code: (personId) => hospital.backend.rooms.cosign.cosign.makeCode(personId, 'test').code,
});

class Memory implements KeyStore {
  readonly files = new Map<string, CosignKeyFile>();
  list = (): Promise<string[]> => Promise.resolve([...this.files.keys()]);
  read = (id: string): Promise<CosignKeyFile> => Promise.resolve(this.files.get(id)!);
  write = (file: CosignKeyFile): Promise<void> => Promise.resolve(void this.files.set(file.keyId, file));
  remove = (id: string): Promise<void> => Promise.resolve(void this.files.delete(id));
}

/** Remembers the session that the last login was given. */
class Service extends CosignService {
  session = '';
  override ask: CosignService['ask'] = async (op, ...rest) => {
    const answer = await super.ask(op, ...rest);
    if ('session' in (answer as object)) this.session = (answer as unknown as { session: string }).session;
    return answer;
  };
}

export class Phone {
  readonly keyId: string;
  readonly publicKey: Uint8Array;
  readonly service: Service;
  readonly #store: KeyStore;
  readonly secrets: DeviceSecrets;
  open: OpenKey | undefined;

  private constructor(file: CosignKeyFile, service: Service, store: KeyStore, secrets: DeviceSecrets) {
    this.keyId = file.keyId;
    this.publicKey = file.publicKey;
    this.service = service;
    this.#store = store;
    this.secrets = secrets;
  }

  static async enrol(at: Hospital | Site, personId: string, place: 'pc' | 'phone' = 'phone'): Promise<Phone> {
    const store = new Memory();
    const site = 'code' in at ? at : siteOf(at);
    const now = (): Date => site.now;
    const service = new Service({ url: site.backend.url, http, now, timeout: 60_000 });
    const protector = { protect: async (s: Uint8Array) => s.slice(), unprotect: async (s: Uint8Array) => s.slice() };
    const code = await site.code(personId);
    const request = { code, pin: PIN, deviceName: place === 'phone' ? '我的手机' : '3 号机', place };
    const file = await enrol(request, { service, store, protector, now });
    return new Phone(file, service, store, await openSecrets(file, protector));
  }

  get session(): string {
    return this.service.session;
  }

  /** What the page does when it is left. */
  lock(): void {
    this.open?.close();
    this.open = undefined;
  }

  async unlock(pin = PIN): Promise<OpenKey> {
    this.open = await openKey(this.keyId, pin, { store: this.#store, service: this.service, secrets: this.secrets });
    return this.open;
  }

  scan(request: string) {
    return this.service.ask('phoneScan', this.keyId, { request }, this.secrets.device);
  }
  refuse(request: string, reason = 'not-mine') {
    return this.service.ask('phoneRefuse', this.keyId, { request, reason }, this.secrets.device);
  }
  async approve(request: PhoneRequest, approval?: Uint8Array) {
    const key = this.open ?? (await this.unlock());
    const given = {
      request: request.id,
      session: this.session,
      approval: approval ?? (await key.sign(phoneApprovalText(request))),
    };
    return this.service.ask('phoneApprove', this.keyId, given, this.secrets.device);
  }
  work(request: string, done: readonly object[] = [], wait = 0) {
    const given = { request, session: this.session, done, wait };
    return this.service.ask('phoneWork', this.keyId, given, this.secrets.device);
  }
  /** Takes what there is, signs it, hands it in. */
  async workThrough(request: string): Promise<void> {
    const { messages } = await this.work(request);
    const values = messages.map(async ({ n, message }) => ({ n, signature: await this.sign(message) }));
    await this.work(request, await Promise.all(values));
  }
  sign(message: Uint8Array): Promise<Uint8Array> {
    if (this.open === undefined) throw new Error('not unlocked');
    return this.open.sign(message);
  }
  verifies(message: Uint8Array, signature: string): boolean {
    return sm2Verify(
      this.publicKey,
      sm2Digest(this.publicKey, message),
      new Uint8Array(Buffer.from(signature, 'base64')),
    );
  }
}

export interface Asked {
  readonly id: string;
  readonly secret: string;
  readonly path: string;
  readonly expiresAt: string;
}

export class Desk {
  readonly #site: Pick<Site, 'backend'>;
  readonly token: string | undefined;
  constructor(site: Pick<Site, 'backend'>, token?: string) {
    this.#site = site;
    this.token = token;
  }

  async #made(route: string, json: object): Promise<Asked> {
    const token = this.token === undefined ? {} : { token: this.token };
    const answer = await callAt(this.#site.backend.url, 'POST', route, { ...token, json });
    expect(answer.status, JSON.stringify(answer.json)).toBe(201);
    return answer.json as Asked;
  }
  login(desk = '护士站 3 号机'): Promise<Asked> {
    return this.#made('/api/v1/phone/logins', { desk });
  }
  list(count = 1, more: object = {}): Promise<Asked> {
    return this.#made('/api/v1/phone/lists', {
      desk: '护士站 3 号机',
      rows: rowsOf(count),
      listDigest: toHex(sm3(Uint8Array.of(count & 0xff))),
      signatures: count,
      seals: false,
      ...more,
    });
  }
  call(method: string, { id, secret }: Asked, rest = '', json?: unknown): Promise<Answer> {
    const route = `/api/v1/phone/requests/${id}${rest}`;
    return callAt(this.#site.backend.url, method, route, { token: secret, ...(json === undefined ? {} : { json }) });
  }
  async view(asked: Asked): Promise<any> {
    const answer = await this.call('GET', asked);
    expect(answer.status, JSON.stringify(answer.json)).toBe(200);
    return answer.json;
  }
  give(asked: Asked, messages: readonly Uint8Array[], { from = 0, taken = [] as number[] } = {}): Promise<Answer> {
    const given = messages.map((m, i) => ({ n: from + i, row: 0, message: Buffer.from(m).toString('base64') }));
    return this.call('POST', asked, '/messages', { messages: given, taken });
  }
  end(asked: Asked): Promise<Answer> {
    return this.call('DELETE', asked);
  }
  /** Server-sent events as they come; ends with the stream. */
  async *events({ id, secret }: Asked, signal: AbortSignal): AsyncGenerator<any> {
    const response = await fetch(`${this.#site.backend.url}/api/v1/phone/requests/${id}/events`, {
      headers: { authorization: `Bearer ${secret}` },
      signal,
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of response.body!) {
      rest += decoder.decode(chunk, { stream: true });
      const parts = rest.split('\n\n');
      rest = parts.pop()!;
      for (const part of parts) yield part.startsWith(':') ? 'heartbeat' : JSON.parse(part.slice('data: '.length));
    }
  }
}

/** A doctor with a session, his desk and his phone. */
export async function clinician(
  hospital: Hospital,
  id: string,
  name: string,
): Promise<{ doctor: Doctor; desk: Desk; phone: Phone; token: string }> {
  const doctor = await hospital.doctor(id, name);
  const token = await hospital.signIn(doctor);
  return { doctor, token, desk: new Desk(hospital, token), phone: await Phone.enrol(hospital, id) };
}

/** A list that the phone has approved. */
export async function approved(desk: Desk, phone: Phone, count = 1, more: object = {}): Promise<Asked> {
  const asked = await desk.list(count, more);
  const { request } = await phone.scan(asked.id);
  await phone.approve(request);
  return asked;
}

/** Has the phone wait for work, and gives its answer to come once the service holds it. */
export async function waiting(hospital: Hospital, phone: Phone, { id }: Asked, wait: number) {
  hospital.advance(1); // so that it can be seen when the phone was heard
  const answer = phone.work(id, [], wait);
  const { store } = hospital.backend.rooms;
  const heard = () => store.get('SELECT heard_at FROM phone_requests WHERE id = ?', id)?.['heard_at'];
  await vi.waitFor(() => expect(heard()).toBe(hospital.now.toISOString()), { timeout: 20_000, interval: 5 });
  return { answer };
}
