/** A phone with its key in a folder, and a desk that asks it, over real HTTP; what passes may be cut off. */
import { isYqError } from '#core/errors/index.ts';
import type { HttpClient } from '#core/pki/types.ts';
import {
  approve,
  CosignService,
  enrol,
  openKey,
  openSecrets,
  scan,
  work,
  type PhoneState,
} from '#core/token/cosign/device/index.ts';
import {
  KeyFolder,
  phoneProvider,
  type PhoneProgress,
  type PhoneProvider,
  type PhoneRow,
  type Token,
} from '#core/token/index.ts';
import { createEventStream } from '../../src/main/net/event-stream.ts';
import { http, openProtector, PIN } from './cosign-processes.ts';

/** Hex SM3 that stands for a list. */
export const LIST = 'AB'.repeat(32);
export const rowsOf = (count: number): PhoneRow[] =>
  Array.from({ length: count }, (_, i) => ({
    type: '首次病程记录',
    initials: 'W.M.',
    digest: i.toString(16).toUpperCase().padStart(64, '0'),
  }));

/** Signed attributes (RFC 5652, 5.3) with contentType and messageDigest: what a record's signature is made over. */
export function signedAttributes(digest: Uint8Array): Uint8Array {
  const contentType = [0x30, 0x18, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3, 0x31, 0x0b];
  const data = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
  const messageDigest = [0x30, 0x2f, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4, 0x31, 0x22, 4, 0x20];
  const content = [...contentType, ...data, ...messageDigest, ...digest];
  return Uint8Array.of(0x31, content.length, ...content);
}

export interface PhoneSettings {
  readonly folder: string;
  readonly url: string;
  readonly over?: HttpClient;
  readonly now?: () => Date;
}

const rooms = ({ folder, url, over = http, now = () => new Date() }: PhoneSettings) => ({
  store: new KeyFolder(folder),
  service: new CosignService({ url, http: over, now, timeout: 60_000 }),
  now,
});

/** Makes the key of a phone; gives its id. */
export async function enrolPhone(settings: PhoneSettings, code: string): Promise<string> {
  const request = { code, pin: PIN, deviceName: '我的手机', place: 'phone' as const };
  return (await enrol(request, { ...rooms(settings), protector: openProtector })).keyId;
}

/** A person who is told that there is no network tries once more. */
async function twice<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (e) {
    if (!isYqError(e) || e.code !== 'COSIGN_UNREACHABLE') throw e;
    return step();
  }
}

/** What the page does with a code, from the scan to the end of the request. */
export async function followCode(requestId: string, settings: PhoneSettings): Promise<PhoneState> {
  const { store, service } = rooms(settings);
  const [keyId = ''] = await store.list();
  const secrets = await openSecrets(await store.read(keyId), openProtector);
  const { request } = await twice(() => scan(requestId, { keyId, service, secrets }));
  const key = await twice(() => openKey(keyId, PIN, { store, service, secrets }));
  try {
    await twice(() => approve(key, request));
    return await work(key, request, { wait: 1_000, pause: () => Promise.resolve() });
  } finally {
    key.close();
  }
}

export interface Desk {
  readonly phones: PhoneProvider;
  /** Asks for so many signatures; gives the id of the code. */
  ask(count: number): Promise<string>;
  /** The phone's key, opened with the ticket of the approval. */
  approved(): Promise<{ readonly token: Token; readonly keyId: string }>;
}

export function openDesk(url: string, bearer: () => string, now = (): Date => new Date()): Desk {
  const events = createEventStream(fetch);
  const phones = phoneProvider({
    url,
    http,
    events,
    now,
    desk: '护士站 3 号机',
    timing: { poll: 200, busy: 50, streamAgain: 200 },
  });
  let last: PhoneProgress | undefined;
  let look = (): void => undefined;
  phones.onProgress((progress) => {
    last = progress;
    look();
  });
  return {
    phones,
    async ask(count) {
      last = undefined;
      const list = { rows: rowsOf(count), listDigest: LIST, signatures: count, seals: false };
      return (await phones.ask({ kind: 'sign', bearer: bearer(), ...list })).id;
    },
    async approved() {
      const { ticket, tokenId, keyId } = await new Promise<NonNullable<PhoneProgress['approved']>>((found, failed) => {
        look = () => {
          if (last?.approved !== undefined) found(last.approved);
          else if (last?.error !== undefined) failed(last.error);
        };
        look();
      });
      phones.redeem(ticket, LIST);
      const token = await phones.open(tokenId);
      await token.login(ticket);
      return { token, keyId };
    },
  };
}
