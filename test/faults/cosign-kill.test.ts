/** Device or service killed with -9 at many points: no number is ever used twice, nothing stays half done, the next try works. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomBytes } from '#core/crypto/index.ts';
import type { HttpClient } from '#core/pki/types.ts';
import { cosignProvider, type CosignProvider } from '#core/token/index.ts';
import { checkCosignStore } from './cosign-check.ts';

const PIN = '246810';
const root = fileURLToPath(new URL('../../', import.meta.url));

let home: string;
let service: ChildProcess | undefined;
let url = '';
let port = 0;

async function startService(): Promise<void> {
  const entry = join(root, 'test/faults/cosign-service.ts');
  const child = spawn(process.execPath, [entry, join(home, 'backend'), String(port)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  service = child;
  url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => {
      resolve(line);
    });
    child.once('exit', (code) => {
      reject(new Error(`the service ended with ${code}`));
    });
  });
  port = Number(new URL(url).port);
}
const kill = (child: ChildProcess | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.once('exit', () => {
      resolve();
    });
    child.kill('SIGKILL');
  });

const http: HttpClient = async ({ url: to, headers, body }) => {
  const answer = await fetch(to, { method: 'POST', ...(headers && { headers }), body: new Uint8Array(body ?? []) });
  return { status: answer.status, headers: {}, body: new Uint8Array(await answer.arrayBuffer()) };
};
const same = (bytes: Uint8Array): Promise<Uint8Array> => Promise.resolve(bytes.slice());
const device = (dir: string): CosignProvider =>
  cosignProvider({ dir, url, http, protector: { protect: same, unprotect: same }, now: () => new Date() });

async function code(): Promise<string> {
  const secret = readFileSync(join(home, 'backend', 'admin-secret'), 'utf8').trim();
  const answer = await fetch(`${url}/api/v1/cosign/codes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ personId: '10023' }),
  });
  return ((await answer.json()) as { code: string }).code;
}

const store = (): string => join(home, 'backend', 'backend.sqlite');

describe('killed at many points', () => {
  let keyFolder: string;
  let tokenId: string;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'yq-cosign-kill-'));
    keyFolder = join(home, 'device');
    mkdirSync(keyFolder);
    await startService();
    tokenId = (await device(keyFolder).enrol({ code: await code(), pin: PIN, deviceName: 'a' })).id;
  });
  afterAll(async () => {
    await kill(service);
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });

  const worksAgain = async (): Promise<void> => {
    const token = await device(keyFolder).open(tokenId);
    await token.login(PIN);
    const [key] = await token.certificates();
    expect((await token.signMessage(key!.keyId, randomBytes(40))).length).toBe(64);
    await token.close();
  };

  it('the service, while a device signs and renews its shares', async () => {
    for (let round = 0; round < 3; round++) {
      const provider = device(keyFolder);
      const token = await provider.open(tokenId);
      await token.login(PIN);
      const [key] = await token.certificates();
      const lists = Promise.allSettled(
        Array.from({ length: 60 }, () => token.signMessage(key!.keyId, randomBytes(50))),
      );
      // By the number of answers that stand in the store, not by the clock.
      const dying = service;
      let seen = 0;
      const watch = setInterval(() => {
        if (++seen > 2 * round) void kill(dying);
      }, 3);
      const refreshing = round % 2 === 0 ? provider.refresh(tokenId, PIN).catch(() => undefined) : undefined;
      await lists;
      await refreshing;
      clearInterval(watch);
      await kill(dying);
      await startService();
      await worksAgain();
      expect(checkCosignStore(store()).faults).toEqual([]);
    }
  });

  it('the device, while it signs and renews its shares', async () => {
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [join(root, 'test/faults/cosign-device.ts'), keyFolder, url, PIN], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      await new Promise<void>((resolve) => {
        let lines = 0;
        createInterface({ input: child.stdout }).on('line', () => {
          // In the middle of the next signature, or of the refresh after the seventh.
          if (++lines === 2 + round * 4) void kill(child).then(resolve);
        });
        child.once('exit', () => {
          resolve();
        });
      });
      await worksAgain();
      expect(checkCosignStore(store()).faults).toEqual([]);
    }
  });

  it('the service, while a key is being made: the same code makes it the next time', async () => {
    for (let round = 0; round < 4; round++) {
      const dir = join(home, `device-${round}`);
      mkdirSync(dir);
      const given = await code();
      const dying = service;
      let calls = 0;
      const watched: HttpClient = async (request) => {
        if (calls++ === round) await kill(dying);
        return http(request);
      };
      const make = (over: HttpClient): Promise<unknown> =>
        cosignProvider({
          dir,
          url,
          http: over,
          protector: { protect: same, unprotect: same },
          now: () => new Date(),
        }).enrol({ code: given, pin: PIN, deviceName: `b${round}` });
      await expect(make(watched)).rejects.toThrow('COSIGN_UNREACHABLE');
      await startService();
      await make(http);
      expect(checkCosignStore(store()).faults).toEqual([]);
    }
    const { keys, signatures } = checkCosignStore(store());
    expect(keys).toEqual({ active: 5 });
    expect(signatures).toBeGreaterThan(10);
  });

  it('a number used twice would be seen', async () => {
    const { DatabaseSync } = await import('node:sqlite');
    await kill(service);
    const db = new DatabaseSync(store());
    db.exec(`INSERT INTO cosign_log (at, key, person, act, epoch, message_sm3, e, r, remote, result)
      SELECT at, key, person, act, epoch, message_sm3, e, r, remote, result FROM cosign_log WHERE act LIKE 'sign %' LIMIT 1`);
    db.close();
    const { faults } = checkCosignStore(store());
    expect(faults.join('\n')).toMatch(/server's point twice[\s\S]*r twice[\s\S]*points of devices/);
  });
});
