/** The CA's SM2 keys on a token, through PKCS#11: the soft token, in a process of its own. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackend, type Backend } from '../../src/backend/index.ts';
import { vaultFromFile } from '../../src/backend/ca/key-settings.ts';
import { sm3 } from '../../src/core/crypto/index.ts';
import {
  createCertificateRequest,
  generateSoftwareKey,
  requestTimeStamp,
  softwareKeySigner,
} from '../../src/core/pki/index.ts';
import { forkHost, loadProfiles, pkcs11Provider } from '../../src/core/token/index.ts';
import { http } from './hospital.ts';

const resources = fileURLToPath(new URL('../../resources/', import.meta.url));
const { buildSoftToken, findCompiler } = await import(path.join(resources, 'soft-token/build.mjs'));
const compiler = findCompiler() as string | undefined;
if (compiler === undefined) console.warn('SKIPPED: no C compiler, so no soft token: test/backend/pkcs11-keys.test.ts');

describe.skipIf(compiler === undefined)('keys of the CA on a token', () => {
  let dir: string;
  let settings: string;
  let backend: Backend | undefined;
  const dataDir = (): string => path.join(dir, 'data');
  const open = async (): Promise<Backend> =>
    createBackend({ dataDir: dataDir(), port: 0, vault: await vaultFromFile(settings, path.join(dataDir(), 'keys')) });

  beforeAll(async () => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'yiqian-hsm-'));
    const { path: library } = buildSoftToken({ outDir: path.join(dir, 'lib') });
    const env = { YIQIAN_SOFT_TOKEN_DIR: path.join(dir, 'state') };
    mkdirSync(env.YIQIAN_SOFT_TOKEN_DIR);
    const provider = pkcs11Provider({
      drivers: [{ id: 'soft', path: library, profile: 'yiqian-soft', env }],
      profiles: await loadProfiles(path.join(resources, 'vendor-profiles')),
      spawnHost: forkHost(),
      pollMs: 0,
    });
    await provider.admin({ driver: 'soft', slot: 0 }).initialize({ label: 'CA', soPin: '87654321', userPin: '246810' });
    await provider.close();
    settings = path.join(dir, 'keys.json');
    writeFileSync(path.join(dir, 'pin'), '246810\n', { mode: 0o600 });
    writeFileSync(settings, JSON.stringify({ library, profile: 'yiqian-soft', env, tokenLabel: 'CA', pinFile: 'pin' }));
  });
  afterAll(async () => {
    await backend?.close();
    rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });

  const issueAndStamp = async (b: Backend): Promise<void> => {
    const csr = await createCertificateRequest(
      { subject: [['CN', 'x']] },
      softwareKeySigner(generateSoftwareKey('sm2')),
    );
    const { certificate } = await b.rooms.authority.issue(csr, {});
    await expect(b.rooms.trust.requireSigner(certificate)).resolves.toBeUndefined();
    const trust = await b.rooms.trust.material();
    const stamp = requestTimeStamp(sm3(certificate.der), { url: `${b.url}/tsa`, roots: trust }, http, () => new Date());
    await expect(stamp).resolves.toMatchObject({ time: expect.any(Date) });
  };

  it('issues certificates and time stamps with SM2 keys that are in no file', async () => {
    backend = await open();
    await issueAndStamp(backend);
    const files = readdirSync(path.join(dataDir(), 'keys')).sort();
    expect(files).toEqual([
      'escrow.key.pem',
      'rsa-issuing.key.pem',
      'rsa-root.key.pem',
      'rsa-tsa.key.pem',
      'token-keys.json',
    ]);
  });

  it('finds the same keys after a restart', async () => {
    const before = backend!.rooms.hierarchies[0]!.issuing.certificate.fingerprint;
    await backend!.close();
    backend = await open();
    expect(backend.rooms.hierarchies[0]!.issuing.certificate.fingerprint).toBe(before);
    await issueAndStamp(backend);
  });

  it('refuses to start with a wrong PIN or without the token', async () => {
    await backend!.close();
    backend = undefined;
    writeFileSync(path.join(dir, 'pin'), '000000\n');
    await expect(open()).rejects.toMatchObject({ code: 'TOKEN_PIN_INCORRECT' });
    const other = JSON.stringify({
      library: path.join(dir, 'none.so'),
      profile: 'yiqian-soft',
      tokenLabel: 'CA',
      pinFile: 'pin',
    });
    writeFileSync(settings, other);
    await expect(open()).rejects.toMatchObject({ code: expect.stringMatching(/^TOKEN_/) });
    expect(existsSync(path.join(dataDir(), 'backend.sqlite'))).toBe(true);
  });
});
