/** A device and a server in one process: the real room of the backend behind a way that a test may bend. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes, sm4Gcm } from '#core/crypto/index.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '#core/pki/types.ts';
import { cosignProvider, type CosignProvider, type Protector, type Token } from '#core/token/index.ts';
import { openCosign, type CosignRoom } from '../../../../src/backend/cosign/index.ts';
import { shareVault, type ShareVault } from '../../../../src/backend/cosign/share-vault.ts';
import { problemFor } from '../../../../src/backend/http/problems.ts';
import { openRooms, type Rooms } from '../../../../src/backend/rooms.ts';

export const PIN = '246810';

/** What stands between device and server; may hold, change, repeat or lose what passes. */
export type Way = (
  request: HttpRequest,
  pass: (request: HttpRequest) => Promise<HttpResponse>,
) => Promise<HttpResponse>;

export interface Rig extends CosignRoom {
  readonly rooms: Rooms;
  readonly vault: ShareVault;
  readonly protector: Protector;
  readonly http: HttpClient;
  readonly home: string;
  readonly keyFolder: string;
  now: Date;
  way: Way | undefined;
  device(folder?: string): CosignProvider;
  /** A key that is enrolled, as a token; its provider too. */
  enrolled(): Promise<{ provider: CosignProvider; tokenId: string; keyId: string; token: Token }>;
  code(): string;
  close(): Promise<void>;
}

/** Stands for the system's store: a key of this PC. */
export function machineProtector(key = randomBytes(16)): Protector {
  return {
    protect: (secret) => {
      const nonce = randomBytes(12);
      return Promise.resolve(Uint8Array.from([...nonce, ...sm4Gcm.encrypt(key, nonce, secret)]));
    },
    unprotect: async (wrapped) => sm4Gcm.decrypt(key, wrapped.subarray(0, 12), wrapped.subarray(12)),
  };
}

export async function openRig(): Promise<Rig> {
  const home = mkdtempSync(join(tmpdir(), 'yq-cosign-'));
  const rig = { now: new Date('2026-11-22T08:00:00Z'), way: undefined as Way | undefined };
  const clock = (): Date => rig.now;
  const rooms = await openRooms({ dataDir: join(home, 'backend'), clock });
  const vault = shareVault(randomBytes(32));
  const room = openCosign({ ...rooms, vault: () => Promise.resolve(vault), clock, hooks: rooms.phone.hooks });
  rooms.persons.put({ id: '10023', name: '李医师', title: '主治医师', department: '心血管内科', ward: '一病区' });
  const answer = async ({ url, body }: HttpRequest): Promise<HttpResponse> => {
    const path = new URL(url).pathname.replace('/api/v1/cosign', '');
    const say = (status: number, value: unknown): HttpResponse => ({
      status,
      headers: {},
      body: new TextEncoder().encode(JSON.stringify(value)),
    });
    try {
      const given: unknown = JSON.parse(new TextDecoder().decode(body));
      if (path === '/keys') return say(201, await room.cosign.begin(given, '127.0.0.1'));
      const [, id = '', rest = ''] = /^\/keys\/([^/]+)\/(.+)$/.exec(path) ?? [];
      const op = { pin: 'changePin' }[rest] ?? rest.replace(/\/(\w)/, (_, c: string) => c.toUpperCase());
      return say(200, await room.cosign.answer(op as 'sign', id, given, '127.0.0.1'));
    } catch (e) {
      const { status, problem } = problemFor(e);
      return say(status, problem);
    }
  };
  const http: HttpClient = (request) => (rig.way ? rig.way(request, answer) : answer(request));
  const protector = machineProtector();
  const keyFolder = join(home, 'keys');
  mkdirSync(keyFolder);
  const device = (dir = keyFolder): CosignProvider => {
    return cosignProvider({ dir, url: 'http://127.0.0.1:1', http, protector, now: clock });
  };
  const code = (): string => room.cosign.makeCode('10023', 'test').code;
  return Object.assign(rig, room, {
    rooms,
    vault,
    protector,
    http,
    home,
    keyFolder,
    device,
    code,
    async enrolled() {
      const provider = device();
      const { id: tokenId } = await provider.enrol({ code: code(), pin: PIN, deviceName: '护士站 3 号机' });
      return { provider, tokenId, keyId: tokenId.slice('cosign:'.length), token: await provider.open(tokenId) };
    },
    async close() {
      await rooms.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  });
}
