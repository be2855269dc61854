/** Device or service killed with -9 at many points: no number is ever used twice, nothing stays half done, the next try works. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomBytes } from '#core/crypto/index.ts';
import type { HttpClient } from '#core/pki/types.ts';
import { checkCosignStore } from './cosign-check.ts';
import { device, enrolmentCode, http, kill, makeHome, PIN, ServiceProcess } from './cosign-processes.ts';

const home = makeHome();
const service = new ServiceProcess(home.dir);
const code = (): Promise<string> => enrolmentCode(home, service.url);

describe('killed at many points', () => {
  let keyFolder: string;
  let tokenId: string;
  beforeAll(async () => {
    keyFolder = home.folder('device');
    await service.start();
    tokenId = (await device(keyFolder, service.url).enrol({ code: await code(), pin: PIN, deviceName: 'a' })).id;
  });
  afterAll(async () => {
    await service.kill();
    home.remove();
  });

  const worksAgain = async (): Promise<void> => {
    const token = await device(keyFolder, service.url).open(tokenId);
    await token.login(PIN);
    const [key] = await token.certificates();
    expect((await token.signMessage(key!.keyId, randomBytes(40))).length).toBe(64);
    await token.close();
  };

  it('the service, while a device signs and renews its shares', async () => {
    for (let round = 0; round < 3; round++) {
      const provider = device(keyFolder, service.url);
      const token = await provider.open(tokenId);
      await token.login(PIN);
      const [key] = await token.certificates();
      const lists = Promise.allSettled(
        Array.from({ length: 60 }, () => token.signMessage(key!.keyId, randomBytes(50))),
      );
      // By the number of answers that stand in the store, not by the clock.
      const dying = service.child;
      let seen = 0;
      const watch = setInterval(() => {
        if (++seen > 2 * round) void kill(dying);
      }, 3);
      const refreshing = round % 2 === 0 ? provider.refresh(tokenId, PIN).catch(() => undefined) : undefined;
      await lists;
      await refreshing;
      clearInterval(watch);
      await kill(dying);
      await service.start();
      await worksAgain();
      expect(checkCosignStore(home.store).faults).toEqual([]);
    }
  });

  it('the device, while it signs and renews its shares', async () => {
    for (let round = 0; round < 3; round++) {
      const child = spawn(
        process.execPath,
        [join(import.meta.dirname, 'cosign-device.ts'), keyFolder, service.url, PIN],
        {
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      );
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
      expect(checkCosignStore(home.store).faults).toEqual([]);
    }
  });

  it('the service, while a key is being made: the same code makes it the next time', async () => {
    for (let round = 0; round < 4; round++) {
      const dir = home.folder(`device-${round}`);
      const given = await code();
      const dying = service.child;
      let calls = 0;
      const watched: HttpClient = async (request) => {
        if (calls++ === round) await kill(dying);
        return http(request);
      };
      const make = (over: HttpClient): Promise<unknown> =>
        device(dir, service.url, over).enrol({ code: given, pin: PIN, deviceName: `b${round}` });
      await expect(make(watched)).rejects.toThrow('COSIGN_UNREACHABLE');
      await service.start();
      await make(http);
      expect(checkCosignStore(home.store).faults).toEqual([]);
    }
    const { keys, signatures } = checkCosignStore(home.store);
    expect(keys).toEqual({ active: 5 });
    expect(signatures).toBeGreaterThan(10);
  });

  it('a number used twice would be seen', async () => {
    const { DatabaseSync } = await import('node:sqlite');
    await service.kill();
    const db = new DatabaseSync(home.store);
    db.exec(`INSERT INTO cosign_log (at, key, person, act, epoch, message_sm3, e, r, remote, result)
      SELECT at, key, person, act, epoch, message_sm3, e, r, remote, result FROM cosign_log WHERE act LIKE 'sign %' LIMIT 1`);
    db.close();
    const { faults } = checkCosignStore(home.store);
    expect(faults.join('\n')).toMatch(/server's point twice[\s\S]*r twice[\s\S]*points of devices/);
  });
});
