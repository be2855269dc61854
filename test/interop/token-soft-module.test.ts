/** The soft token as a module: what strangers make of it, its build, its memory. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sm2SignatureToDer } from '#core/crypto/index.ts';
import { sm2Spki } from '#core/pki/index.ts';
import { codeOf, loggedIn, PIN, SO_PIN, SoftTokenRig, softTokenLibrary } from '../core/token/soft-token-rig.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const build = join(root, 'resources/soft-token/build.mjs');
const library = softTokenLibrary();
const has = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).error === undefined;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiqian-soft-module-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));

describe('OpenSSL', () => {
  it('accepts what the token signs, under the default user ID only', async () => {
    const rig = new SoftTokenRig(library);
    const provider = rig.provider({ pollMs: 0 });
    const { info, keyId, publicKey } = await rig.personalise(provider);
    const token = await loggedIn(provider, info.id);
    const message = Buffer.from('出院记录 '.repeat(100));
    const at = (name: string): string => join(folder, name);
    writeFileSync(at('public.der'), sm2Spki(publicKey));
    execFileSync('openssl', ['pkey', '-pubin', '-inform', 'DER', '-in', at('public.der'), '-out', at('public.pem')]);
    writeFileSync(at('message'), message);
    writeFileSync(at('signature'), sm2SignatureToDer(await token.signMessage(keyId, message)));
    const verify = (id: string): string =>
      spawnSync(
        'openssl',
        [
          'dgst',
          '-sm3',
          '-sigopt',
          `distid:${id}`,
          '-verify',
          at('public.pem'),
          '-signature',
          at('signature'),
          at('message'),
        ],
        {
          encoding: 'utf8',
        },
      ).stdout.trim();
    expect(verify('1234567812345678')).toBe('Verified OK');
    expect(verify('somebody else')).not.toBe('Verified OK');
    writeFileSync(at('e'), createHash('sha256').update('any 32 bytes').digest());
    writeFileSync(at('signature'), sm2SignatureToDer(await token.signDigest(keyId, readFileSync(at('e')))));
    const raw = spawnSync(
      'openssl',
      ['pkeyutl', '-verify', '-pubin', '-inkey', at('public.pem'), '-in', at('e'), '-sigfile', at('signature')],
      {
        encoding: 'utf8',
      },
    );
    expect(raw.stdout).toContain('Signature Verified Successfully');
    await rig.close();
  });
});

describe.skipIf(!has('pkcs11-tool', '--help'))('OpenSC’s pkcs11-tool', () => {
  const run = (...args: string[]): string => {
    const done = spawnSync('pkcs11-tool', ['--module', library, ...args], {
      encoding: 'utf8',
      env: { ...process.env, YIQIAN_SOFT_TOKEN_DIR: join(folder, 'tool') },
    });
    if (done.status !== 0) throw new Error(`pkcs11-tool ${args.join(' ')}: ${done.stdout}${done.stderr}`);
    return done.stdout;
  };

  it('initialises, lists, logs in, stores and reads', () => {
    expect(run('-L')).toContain('token state:   uninitialized');
    run('--init-token', '--slot-index', '0', '--so-pin', SO_PIN, '--label', 'TOOL');
    run('--init-pin', '--login', '--login-type', 'so', '--so-pin', SO_PIN, '--new-pin', PIN);
    const slots = run('-L');
    expect(slots).toContain('TOOL');
    expect(slots).toContain('Yiqian TEST ONLY');
    expect(slots).toMatch(/SOFT-[0-9A-F]{10}/);
    expect(slots).toContain('login required, rng, token initialized, PIN initialized');
    expect(run('-T')).toContain('TOOL');
    expect(run('-M')).toContain('mechtype-0x80000002, keySize={256,256}, sign, verify');
    writeFileSync(join(folder, 'data'), 'some data');
    run('--login', '--pin', PIN, '--write-object', join(folder, 'data'), '--type', 'data', '--label', 'note');
    expect(run('-O', '--login', '--pin', PIN)).toContain("label:          'note'");
    expect(run('--login', '--pin', PIN, '--read-object', '--type', 'data', '--label', 'note')).toContain('some data');
    run('--login', '--pin', PIN, '--change-pin', '--new-pin', '222222');
    expect(() => run('-O', '--login', '--pin', PIN)).toThrow('CKR_PIN_INCORRECT');
    expect(run('-L')).toContain('user PIN count low');
    expect(run('--generate-random', '16').length).toBeGreaterThan(0);
  });
});

describe('the state on disk', () => {
  it('holds no private scalar in the clear, is for its owner only, and is never half written', async () => {
    const rig = new SoftTokenRig(library);
    await rig.personalise(rig.provider({ pollMs: 0 }));
    const slot = join(rig.state, 'slot0');
    const files = readdirSync(slot);
    expect(files.filter((name) => name.endsWith('.obj'))).toHaveLength(2);
    expect(files.some((name) => name.includes('.tmp'))).toBe(false);
    const all = files.map((name) => readFileSync(join(slot, name), 'utf8'));
    for (const name of files) expect(statSync(join(slot, name)).mode & 0o077).toBe(0);
    const privateKey = all.filter((text) => /^80f00001 /m.test(text));
    expect(privateKey).toHaveLength(1);
    expect(privateKey[0]).not.toMatch(/^11 /m); // CKA_VALUE
    expect(all.join('')).not.toContain(PIN);
    await rig.close();
  });

  it('a sealed scalar moved to another key’s file opens nothing', async () => {
    const rig = new SoftTokenRig(library);
    const provider = rig.provider({ pollMs: 0 });
    const { info } = await rig.personalise(provider);
    await provider.admin(info.id).generateSm2KeyPair({ pin: PIN, label: 'victim', ckaId: Uint8Array.of(0x0b) });
    await provider.close();
    const slot = join(rig.state, 'slot0');
    const keys = readdirSync(slot)
      .map((name) => ({ name, text: name.endsWith('.obj') ? readFileSync(join(slot, name), 'utf8') : '' }))
      .filter(({ text }) => /^80f00001 /m.test(text));
    const [a, b] = keys;
    if (a === undefined || b === undefined) throw new Error('two private keys are wanted');
    const sealOf = (text: string): string => /^80f00001 .*$/m.exec(text)?.[0] ?? '';
    writeFileSync(join(slot, a.name), a.text.replace(sealOf(a.text), sealOf(b.text)));
    const again = rig.provider({ pollMs: 0 });
    const codes: string[] = [];
    for (const { keyId } of await (await loggedIn(again, info.id)).certificates()) {
      const token = await loggedIn(again, info.id); // a device error costs the login
      codes.push(await codeOf(token.signDigest(keyId, new Uint8Array(32))));
    }
    expect(codes.sort()).toEqual(['TOKEN_DEVICE_ERROR', 'resolved']);
    await rig.close();
  });
});

describe('the build', () => {
  it('says what is missing, with an exit code of its own, where no compiler is', () => {
    const done = spawnSync(process.execPath, [build, join(folder, 'none')], {
      encoding: 'utf8',
      env: { PATH: '/nonexistent' },
    });
    expect(done.status).toBe(3);
    expect(done.stderr).toContain('No C compiler found');
    expect(done.stderr).toContain('apt-get install gcc');
    expect(done.stderr).toContain('没有找到 C 编译器');
  });

  it('builds again only when something changed', () => {
    const run = (): string => execFileSync(process.execPath, [build, join(folder, 'built')], { encoding: 'utf8' });
    expect(run()).toContain('soft token built by');
    expect(run()).toContain('soft token is up to date');
    rmSync(join(folder, 'built', 'libyiqian-soft.so.stamp'));
    expect(run()).toContain('soft token built by');
  });

  it('gives a library that shows one function and needs nothing but the C library', () => {
    const exported = execFileSync('nm', ['-D', '--defined-only', library], { encoding: 'utf8' });
    expect(
      exported
        .trim()
        .split('\n')
        .map((line) => line.split(' ').at(-1)),
    ).toEqual(['C_GetFunctionList']);
    const needed = execFileSync('readelf', ['-d', library], { encoding: 'utf8' });
    expect([...needed.matchAll(/NEEDED.*\[(.*)\]/g)].map((found) => found[1])).toEqual(['libc.so.6']);
    expect(needed).toContain('NODELETE');
  });
});

/** gcc and clang bring the sanitizers' libraries; where they are missing the program cannot be linked. */
function canSanitize(): boolean {
  const probe = join(tmpdir(), `yiqian-sanitize-${process.pid}`);
  const done = spawnSync('cc', ['-fsanitize=address,undefined', '-x', 'c', '-', '-o', probe], {
    input: 'int main(void) { return 0; }',
  });
  rmSync(probe, { force: true });
  return done.status === 0;
}

describe.skipIf(!canSanitize())('under AddressSanitizer and UBSan', () => {
  it('nothing is found, with signers, a waiter and removals at once', () => {
    const source = join(root, 'resources/soft-token/src');
    const files = readdirSync(source).filter((name) => name.endsWith('.c'));
    const program = join(folder, 'exercise');
    execFileSync('cc', [
      ...['-std=gnu11', '-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all', `-I${source}`],
      ...[
        join(root, 'test/interop/soft-token-exercise.c'),
        ...files.map((name) => join(source, name)),
        '-o',
        program,
        '-pthread',
      ],
    ]);
    const state = join(folder, 'exercise-state');
    mkdirSync(join(state, 'slot1'), { recursive: true });
    const done = spawnSync(program, [state], {
      encoding: 'utf8',
      env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=1' },
    });
    expect(done.stderr).toBe('');
    expect(done.stdout).toMatch(/^\d{4,} calls\n$/);
    expect(done.status).toBe(0);
  });
});
