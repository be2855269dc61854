/** The driver crashes, hangs, dawdles, answers wrongly. */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sm2Verify } from '#core/crypto/index.ts';
import {
  forkHost,
  type AdministrableProvider,
  type HostChannel,
  type SpawnHost,
  type TokenEvent,
  type TokenInfo,
} from '#core/token/index.ts';
import { codeOf, loggedIn, PIN, profiles, SoftTokenRig, until } from '../core/token/soft-token-rig.ts';

const digest = new Uint8Array(32).fill(3);
let rig: SoftTokenRig;
let provider: AdministrableProvider;
let info: TokenInfo;
let keyId: string;
let publicKey: Uint8Array;
let events: TokenEvent[];
let spawned: number;

/** Counts processes, and tells of each when it is over. */
function counting(): SpawnHost {
  const spawn = forkHost();
  return (request): HostChannel => {
    spawned++;
    return spawn(request);
  };
}

beforeEach(async () => {
  rig = new SoftTokenRig();
  spawned = 0;
  provider = rig.provider({ spawnHost: counting() });
  ({ info, keyId, publicKey } = await rig.personalise(provider));
  events = [];
  provider.subscribe((event) => events.push(event));
});
afterEach(() => rig.close());

const failures = (): string[] => events.flatMap((event) => (event.type === 'driver-failed' ? [event.code] : []));

async function worksAfterLogin(): Promise<void> {
  const token = await loggedIn(provider, info.id);
  expect(sm2Verify(publicKey, digest, await token.signDigest(keyId, digest))).toBe(true);
}

describe('a crash', () => {
  it.each(['sign', 'signinit', 'find', 'login'])(
    'in %s costs one call; the next one works after a login',
    async (where) => {
      const token = await loggedIn(provider, info.id);
      await token.signDigest(keyId, digest);
      rig.control(`slot0.${where}.crash=1`);
      const call = where === 'login' ? token.login(PIN) : token.signDigest(keyId, digest);
      expect(await codeOf(call)).toBe('TOKEN_DRIVER_CRASHED');
      expect(failures()).toEqual(['TOKEN_DRIVER_CRASHED']);
      rig.control();
      expect(await codeOf(token.signDigest(keyId, digest))).toBe('TOKEN_NOT_LOGGED_IN'); // never logged in by itself
      await token.login(PIN);
      expect(sm2Verify(publicKey, digest, await token.signDigest(keyId, digest))).toBe(true);
      expect(spawned).toBe(2);
    },
  );

  it('between two calls is noticed, and the slots are watched again', async () => {
    await loggedIn(provider, info.id);
    rig.control('slot0.info.crash=1'); // the next look at the slots
    await until('the crash', () => failures().length > 0);
    rig.control();
    await worksAfterLogin();
  });

  it('again and again lets the driver rest', async () => {
    rig.control('slot0.login.crash=1');
    const token = await provider.open(info.id);
    const codes: string[] = [];
    for (let i = 0; i < 4; i++) codes.push(await codeOf(token.login(PIN)));
    expect(codes).toEqual([
      'TOKEN_DRIVER_CRASHED',
      'TOKEN_DRIVER_CRASHED',
      'TOKEN_DRIVER_CRASHED',
      'TOKEN_DRIVER_RESTING',
    ]);
    rig.control();
    await until('the end of the rest', async () => (await codeOf(token.login(PIN))) === 'resolved');
    expect(await token.signDigest(keyId, digest)).toHaveLength(64);
  });
});

describe('a hang', () => {
  beforeEach(() => {
    // Short enough for a test, long enough for a loaded machine: what hangs here would hang for ever.
    provider = rig.provider({ spawnHost: counting(), deadlines: { sign: 5000, login: 5000 } });
    provider.subscribe((event) => events.push(event));
    spawned = 0;
  });

  it('in sign ends at the deadline; the process is killed and the next call works after a login', async () => {
    const token = await loggedIn(provider, info.id);
    rig.control('slot0.sign.hang=1');
    const started = Date.now();
    expect(await codeOf(token.signDigest(keyId, digest))).toBe('TOKEN_DRIVER_TIMEOUT');
    expect(Date.now() - started).toBeGreaterThanOrEqual(4900);
    expect(failures()).toEqual(['TOKEN_DRIVER_TIMEOUT']);
    rig.control();
    await worksAfterLogin();
    expect(spawned).toBe(2);
  });

  it('in login likewise, and calls that waited in the queue do not suffer', async () => {
    const token = await provider.open(info.id);
    rig.control('slot0.login.hang=1');
    const login = codeOf(token.login(PIN));
    const list = provider.list();
    expect(await login).toBe('TOKEN_DRIVER_TIMEOUT');
    rig.control();
    expect(await list).toMatchObject([{ id: info.id }]);
  });

  it('while nobody asks anything is found out by the next call', async () => {
    const token = await provider.open(info.id);
    rig.control('slot0.info.hang=1'); // the next look at the slots
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await codeOf(token.login(PIN))).toBe('TOKEN_DRIVER_TIMEOUT');
    rig.control();
    await worksAfterLogin();
  });

  it('does not keep others from the list of tokens', async () => {
    const token = await loggedIn(provider, info.id);
    rig.control('slot0.sign.hang=1');
    const signing = codeOf(token.signDigest(keyId, digest));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await provider.list()).toMatchObject([{ id: info.id }]);
    expect(await provider.drivers()).toMatchObject([{ state: 'ready' }]);
    expect(failures()).toEqual([]); // answered while the token was at work
    expect(await signing).toBe('TOKEN_DRIVER_TIMEOUT');
  });

  it('does not outlive a parent that was killed', async () => {
    rig.control('slot0.login.hang=1');
    const parent = fork(join(import.meta.dirname, 'token-hanging-parent.ts'), [rig.library, rig.state, info.id], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const host = await new Promise<number>((resolve) => parent.once('message', (pid) => resolve(Number(pid))));
    const alive = (): boolean => {
      try {
        return process.kill(host, 0);
      } catch {
        return false;
      }
    };
    expect(alive()).toBe(true);
    parent.kill('SIGKILL');
    await until('the end of the host process', () => !alive());
  });

  it('does not outlive the provider', async () => {
    const token = await loggedIn(provider, info.id);
    rig.control('slot0.sign.hang=1');
    const signing = codeOf(token.signDigest(keyId, digest));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await provider.close();
    expect(await signing).toBe('TOKEN_CLOSED');
  });
});

it('a slow token is waited for', async () => {
  const token = await loggedIn(provider, info.id);
  rig.control('slot0.sign.delay_ms=700');
  const started = Date.now();
  expect(sm2Verify(publicKey, digest, await token.signDigest(keyId, digest))).toBe(true);
  expect(Date.now() - started).toBeGreaterThanOrEqual(690);
});

it('a wrong signature is not given out', async () => {
  const token = await loggedIn(provider, info.id);
  rig.control('slot0.sign.corrupt=1');
  expect(await codeOf(token.signDigest(keyId, digest))).toBe('TOKEN_SIGNATURE_WRONG');
  rig.control();
  expect(await token.signDigest(keyId, digest)).toHaveLength(64);
});

it('a general error while reading is answered by a fresh start of the driver, once', async () => {
  const quiet = rig.provider({ pollMs: 0 }); // a look at the slots would use the fault up
  const token = await quiet.open(info.id);
  rig.control('slot0.find.fail=5', 'slot0.find.times=1');
  expect(await token.certificates()).toHaveLength(1);
  rig.control('slot0.find.fail=5');
  expect(await codeOf(token.certificates())).toBe('TOKEN_GENERAL_ERROR');
});

it('a driver that is not there, or broken, does not hide the tokens of another', async () => {
  expect(existsSync('/nonexistent/driver.so')).toBe(false);
  const mixed = rig.provider({
    profiles,
    drivers: [
      { id: 'gone', path: '/nonexistent/driver.so', profile: 'sansec' },
      { id: 'text', path: `${rig.state}/module.txt`, profile: 'tass' },
      { id: 'soft', path: rig.library, profile: 'yiqian-soft', env: rig.env },
      { id: 'unknown', path: rig.library, profile: 'no-such-profile', env: rig.env },
    ],
  });
  rig.control();
  expect((await mixed.list()).map(({ id }) => id)).toEqual([info.id]);
  expect((await mixed.drivers()).map(({ driver, state, code }) => [driver, state, code])).toEqual([
    ['gone', 'absent', 'TOKEN_DRIVER_ABSENT'],
    ['text', 'absent', 'TOKEN_DRIVER_ABSENT'],
    ['soft', 'ready', undefined],
    ['unknown', 'broken', 'TOKEN_PROFILE_UNKNOWN'],
  ]);
});
