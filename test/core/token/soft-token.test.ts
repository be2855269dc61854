import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sm2Digest, sm2Verify } from '#core/crypto/index.ts';
import {
  generateSoftwareKey,
  issueSelfSignedCertificate,
  Oid,
  readPublicKey,
  sm2Spki,
  softwareKeySigner,
  verifySignatureValue,
  type Certificate,
  type KeyUsageName,
} from '#core/pki/index.ts';
import { selfTest, signWith, tokenSigner, type AdministrableProvider, type TokenInfo } from '#core/token/index.ts';
import { codeOf, loggedIn, PIN, SO_PIN, SoftTokenRig } from './soft-token-rig.ts';

const digest = new Uint8Array(32).fill(7);
let rig: SoftTokenRig;
let provider: AdministrableProvider;
let info: TokenInfo;
let keyId: string;
let publicKey: Uint8Array;

beforeEach(async () => {
  rig = new SoftTokenRig();
  provider = rig.provider();
  ({ info, keyId, publicKey } = await rig.personalise(provider));
});
afterEach(() => rig.close());

describe('a token', () => {
  it('is listed with its serial, its profile and the loud mark', async () => {
    expect(await provider.list()).toEqual([info]);
    expect(info).toMatchObject({
      label: 'TEST 0',
      manufacturer: 'Yiqian TEST ONLY',
      model: 'SOFT-TOKEN SM2',
      profile: 'yiqian-soft',
      testOnly: true,
      loginRequired: true,
      pinTries: { kind: 'count', left: 6 },
    });
    expect(info.serial).toMatch(/^SOFT-[0-9A-F]{10}$/);
    expect(info.id).toBe(`soft:${info.serial}`);
  });

  it('tells its driver to support', async () => {
    expect(await provider.drivers()).toEqual([
      {
        driver: 'soft',
        profile: 'yiqian-soft',
        path: rig.library,
        state: 'ready',
        version: 'Yiqian SOFT token, TEST ONLY 1.0',
        slots: 1,
      },
    ]);
  });

  it('signs a digest after login, and the value verifies', async () => {
    const token = await loggedIn(provider, info.id);
    const value = await token.signDigest(keyId, digest);
    expect(value).toHaveLength(64);
    expect(sm2Verify(publicKey, digest, value)).toBe(true);
  });

  it('signs a message with Z_A of the default user ID', async () => {
    const token = await loggedIn(provider, info.id);
    const message = new TextEncoder().encode('处方');
    const value = await token.signMessage(keyId, message);
    expect(sm2Verify(publicKey, sm2Digest(publicKey, message), value)).toBe(true);
  });

  it('does not sign without a login, nor after a logout', async () => {
    const token = await provider.open(info.id);
    expect(await codeOf(token.signDigest(keyId, digest))).toBe('TOKEN_NOT_LOGGED_IN');
    await token.login(PIN);
    await token.logout();
    expect(await codeOf(token.signDigest(keyId, digest))).toBe('TOKEN_NOT_LOGGED_IN');
  });

  it('refuses a digest that is not 32 bytes and a key that it does not have', async () => {
    const token = await loggedIn(provider, info.id);
    expect(await codeOf(token.signDigest(keyId, new Uint8Array(31)))).toBe('TOKEN_DATA_LENGTH');
    expect(await codeOf(token.signDigest('00FF', digest))).toBe('TOKEN_KEY_NOT_FOUND');
  });

  it('passes its self-test', async () => {
    const token = await loggedIn(provider, info.id);
    expect((await selfTest(token, keyId)).algorithm).toBe('SM2');
  });

  it('says no more once it is closed', async () => {
    const token = await loggedIn(provider, info.id);
    await token.close();
    expect(await codeOf(token.certificates())).toBe('TOKEN_CLOSED');
  });

  it('keeps another window’s login when one of two users of it closes', async () => {
    const first = await loggedIn(provider, info.id);
    const onlooker = await provider.open(info.id);
    await onlooker.certificates();
    await onlooker.close();
    const second = await loggedIn(provider, info.id);
    await second.close();
    expect(await first.signDigest(keyId, digest)).toHaveLength(64);
  });

  it('does one thing at a time, whoever asks', async () => {
    const token = await loggedIn(provider, info.id);
    const values = await Promise.all(
      Array.from({ length: 20 }, (_, i) => token.signDigest(keyId, new Uint8Array(32).fill(i))),
    );
    values.forEach((value, i) => expect(sm2Verify(publicKey, new Uint8Array(32).fill(i), value)).toBe(true));
  });
});

describe('the PIN', () => {
  it('is counted down to the lock, refused then even when right, and unlocked by the SO', async () => {
    const token = await provider.open(info.id);
    for (const left of [5, 4, 3, 2, 1]) {
      expect(await codeOf(token.login('000000'))).toBe('TOKEN_PIN_INCORRECT');
      expect(token.info.pinTries).toEqual({ kind: 'count', left });
    }
    expect(await codeOf(token.login('000000'))).toBe('TOKEN_PIN_LOCKED');
    expect(await codeOf(token.login(PIN))).toBe('TOKEN_PIN_LOCKED');
    expect((await provider.list())[0]?.pinTries).toEqual({ kind: 'count', left: 0 });

    await provider.admin(info.id).unlock({ soPin: SO_PIN, newPin: '654321' });
    await token.login('654321');
    expect(token.info.pinTries).toEqual({ kind: 'count', left: 6 });
    expect(await token.signDigest(keyId, digest)).toHaveLength(64);
  });

  it('is told by the flags where the exact number is not to be had', async () => {
    rig.pose([
      'manufacturer=Yiqian TEST ONLY',
      'keytype=80000001',
      'keygen=80000001',
      'sign=80000002 digest raw',
      'sm3=80000010',
      'point=octetstring',
      'pincounter=0',
    ]);
    const token = await rig.provider().open(info.id);
    expect(token.info.pinTries).toEqual({ kind: 'full' });
    const seen: string[] = [];
    for (let i = 0; i < 6; i++) {
      await codeOf(token.login('000000'));
      seen.push(token.info.pinTries.kind);
    }
    expect(seen).toEqual(['low', 'low', 'low', 'low', 'final', 'locked']);
  });

  it('costs no try when its length is wrong', async () => {
    const token = await provider.open(info.id);
    expect(await codeOf(token.login('123'))).toBe('TOKEN_PIN_LENGTH');
    expect(token.info.pinTries).toEqual({ kind: 'count', left: 6 });
  });

  it('can be changed, and the old one is worth nothing then', async () => {
    const token = await provider.open(info.id);
    expect(await codeOf(token.changePin('000000', '222222'))).toBe('TOKEN_PIN_INCORRECT');
    expect(token.info.pinTries).toEqual({ kind: 'count', left: 5 });
    await token.changePin(PIN, '222222');
    expect(await codeOf(token.login(PIN))).toBe('TOKEN_PIN_INCORRECT');
    await token.login('222222');
    expect(await token.signDigest(keyId, digest)).toHaveLength(64);
  });

  it('is asked for before every signature by a key with CKA_ALWAYS_AUTHENTICATE', async () => {
    const careful = await provider
      .admin(info.id)
      .generateSm2KeyPair({ pin: PIN, label: 'careful', ckaId: Uint8Array.of(9), alwaysAuthenticate: true });
    const token = await loggedIn(provider, info.id);
    expect((await token.certificates()).find((key) => key.keyId === '09')?.alwaysAuthenticate).toBe(true);
    expect(await codeOf(token.signDigest('09', digest))).toBe('TOKEN_PIN_EACH_TIME');
    expect(await codeOf(token.signDigest('09', digest, { pin: '000000' }))).toBe('TOKEN_PIN_INCORRECT');
    const value = await token.signDigest('09', digest, { pin: PIN });
    expect(sm2Verify(careful.publicKey, digest, value)).toBe(true);
  });
});

describe('certificates', () => {
  async function certify(
    usage: readonly KeyUsageName[] = ['digitalSignature', 'nonRepudiation'],
  ): Promise<Certificate> {
    const token = await loggedIn(provider, info.id);
    const key = (await token.certificates()).find((candidate) => candidate.keyId === keyId);
    if (key === undefined) throw new Error('the new key is not listed');
    const certificate = await issueSelfSignedCertificate(
      {
        subject: [
          ['C', 'CN'],
          ['CN', '张医生'],
        ],
        notBefore: new Date(Date.now() - 60_000),
        notAfter: new Date(Date.now() + 86_400_000),
        serial: Uint8Array.of(0x7a, 1, 2),
        keyUsage: usage,
      },
      { publicKey: readPublicKey(sm2Spki(publicKey)), digest: 'sm3', sign: signWith(token, key) },
    );
    await token.close();
    return certificate;
  }
  const put = (der: Uint8Array, ckaId: Uint8Array): Promise<void> =>
    provider.admin(info.id).importCertificate({ pin: PIN, ckaId, der, label: '张医生' });
  const id = (): Uint8Array => Uint8Array.from(Buffer.from(keyId, 'hex'));

  it('are signed by the key itself and then name it, before login and after', async () => {
    const certificate = await certify();
    await put(certificate.der, id());
    const token = await provider.open(info.id);
    const wanted = { keyId: `7A0102@${certificate.issuer}`, label: '张医生', kind: 'sm2', usage: 'signing' };
    expect(await token.certificates()).toMatchObject([wanted]);
    await token.login(PIN);
    const [key] = await token.certificates();
    expect(key).toMatchObject(wanted);
    expect(key?.certificate?.fingerprint).toBe(certificate.fingerprint);
    expect(await token.signDigest(wanted.keyId, digest)).toHaveLength(64);
  });

  it('give pki its signer, whose value a stranger’s eye sees as valid', async () => {
    await put((await certify()).der, id());
    const token = await loggedIn(provider, info.id);
    const [key] = await token.certificates();
    if (key === undefined) throw new Error('no key');
    const signer = tokenSigner(token, key, []);
    const message = new TextEncoder().encode('signed attributes');
    const value = await signer.sign(message);
    expect(signer.digest).toBe('sm3');
    expect(verifySignatureValue(signer.certificate.publicKey, { oid: Oid.sm2WithSm3 }, message, value)).toBe(true);
  });

  it('are matched by the public key when their CKA_ID is not the key’s', async () => {
    const certificate = await certify();
    await put(certificate.der, Uint8Array.of(0xaa));
    const token = await loggedIn(provider, info.id);
    const keys = await token.certificates();
    expect(keys.map((key) => key.certificate?.serial)).toEqual(['7A0102']);
    expect(await token.signDigest(keys[0]?.keyId ?? '', digest)).toHaveLength(64);
  });

  it('without a private key are not offered after login', async () => {
    const key = generateSoftwareKey('sm2');
    const stranger = await issueSelfSignedCertificate(
      { subject: [['CN', 'stranger']], notBefore: new Date(0), notAfter: new Date(Date.now() + 1000) },
      softwareKeySigner(key),
    );
    await put(stranger.der, Uint8Array.of(0xbb));
    const token = await loggedIn(provider, info.id);
    expect((await token.certificates()).map((found) => found.keyId)).toEqual([keyId]);
  });

  it('for encryption say so', async () => {
    await put((await certify(['keyEncipherment', 'dataEncipherment'])).der, id());
    const token = await provider.open(info.id);
    expect((await token.certificates()).map((key) => key.usage)).toEqual(['encryption']);
  });

  it('that cannot be read are not written', async () => {
    const certificate = await certify();
    await put(certificate.der, id());
    const broken = certificate.der.slice();
    broken[1] = 0x10;
    await expect(
      provider.admin(info.id).importCertificate({ pin: PIN, ckaId: id(), der: broken, label: 'broken' }),
    ).rejects.toThrow();
    expect(await (await provider.open(info.id)).certificates()).toHaveLength(1);
  });
});

describe('what is on the token stays', () => {
  it('over a restart of the driver', async () => {
    await provider.close();
    const again = rig.provider();
    const token = await loggedIn(again, info.id);
    expect(sm2Verify(publicKey, digest, await token.signDigest(keyId, digest))).toBe(true);
  });

  it('and is seen by a second process at once', async () => {
    const other = rig.provider();
    const reader = await loggedIn(other, info.id);
    expect(await reader.certificates()).toHaveLength(1);
    await provider.admin(info.id).generateSm2KeyPair({ pin: PIN, label: 'second', ckaId: Uint8Array.of(2) });
    expect((await reader.certificates()).map((key) => key.label).sort()).toEqual(['second', 'signing key']);
    expect(await reader.signDigest('02', digest)).toHaveLength(64);
  });

  it('a new initialisation wants the SO PIN and wipes the keys', async () => {
    const admin = provider.admin({ driver: 'soft', slot: 0 });
    const wrong = admin.initialize({ label: 'NEW', soPin: '87654321', userPin: PIN });
    expect(await codeOf(wrong)).toBe('TOKEN_PIN_INCORRECT');
    const fresh = await admin.initialize({ label: 'NEW', soPin: SO_PIN, userPin: PIN });
    expect(fresh.serial).not.toBe(info.serial);
    const token = await loggedIn(provider, fresh.id);
    expect(await token.certificates()).toEqual([]);
  });
});
