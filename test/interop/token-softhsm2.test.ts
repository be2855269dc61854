/** SoftHSM2 as the second module: RSA-2048 and P-256 keys, beside the soft token, in a process of its own. */
import { createPublicKey, verify } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHash } from '#core/crypto/index.ts';
import { issueSelfSignedCertificate, Oid, readPublicKey, verifySignatureValue } from '#core/pki/index.ts';
import {
  forkHost,
  pkcs11Provider,
  selfTest,
  signWith,
  tokenSigner,
  type AdministrableProvider,
  type Token,
  type TokenInfo,
} from '#core/token/index.ts';
import { codeOf, loggedIn, PIN, profiles, SO_PIN, SoftTokenRig } from '../core/token/soft-token-rig.ts';

const library = profiles
  .get('softhsm2')
  ?.libraries[`${process.platform}-${process.arch}`]?.find((path) => existsSync(path));
if (library === undefined) console.warn('SoftHSM2 is not installed (Debian: softhsm2): its tests are skipped');

describe.skipIf(library === undefined)('SoftHSM2', () => {
  let folder: string;
  let rig: SoftTokenRig;
  let provider: AdministrableProvider;
  let info: TokenInfo;
  let soft: Awaited<ReturnType<SoftTokenRig['personalise']>>;
  const keys: Record<string, { id: string; spki: Uint8Array }> = {};

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'yiqian-softhsm-'));
    mkdirSync(join(folder, 'tokens'));
    writeFileSync(
      join(folder, 'softhsm2.conf'),
      `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`,
    );
    rig = new SoftTokenRig();
    provider = pkcs11Provider({
      drivers: [
        {
          id: 'softhsm2',
          path: library ?? '',
          profile: 'softhsm2',
          env: { SOFTHSM2_CONF: join(folder, 'softhsm2.conf') },
        },
        { id: 'soft', path: rig.library, profile: 'yiqian-soft', env: rig.env },
      ],
      profiles,
      spawnHost: forkHost(),
    });
    info = await provider
      .admin({ driver: 'softhsm2', slot: 0 })
      .initialize({ label: 'HSM', soPin: SO_PIN, userPin: PIN });
    for (const kind of ['rsa', 'ec-p256'] as const) {
      const { ckaId, spki } = await provider.admin(info.id).generateKeyPair({ pin: PIN, label: kind, kind });
      keys[kind] = { id: Buffer.from(ckaId).toString('hex').toUpperCase(), spki };
    }
    soft = await rig.personalise(provider);
  });
  afterAll(async () => {
    await provider.close();
    await rig.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });

  async function withToken<T>(work: (token: Token) => Promise<T>): Promise<T> {
    const token = await loggedIn(provider, info.id);
    try {
      return await work(token);
    } finally {
      await token.close();
    }
  }

  it('stands beside the soft token, neither hides the other', async () => {
    expect((await provider.list()).map(({ profile }) => profile).sort()).toEqual(['softhsm2', 'yiqian-soft']);
    expect((await provider.drivers()).map(({ driver, state }) => [driver, state])).toEqual([
      ['softhsm2', 'ready'],
      ['soft', 'ready'],
    ]);
    const other = await loggedIn(provider, soft.info.id);
    await withToken(async (token) => {
      expect(await token.signDigest(keys['rsa']?.id ?? '', new Uint8Array(32))).toHaveLength(256);
      expect(await other.signDigest(soft.keyId, new Uint8Array(32))).toHaveLength(64);
    });
    await other.close();
  });

  it.each([
    ['rsa', 256],
    ['ec-p256', 64],
  ] as const)('%s: signs, and node and openssl accept it', async (kind, length) => {
    const key = keys[kind];
    if (key === undefined) throw new Error('no key');
    const message = new TextEncoder().encode('检验报告');
    const digest = createHash('sha256').update(message).digest();
    await withToken(async (token) => {
      const publicKey = createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' });
      for (const value of [await token.signDigest(key.id, digest), await token.signMessage(key.id, message)]) {
        expect(value).toHaveLength(length);
        expect(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, value)).toBe(true);
      }
      const listed = (await token.certificates()).find(({ keyId }) => keyId === key.id);
      if (listed === undefined) throw new Error('not listed');
      const at = (name: string): string => join(folder, name);
      writeFileSync(at('key.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
      writeFileSync(at('message'), message);
      writeFileSync(at('value'), await signWith(token, listed)(message));
      const args = ['dgst', '-sha256', '-verify', at('key.pem'), '-signature', at('value'), at('message')];
      expect(execFileSync('openssl', args, { encoding: 'utf8' }).trim()).toBe('Verified OK');
      expect((await selfTest(token, key.id)).milliseconds).toBeGreaterThan(0);
    });
  });

  it('certificates on it are found by issuer and serial and give pki its signer', async () => {
    const key = keys['rsa'];
    if (key === undefined) throw new Error('no key');
    const publicKey = readPublicKey(key.spki);
    const certificate = await withToken(async (token) => {
      const listed = (await token.certificates()).find(({ keyId }) => keyId === key.id);
      if (listed === undefined) throw new Error('not listed');
      return issueSelfSignedCertificate(
        {
          subject: [['CN', 'RSA 医生']],
          notBefore: new Date(0),
          notAfter: new Date(Date.now() + 86_400_000),
          keyUsage: ['digitalSignature'],
        },
        { publicKey, digest: 'sha256', sign: signWith(token, listed) },
      );
    });
    const ckaId = Uint8Array.from(Buffer.from(key.id, 'hex'));
    await provider.admin(info.id).importCertificate({ pin: PIN, ckaId, der: certificate.der, label: 'RSA 医生' });
    const before = await (await provider.open(info.id)).certificates();
    expect(before.map(({ keyId }) => keyId)).toContain(`${certificate.serial}@${certificate.issuer}`);
    await withToken(async (token) => {
      const found = (await token.certificates()).find(
        (candidate) => candidate.certificate?.serial === certificate.serial,
      );
      if (found === undefined) throw new Error('not found');
      const value = await tokenSigner(token, found, []).sign(Uint8Array.of(1, 2, 3));
      expect(verifySignatureValue(publicKey, { oid: Oid.sha256WithRsa }, Uint8Array.of(1, 2, 3), value)).toBe(true);
    });
  });

  it('a wrong PIN is told, and the flags with it', async () => {
    const token = await provider.open(info.id);
    expect(token.info.pinTries).toEqual({ kind: 'full' });
    expect(await codeOf(token.login('000000'))).toBe('TOKEN_PIN_INCORRECT');
    expect(token.info.pinTries).toEqual({ kind: 'low' });
    await token.login(PIN);
    expect(token.info.pinTries).toEqual({ kind: 'full' });
    await token.close();
  });

  it('its SM2 keys, which sign with ECDSA, are not offered as SM2', async () => {
    const made = spawnSync(
      'pkcs11-tool',
      [
        '--module',
        library ?? '',
        '--login',
        '--pin',
        PIN,
        '--keypairgen',
        '--key-type',
        'EC:prime256v1',
        '--id',
        '77',
        '--label',
        'tool',
      ],
      { env: { ...process.env, SOFTHSM2_CONF: join(folder, 'softhsm2.conf') }, encoding: 'utf8' },
    );
    expect(made.status).toBe(0);
    await withToken(async (token) => {
      const kinds = (await token.certificates()).map(({ kind }) => kind);
      expect(kinds).not.toContain('sm2');
      expect(kinds).toContain('ec-p256');
    });
    const wanted = provider.admin(info.id).generateSm2KeyPair({ pin: PIN, label: 'sm2' });
    expect(await codeOf(wanted)).toBe('TOKEN_PROFILE_NO_MECHANISM');
  });
});
