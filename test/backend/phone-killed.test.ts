/** The service's process is killed between scan and approval and in mid-list, and started again on the same store: desk and phone go on. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phoneApprovalText } from '../../src/core/token/cosign/device/index.ts';
import { loginText } from '../../src/backend/index.ts';
import { callAt } from './hospital.ts';
import { codeOf, Desk, Phone, type Site } from './phone-world.ts';

const dir = mkdtempSync(path.join(os.tmpdir(), 'yq-phone-killed-'));
const entry = fileURLToPath(new URL('./phone-service.ts', import.meta.url));
const now = new Date('2026-11-22T02:00:00.000Z');
let child: ChildProcess;
let said = { url: '', code: '' };

async function start(): Promise<void> {
  const port = said.url === '' ? '0' : new URL(said.url).port;
  const started = spawn(process.execPath, [entry, dir, port, now.toISOString()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  const ended = once(started, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${String(code)}`)));
  ended.catch(() => undefined); // a later end is a kill
  const [line] = (await Promise.race([once(createInterface({ input: started.stdout }), 'line'), ended])) as [string];
  said = JSON.parse(line) as typeof said;
}
async function kill(): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
const killAndStart = async (): Promise<void> => {
  await kill();
  await start();
};

const site: Site = {
  get backend() {
    return said;
  },
  now,
  code: () => said.code,
};

beforeAll(start, 120_000);
afterAll(async () => {
  await kill();
  rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

describe('a service that was killed', () => {
  it('knows every request as it stood, and what was on its way', { timeout: 180_000 }, async () => {
    const phone = await Phone.enrol(site, '10023');
    const desk = new Desk(site);
    const [asked, left] = [await desk.login(), await desk.login()];
    const { request, check } = await phone.scan(asked.id);
    await phone.unlock();
    const approval = await phone.sign(phoneApprovalText(request));
    await killAndStart();
    // The approval was signed before the death and is handed in after it.
    expect(await desk.view(left)).toMatchObject({ state: 'waiting' });
    expect(await desk.view(asked)).toMatchObject({ state: 'scanned', check, key: null });
    expect(await phone.scan(asked.id)).toMatchObject({ request, check });
    expect(await phone.approve(request, approval)).toEqual({ state: 'approved' });
    const { backendId } = await desk.view(asked);
    const challenge = await callAt(said.url, 'POST', '/api/v1/login/challenge');
    const message = loginText(backendId, challenge.json);
    await desk.give(asked, [message]);
    const { messages } = await phone.work(asked.id);
    const value = { n: 0, signature: await phone.sign(messages[0]!.message) };
    const handing = codeOf(phone.work(asked.id, [value]));
    await kill();
    // Whether the value came before the death or not, it is handed in again.
    expect(['done', 'COSIGN_UNREACHABLE']).toContain(await handing);
    await start();
    expect(await desk.view(asked)).toMatchObject({ state: 'approved', key: { keyId: phone.keyId } });
    expect(await phone.work(asked.id, [value])).toEqual({ state: 'approved', messages: [] });
    const [told] = (await desk.view(asked)).signatures;
    expect(phone.verifies(message, told.signature)).toBe(true);
    expect((await desk.end(asked)).status).toBe(204);
    expect(await desk.view(asked)).toMatchObject({ state: 'done', signatures: [] });
    expect(await codeOf(phone.sign(message))).toBe('COSIGN_REFUSED');
  });
});
