/** A service in this process with the built page, and a desk of few words: what a desk does over HTTP, without its window. */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackend, loginText, type Backend } from '../../../src/backend/index.ts';
import { sm3, toHex } from '../../../src/core/crypto/index.ts';
import { Certificate } from '../../../src/core/pki/index.ts';

export const PIN = '864209';
export const DESK = '护士站 3 号机';
export const DOCTOR = { id: '10023', name: '李医师', title: '主治医师', department: '心血管内科', ward: '一病区' };

export interface Asked {
  readonly id: string;
  readonly secret: string;
  /** What the QR code says. */
  readonly link: string;
}

interface View {
  readonly state: string;
  readonly check: string | null;
  readonly reason: string | null;
  readonly signatures: readonly { readonly n: number; readonly signature?: string; readonly failed?: string }[];
}

export interface Clinic {
  readonly url: string;
  /** The page's files, as they are served from the next start on; a copy of the build. */
  readonly page: string;
  /** Ms that the service's clock is ahead. */
  ahead: number;
  /** Link of a fresh enrolment code, and the code alone; of another person where one is named. */
  enrolment(person?: { readonly id: string; readonly name: string }): { readonly link: string; readonly code: string };
  login(): Promise<Asked>;
  /** Of so many documents, all of `kinds` by turns. */
  list(count: number, seals?: boolean): Promise<Asked>;
  view(asked: Asked): Promise<View>;
  /** Hands over what is to be signed of these rows; or, as a desk in wrong hands, this text. */
  hand(asked: Asked, rows: readonly number[], text?: Uint8Array): Promise<void>;
  /** Text of the login that this desk wants signed. */
  loginText(): Uint8Array;
  /** The desk is done, or gives up. */
  end(asked: Asked): Promise<void>;
  /** Waits until the phone has brought it there. */
  until(asked: Asked, state: string): Promise<View>;
  /** Waits until the phone has handed in so many values. */
  signed(asked: Asked, count: number): Promise<void>;
  administer(act: 'suspend' | 'resume' | 'unlock' | 'revoke'): void;
  /** States of the doctor's keys at the service, oldest first. */
  keyStates(): string[];
  /** The service goes away, and comes back at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

const kinds = ['首次病程记录', '日常病程记录', '上级医师查房记录', '出院记录'];
const families = ['ZH', 'W', 'L', 'CH', 'Y'];

export const rowsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    type: kinds[i % kinds.length] ?? '',
    initials: `${families[i % families.length]}.X.${'ABCDEFGH'[i % 8]}`,
    digest: toHex(sm3(new TextEncoder().encode(`document ${i}`))),
  }));

/** SET OF Attribute with contentType and messageDigest, as a CMS signer makes it. */
export function signedAttributes(digest: Uint8Array): Uint8Array {
  const type = [0x30, 0x18, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3, 0x31, 0x0b, 6, 9];
  const data = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
  const value = [0x30, 0x2f, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4, 0x31, 0x22, 4, 0x20, ...digest];
  return Uint8Array.from([0x31, type.length + data.length + value.length, ...type, ...data, ...value]);
}

export async function openClinic(): Promise<Clinic> {
  const built = join(import.meta.dirname, '../../../out/phone');
  if (!existsSync(join(built, 'index.html'))) {
    throw new Error('the phone’s page is not built: npx vite build -c phone.vite.config.ts');
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'yq-phone-page-'));
  const page = join(dataDir, 'page');
  cpSync(built, page, { recursive: true });
  const clock = (): Date => new Date(Date.now() + clinic.ahead);
  let port = 0;
  let backend: Backend | undefined;
  const running = (): Backend => {
    if (backend === undefined) throw new Error('the service is stopped');
    return backend;
  };
  const start = async (): Promise<void> => {
    backend = await createBackend({ dataDir, port, phoneDir: page, clock });
    port = Number(new URL(backend.url).port);
  };
  const call = async (method: string, path: string, bearer: string | undefined, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${clinic.url}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const asked = (answer: unknown): Asked => {
    const { id, secret, path } = answer as { id: string; secret: string; path: string };
    return { id, secret, link: clinic.url + path };
  };
  const keys = () => running().rooms.cosign.registry.ofPerson(DOCTOR.id);
  const view = async ({ id, secret }: Asked): Promise<View> =>
    (await call('GET', `/phone/requests/${id}`, secret)) as View;
  let next = 0;
  const clinic: { -readonly [K in keyof Clinic]: Clinic[K] } = {
    url: '',
    page,
    ahead: 0,
    enrolment({ id, name } = DOCTOR) {
      running().rooms.persons.put({ ...DOCTOR, id, name });
      const { code } = running().rooms.cosign.cosign.makeCode(id, 'test');
      return { code, link: `${clinic.url}/phone/#e=${code}` };
    },
    login: async () => asked(await call('POST', '/phone/logins', undefined, { desk: DESK })),
    async list(count, seals = false) {
      const certificate = keys().flatMap((k) => k.certificate ?? [])[0];
      if (certificate === undefined) throw new Error('nobody is enrolled');
      const { token } = running().rooms.sessions.open(DOCTOR, Certificate.parse(certificate));
      const rows = rowsOf(count);
      const listDigest = toHex(sm3(new TextEncoder().encode(JSON.stringify(rows))));
      const signatures = count * (seals ? 2 : 1);
      return asked(await call('POST', '/phone/lists', token, { desk: DESK, rows, listDigest, signatures, seals }));
    },
    view,
    async hand({ id, secret }, rows, text) {
      const messages = rows.map((row) => {
        const message = text ?? signedAttributes(sm3(new TextEncoder().encode(`document ${row} ${next}`)));
        return { n: next++, row, message: Buffer.from(message).toString('base64') };
      });
      await call('POST', `/phone/requests/${id}/messages`, secret, { messages, taken: [] });
    },
    loginText: () => loginText(running().rooms.backendId, { challengeId: 'c'.repeat(22), nonce: 'n'.repeat(44) }),
    end: async ({ id, secret }) => void (await call('DELETE', `/phone/requests/${id}`, secret)),
    async until(of, state) {
      for (;;) {
        const now = await view(of);
        if (now.state === state) return now;
        if (!['waiting', 'scanned', 'approved'].includes(now.state)) throw new Error(`it is ${now.state}`);
        await new Promise((again) => setTimeout(again, 30));
      }
    },
    async signed(of, count) {
      while ((await view(of)).signatures.length < count) await new Promise((again) => setTimeout(again, 30));
    },
    administer(act) {
      for (const { id } of keys().slice(0, 1)) running().rooms.cosign.cosign.administer(id, act, 'test');
    },
    keyStates: () => keys().map(({ state }) => state),
    async stop() {
      await backend?.close();
      backend = undefined;
    },
    start,
    async close() {
      await backend?.close();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
  await start();
  clinic.url = running().url;
  return clinic;
}
