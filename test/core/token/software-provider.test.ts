import { expect, it } from 'vitest';
import { sm2Verify } from '#core/crypto/index.ts';
import {
  generateSoftwareKey,
  issueSelfSignedCertificate,
  softwareKeySigner,
  exportPrivateKeyPkcs8,
} from '#core/pki/index.ts';
import { selfTest, softwareProvider, tokenSigner, type TokenEvent } from '#core/token/index.ts';
import { codeOf } from './soft-token-rig.ts';

async function person(kind: 'sm2' | 'rsa' | 'ec-p256') {
  const key = generateSoftwareKey(kind);
  const certificate = await issueSelfSignedCertificate(
    {
      subject: [['CN', kind]],
      notBefore: new Date(0),
      notAfter: new Date(Date.now() + 86_400_000),
      keyUsage: ['digitalSignature'],
    },
    softwareKeySigner(key),
  );
  return { key, certificate };
}

it('signs with SM2, RSA and P-256 keys in memory', async () => {
  const people = await Promise.all((['sm2', 'rsa', 'ec-p256'] as const).map(person));
  const provider = softwareProvider([
    {
      serial: 'A1',
      label: '测试',
      pin: '1234',
      keys: people.map(({ key, certificate }) => ({
        label: certificate.commonName,
        certificate,
        privateKey: certificate.publicKey.kind === 'sm2' ? sm2Scalar(key) : exportPrivateKeyPkcs8(key),
      })),
    },
  ]);
  const token = await provider.open('software:A1');
  await token.login('1234');
  for (const key of await token.certificates()) {
    expect((await selfTest(token, key.keyId)).milliseconds).toBeGreaterThanOrEqual(0);
    expect((await tokenSigner(token, key, []).sign(Uint8Array.of(1))).length).toBeGreaterThan(60);
  }
  const sm2 = people[0];
  const value = await token.signDigest((await token.certificates())[0]?.keyId ?? '', new Uint8Array(32));
  expect(sm2Verify(sm2?.certificate.publicKey.point ?? new Uint8Array(), new Uint8Array(32), value)).toBe(true);
});

it('has a PIN counter, and loses the login when the token is removed', async () => {
  const { key, certificate } = await person('sm2');
  const provider = softwareProvider([
    { serial: 'A1', label: 'x', pin: '1234', keys: [{ label: 'k', certificate, privateKey: sm2Scalar(key) }] },
  ]);
  const events: TokenEvent['type'][] = [];
  provider.subscribe(({ type }) => events.push(type));
  const token = await provider.open('software:A1');
  expect(await codeOf(token.login('0'))).toBe('TOKEN_PIN_INCORRECT');
  expect(token.info.pinTries).toEqual({ kind: 'count', left: 5 });
  await token.login('1234');
  provider.remove('A1');
  expect(await codeOf(token.certificates())).toBe('TOKEN_REMOVED');
  provider.insert('A1');
  const [listed] = await token.certificates();
  expect(await codeOf(token.signDigest(listed?.keyId ?? '', new Uint8Array(32)))).toBe('TOKEN_NOT_LOGGED_IN');
  for (let i = 0; i < 5; i++) expect(await codeOf(token.login('0'))).toBe('TOKEN_PIN_INCORRECT');
  expect(await codeOf(token.login('0'))).toBe('TOKEN_PIN_LOCKED');
  expect(await codeOf(token.login('1234'))).toBe('TOKEN_PIN_LOCKED');
  expect(events).toEqual(['removed', 'inserted']);
});

/** d out of a PKCS#8 SM2 key: the OCTET STRING of 32 bytes. */
function sm2Scalar(key: Parameters<typeof exportPrivateKeyPkcs8>[0]): Uint8Array {
  const pkcs8 = Buffer.from(exportPrivateKeyPkcs8(key));
  const at = pkcs8.indexOf(Buffer.from([0x02, 0x01, 0x01, 0x04, 0x20]));
  return Uint8Array.from(pkcs8.subarray(at + 5, at + 37));
}
