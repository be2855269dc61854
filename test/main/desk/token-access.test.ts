/** A key that wants the PIN with every signature, as the desk meets it: found out when it is logged in, used, and remembered. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { issueCertificate, readPublicKey, sm2Spki } from '../../../src/core/pki/index.ts';
import { createTokenAccess, type TokenAccess } from '../../../src/main/desk/token-access.ts';
import { makePki, years } from '../../core/signing/material.ts';
import { PIN, SO_PIN, SoftTokenRig } from '../../core/token/soft-token-rig.ts';

const rig = new SoftTokenRig();
let tokens: TokenAccess;
let tokenId: string;
let keyId: string;

beforeAll(async () => {
  const provider = rig.provider();
  const pki = await makePki('sm2');
  const admin = provider.admin({ driver: 'soft', slot: 0 });
  tokenId = (await admin.initialize({ label: 'EACH', soPin: SO_PIN, userPin: PIN })).id;
  const work = provider.admin(tokenId);
  const pair = await work.generateSm2KeyPair({ pin: PIN, label: 'each', alwaysAuthenticate: true });
  const certificate = await issueCertificate(
    {
      subject: [['CN', '李医师']],
      publicKey: readPublicKey(sm2Spki(pair.publicKey)),
      notBefore: years(-1),
      notAfter: years(1),
      keyUsage: ['digitalSignature', 'nonRepudiation'],
    },
    pki.issuingSigner,
  );
  await work.importCertificate({ pin: PIN, ckaId: pair.ckaId, der: certificate.der, label: 'each' });
  tokens = createTokenAccess({
    provider,
    trust: () => Promise.resolve(pki.trust),
    fetchIssuer: () => Promise.resolve(undefined),
    now: () => new Date(),
  });
  keyId = (await tokens.keys(tokenId))[0]!.keyId;
});
afterAll(() => rig.close());

it('signs more than once under one login, and is known as such from then on', async () => {
  const { key } = await tokens.find(tokenId, keyId);
  const values = await tokens.withLogin(tokenId, PIN, async (token) => {
    const signer = await tokens.signer(token, key, PIN);
    return [await signer.sign(Uint8Array.of(1)), await signer.sign(Uint8Array.of(2))];
  });
  expect(values.map((v) => v.length > 60)).toEqual([true, true]);
  expect((await tokens.find(tokenId, keyId)).key.alwaysAuthenticate).toBe(true);
  expect((await tokens.keys(tokenId))[0]?.alwaysAuthenticate).toBe(true);
  const view = await tokens.view();
  expect(view.tokens[0]?.keys[0]?.alwaysAuthenticate).toBe(true);
});
