/** How long a PIN lives between the desk and the driver: as bytes for one request, wiped on both sides whatever comes of it. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { forkHost, type AdministrableProvider, type HostChannel, type TokenInfo } from '#core/token/index.ts';
import { Host } from '../../../src/token-host/host.ts';
import { codeOf, PIN, SoftTokenRig } from './soft-token-rig.ts';

let rig: SoftTokenRig;
let provider: AdministrableProvider;
let info: TokenInfo;
let keyId: string;
/** The messages as the desk's side holds them, and what was in them when they were sent. */
let posted: { readonly message: any; readonly sent: string }[];
const bytesIn = (message: any): Uint8Array[] =>
  ['pin', 'oldPin', 'newPin'].flatMap((name) =>
    message.params[name] instanceof Uint8Array ? [message.params[name]] : [],
  );
const spying =
  (spawn = forkHost()) =>
  (request: Parameters<typeof spawn>[0]): HostChannel => {
    const channel = spawn(request);
    return {
      ...channel,
      post: (message: any) => {
        posted.push({
          message,
          sent: bytesIn(message)
            .map((b) => new TextDecoder().decode(b))
            .join(' '),
        });
        channel.post(message);
      },
    };
  };
beforeEach(async () => {
  posted = [];
  rig = new SoftTokenRig();
  provider = rig.provider({ spawnHost: spying() });
  ({ info, keyId } = await rig.personalise(provider));
  posted = [];
});
afterEach(() => rig.close());

const sentPins = () => posted.filter((p) => p.sent !== '').map((p) => `${p.message.method} ${p.sent}`);
const left = () => posted.flatMap((p) => bytesIn(p.message).flatMap((b) => [...b]));

it('login, change and refusal: the bytes are gone when the call is over', async () => {
  const token = await provider.open(info.id);
  await token.login(PIN);
  await token.logout();
  await token.changePin(PIN, '24680135');
  expect(await codeOf(token.login('11112222'))).toBe('TOKEN_PIN_INCORRECT');
  expect(sentPins()).toEqual([`login ${PIN}`, `setPin ${PIN} 24680135`, 'login 11112222']);
  expect(new Set(left())).toEqual(new Set([0]));
  await token.login('24680135');
  await token.close();
});
it('a key that wants the PIN each time: the same', async () => {
  const { ckaId } = await provider
    .admin(info.id)
    .generateSm2KeyPair({ pin: PIN, label: 'each', alwaysAuthenticate: true });
  posted = [];
  const token = await provider.open(info.id);
  await token.login(PIN);
  const each = (await token.certificates()).find((k) => k.alwaysAuthenticate);
  expect(ckaId).toBeDefined();
  const value = await token.signDigest(each?.keyId ?? keyId, new Uint8Array(32).fill(7), { pin: PIN });
  expect(value.length).toBeGreaterThan(60);
  expect(sentPins().at(-1)).toContain(PIN);
  expect(new Set(left())).toEqual(new Set([0]));
  await token.close();
});
it('a key pulled in mid-call: the same', async () => {
  const token = await provider.open(info.id);
  rig.control('slot0.present=0');
  expect(await codeOf(token.login(PIN))).toMatch(/^TOKEN_/);
  expect(sentPins()).not.toEqual([]);
  expect(new Set(left())).toEqual(new Set([0]));
});
it('the host wipes what it received before it does anything with it, and takes nothing but bytes', async () => {
  const host = new Host(() => undefined);
  const pin = new TextEncoder().encode(PIN);
  await expect(host.run('login', { token: 'nobody', pin })).rejects.toThrow();
  const wrong = host.run('setPin', { token: 'nobody', oldPin: PIN as never, newPin: pin });
  await expect(wrong).rejects.toMatchObject({ code: 'TOKEN_REQUEST_INVALID' });
  const told = await wrong.catch((e: unknown) => JSON.stringify(e) + String(e));
  expect(told).not.toContain(PIN);
});
it.runIf(process.platform === 'linux')(
  'what a crash would leave of this process and its token hosts holds no memory',
  () => {
    const script = `
    import { leaveMemoryOutOfCoreDumps } from '#core/token/index.ts';
    import { execFileSync } from 'node:child_process';
    import { readFileSync } from 'node:fs';
    const done = leaveMemoryOutOfCoreDumps();
    const child = execFileSync(process.execPath, ['-e', "process.stdout.write(require('fs').readFileSync('/proc/self/coredump_filter', 'utf8'))"], { encoding: 'utf8' });
    process.stdout.write(JSON.stringify([done, readFileSync('/proc/self/coredump_filter', 'utf8').trim(), child.trim()]));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    });
    expect([stdout, stderr]).toEqual(['[true,"00000000","00000000"]', '']);
  },
);
