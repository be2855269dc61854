/** Every operation of co-signing with every status that openapi.json names for it, by a real device. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { clientNonce, randomBytes } from '#core/crypto/index.ts';
import type { HttpClient } from '#core/pki/types.ts';
import { cosignProvider } from '#core/token/index.ts';
import { openSecrets } from '../../src/core/token/cosign/device/enrol.ts';
import { KeyFolder } from '../../src/core/token/cosign/key-folder.ts';
import { seal } from '../../src/core/token/cosign/device/messages.ts';
import { pinProof } from '../../src/core/token/cosign/device/share-lock.ts';
import { operations, type Operation } from '../../src/backend/http/openapi.ts';
import type { Answer, Hospital } from './hospital.ts';

type Ask = (
  id: string,
  status: number,
  how?: { params?: Record<string, string>; token?: string; json?: unknown; body?: Uint8Array; type?: string },
) => Promise<Answer>;

const PIN = '246810';
const REFUSED = { payload: Buffer.from('{}').toString('base64'), signature: Buffer.alloc(64).toString('base64') };

const operationAt = (path: string): Operation => {
  const found = operations.find(
    (o) => o.method === 'POST' && new RegExp(`^${o.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  if (found === undefined) throw new Error(`nothing at ${path}`);
  return found;
};

export async function walkCosigning(
  hospital: Hospital,
  ask: Ask,
  hold: (operation: Operation, answer: Answer) => Answer,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'yq-cosign-'));
  const admin = hospital.backend.rooms.adminSecret;
  const bodies: { path: string; json: unknown }[] = [];
  /** The device's network: each answer is held against the file. */
  const http: HttpClient = async ({ url, body = new Uint8Array() }) => {
    const { pathname } = new URL(url);
    const json: unknown = JSON.parse(new TextDecoder().decode(body));
    bodies.push({ path: pathname, json });
    const answer = hold(operationAt(pathname), await hospital.call('POST', pathname, { json }));
    return { status: answer.status, headers: {}, body: new TextEncoder().encode(JSON.stringify(answer.json)) };
  };
  const protector = { protect: async (s: Uint8Array) => s.slice(), unprotect: async (s: Uint8Array) => s.slice() };
  const url = hospital.backend.url;
  const provider = cosignProvider({ dir, url, http, protector, now: () => hospital.now });
  try {
    hospital.advance(10 * 60_000); // the logins that were refused just before are forgotten
    const doctor = await hospital.doctor('10023', '李医师');
    const mine = await ask('cosignMyCode', 201, { token: await hospital.signIn(doctor) });
    await ask('cosignMyCode', 401);
    await ask('cosignCode', 201, { token: admin, json: { personId: '10023' } });
    await ask('cosignCode', 400, { token: admin, json: {} });
    await ask('cosignCode', 401, { json: { personId: '10023' } });
    await ask('cosignCode', 403, { token: admin, json: { personId: 'nobody' } });
    await ask('cosignCode', 415, { token: admin, body: Buffer.from('x'), type: 'text/plain' });

    const { id: tokenId, serial } = await provider.enrol({ code: mine.json.code, pin: PIN, deviceName: '3 号机' });
    const token = await provider.open(tokenId);
    await token.login(PIN);
    const [key] = await token.certificates();
    await token.signMessage(key!.keyId, randomBytes(30));
    await token.changePin(PIN, '135790');
    await provider.refresh(tokenId, '135790');

    const params = { id: serial };
    for (const { path } of bodies.splice(0)) {
      const { id } = operationAt(path);
      const at = id === 'cosignBegin' ? {} : { params };
      await ask(id, 400, { ...at, json: { payload: 1 } });
      await ask(id, 403, { ...at, json: REFUSED });
      await ask(id, 415, { ...at, body: Buffer.from('x'), type: 'text/plain' });
    }
    // A login that has ended, and shares that were renewed on the server since this device asked.
    await token.login('135790');
    hospital.advance(16 * 60_000);
    await expect(token.signMessage(key!.keyId, randomBytes(30))).rejects.toThrow('TOKEN_NOT_LOGGED_IN');
    // What an honest device does not say: an epoch that is not, a session that never was.
    const folder = new KeyFolder(dir);
    const secrets = await openSecrets(await folder.read(serial), protector);
    const say = (op: string, more: object): unknown => {
      const requestId = Buffer.from(randomBytes(16)).toString('base64url');
      const head = { op, keyId: serial, requestId, time: hospital.now.toISOString() };
      return JSON.parse(seal({ ...head, ...more }, secrets.device));
    };
    const pin = pinProof('135790', secrets.secret, serial);
    const { session } = (await ask('cosignUnlock', 200, { params, json: say('unlock', { pin }) })).json;
    const items = [{ id: 'A'.repeat(22), q1: clientNonce()!.q1, message: randomBytes(5) }];
    await ask('cosignSign', 409, { params, json: say('sign', { session, epoch: 7, items }) });
    const toss = { session, epoch: 7, commitment: randomBytes(32) };
    await ask('cosignRefreshBegin', 409, { params, json: say('refreshBegin', toss) });
    await ask('cosignRefreshDone', 401, { params, json: say('refreshDone', { session: 'B'.repeat(22), epoch: 2 }) });
    await ask('cosignState', 200, { params, json: say('state', {}) });
    await ask('cosignKeys', 200, { token: admin });
    await ask('cosignKeys', 401);
    await ask('cosignMetrics', 200, { token: admin });
    await ask('cosignMetrics', 401);
    await provider.suspend(tokenId, '测试');
    await ask('cosignAdminister', 200, { token: admin, params, json: { act: 'resume', reason: '测试' } });
    await ask('cosignAdminister', 400, { token: admin, params, json: { act: 'melt', reason: '测试' } });
    await ask('cosignAdminister', 401, { params, json: { act: 'unlock', reason: '测试' } });
    const nobody = { id: 'A'.repeat(22) };
    await ask('cosignAdminister', 404, { token: admin, params: nobody, json: { act: 'unlock', reason: '测试' } });
    await ask('cosignAdminister', 415, { token: admin, params, body: Buffer.from('x'), type: 'text/plain' });
    await ask('cosignAdminister', 200, { token: admin, params, json: { act: 'revoke', reason: '测试' } });
    await ask('cosignAdminister', 403, { token: admin, params, json: { act: 'resume', reason: '测试' } });
    for (const id of ['cosignState', 'cosignSuspend']) {
      await ask(id, 400, { params, json: { payload: 1 } });
      await ask(id, 403, { params, json: REFUSED });
      await ask(id, 415, { params, body: Buffer.from('x'), type: 'text/plain' });
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
