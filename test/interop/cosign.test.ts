/**
 * Signatures by two parties before strangers: to BouncyCastle, PDFBox and OpenSSL they are SM2 signatures like any other. And the server's shares
 * under an RSA key that lives on SoftHSM2.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomBytes, sm2SignatureToDer } from '#core/crypto/index.ts';
import { toPem } from '#core/pki/index.ts';
import { signPdf } from '#core/signing/index.ts';
import { forkHost, pkcs11Provider, tokenSigner, type Token, type TokenKey } from '#core/token/index.ts';
import { vaultFromFile } from '../../src/backend/ca/key-settings.ts';
import { keyShareVault } from '../../src/backend/cosign/share-vault.ts';
import { makeRecord, requestOf, scratchFolder, writeRecord } from '../core/signing/material.ts';
import { openRig, PIN, type Rig } from '../core/token/cosign/rig.ts';
import { PIN as TOKEN_PIN, profiles, SO_PIN } from '../core/token/soft-token-rig.ts';
import { javaMissing, pdfCheck } from './java.ts';

const folder = scratchFolder();

describe.skipIf(javaMissing !== undefined)('co-signatures before strangers', () => {
  let rig: Rig;
  let token: Token;
  let key: TokenKey;
  beforeAll(async () => {
    rig = await openRig();
    rig.now = new Date();
    ({ token } = await rig.enrolled());
    await token.login(PIN);
    key = (await token.certificates())[0] ?? expect.fail('no key');
  });
  afterAll(() => rig.close());

  it('PDFBox and BouncyCastle accept a record signed by both sides, its chain included; a changed byte they refuse', async () => {
    const sm2 = rig.rooms.hierarchies.find(({ kind }) => kind === 'sm2') ?? expect.fail('no SM2 hierarchy');
    const signer = tokenSigner(token, key, [sm2.issuing.certificate]);
    const trust = await rig.rooms.trust.material();
    const source = await writeRecord(folder, await makeRecord(), 'record.pdf');
    const target = join(folder, 'cosigned.pdf');
    await signPdf(requestOf(source, target, signer, trust, { reason: '签署' }));
    const [good] = pdfCheck([target], sm2.root.certificate.toPem());
    expect([good?.ok, good?.signatures.map((s) => s.ok)]).toEqual([true, [true]]);
    const { readFileSync } = await import('node:fs');
    const bytes = readFileSync(target);
    bytes[300] = (bytes[300] ?? 0) ^ 1;
    const changed = join(folder, 'changed.pdf');
    writeFileSync(changed, bytes);
    expect(pdfCheck([changed], sm2.root.certificate.toPem())[0]?.ok).toBe(false);
  });

  it('OpenSSL verifies twenty of them, and none over another message', async () => {
    const spki = join(folder, 'key.pem');
    const { certificate } = key;
    writeFileSync(spki, toPem('PUBLIC KEY', certificate!.publicKey.spki));
    const verify = (data: Uint8Array, value: Uint8Array): number | null => {
      writeFileSync(join(folder, 'data'), data);
      writeFileSync(join(folder, 'value'), value);
      const id = ['-sigopt', 'distid:1234567812345678'];
      const run = spawnSync('openssl', [
        ...['dgst', '-sm3', '-verify', spki, ...id],
        ...['-signature', join(folder, 'value'), join(folder, 'data')],
      ]);
      return run.status;
    };
    for (let i = 0; i < 20; i++) {
      const message = randomBytes(50 + i);
      const value = sm2SignatureToDer(await token.signMessage(key.keyId, message));
      expect(verify(message, value)).toBe(0);
      if (i === 0) expect(verify(randomBytes(50), value)).not.toBe(0);
    }
  });
});

const softHsm = profiles
  .get('softhsm2')
  ?.libraries[`${process.platform}-${process.arch}`]?.find((path) => existsSync(path));
if (softHsm === undefined) console.warn('SKIPPED: SoftHSM2 is not installed: the co-signing vault on a token');

describe.skipIf(softHsm === undefined)('the server’s shares under a key on SoftHSM2', () => {
  it('open again after a restart, with that token and no other; no file holds the key', async () => {
    const hsm = async (name: string) => {
      const home = join(folder, name);
      mkdirSync(join(home, 'tokens'), { recursive: true });
      const conf = join(home, 'softhsm2.conf');
      writeFileSync(conf, `directories.tokendir = ${join(home, 'tokens')}\nlog.level = ERROR\n`);
      const env = { SOFTHSM2_CONF: conf };
      const driver = { id: 'hsm', path: softHsm ?? '', profile: 'softhsm2', env };
      const provider = pkcs11Provider({ drivers: [driver], profiles, spawnHost: forkHost(), pollMs: 0 });
      await provider
        .admin({ driver: 'hsm', slot: 0 })
        .initialize({ label: 'VAULT', soPin: SO_PIN, userPin: TOKEN_PIN });
      await provider.close();
      writeFileSync(join(home, 'pin'), `${TOKEN_PIN}\n`, { mode: 0o600 });
      const settings = {
        library: softHsm,
        profile: 'softhsm2',
        env,
        tokenLabel: 'VAULT',
        pinFile: 'pin',
        kinds: ['rsa'],
      };
      writeFileSync(join(home, 'keys.json'), JSON.stringify(settings));
      return async <T>(work: (vault: Awaited<ReturnType<typeof keyShareVault>>) => T): Promise<T> => {
        const keys = await vaultFromFile(join(home, 'keys.json'), join(home, 'keys'));
        try {
          return work(await keyShareVault(await keys.key('cosign-vault', 'rsa')));
        } finally {
          await keys.close();
        }
      };
    };
    const first = await hsm('first');
    const second = await hsm('second');
    const secret = randomBytes(32);
    const sealed = await first((vault) => vault.seal(secret, 'a share'));
    expect(await first((vault) => vault.open(sealed, 'a share'))).toEqual(secret);
    await first((vault) => {
      expect(() => vault.open(sealed, 'another share')).toThrow('CRYPTO_DECRYPT');
    });
    await second((vault) => {
      expect(() => vault.open(sealed, 'a share')).toThrow('CRYPTO_DECRYPT');
    });
    expect(existsSync(join(folder, 'first', 'keys', 'cosign-vault.key.pem'))).toBe(false);
  });
});
