/** The soft token's own faults in the middle of a signature: pulled out, driver crashed, driver hanging. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { isYqError } from '#core/errors/index.ts';
import { bytesSource } from '#core/pdf/index.ts';
import { issueCertificate, readPublicKey, sm2Spki, type Signer } from '#core/pki/index.ts';
import { signPdf, type SigningPoint } from '#core/signing/index.ts';
import { tokenSigner, type AdministrableProvider } from '#core/token/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import {
  makePki,
  makeRecord,
  requestOf,
  scratchFolder,
  writeRecord,
  years,
  type Pki,
} from '../core/signing/material.ts';
import { codeOf, loggedIn, PIN, SoftTokenRig } from '../core/token/soft-token-rig.ts';

let rig: SoftTokenRig | undefined;
afterEach(async () => await rig?.close());

async function doctorOnToken(): Promise<{
  pki: Pki;
  provider: AdministrableProvider;
  tokenId: string;
  signer: () => Promise<Signer>;
}> {
  rig = new SoftTokenRig();
  const provider = rig.provider({ deadlines: { sign: 1500 } });
  const { info, keyId, publicKey } = await rig.personalise(provider);
  const pki = await makePki('sm2');
  const certificate = await issueCertificate(
    {
      subject: [['CN', '李医师']],
      publicKey: readPublicKey(sm2Spki(publicKey)),
      notBefore: years(-1),
      notAfter: years(1),
      keyUsage: ['digitalSignature', 'nonRepudiation'],
    },
    pki.issuingSigner,
  );
  const ckaId = new Uint8Array(Buffer.from(keyId, 'hex'));
  await provider.admin(info.id).importCertificate({ pin: PIN, ckaId, der: certificate.der, label: 'signing key' });
  const signer = async (): Promise<Signer> => {
    const token = await loggedIn(provider, info.id);
    const key = (await token.certificates()).find((k) => k.certificate !== undefined);
    return tokenSigner(token, key ?? expect.fail('no certificate on the token'), [pki.issuingSigner.certificate]);
  };
  return { pki, provider, tokenId: info.id, signer };
}

it.each([
  ['is pulled out', ['slot0.present=0'], /^TOKEN_(REMOVED|ABSENT)$/, ['slot0.present=1']],
  ['crashes its driver', ['slot0.sign.crash=1'], /^TOKEN_DRIVER_CRASHED$/, []],
  ['hangs its driver', ['slot0.sign.hang=1'], /^TOKEN_DRIVER_TIMEOUT$/, []],
  ['gives a wrong value', ['slot0.sign.corrupt=1'], /^TOKEN_SIGNATURE_WRONG$/, []],
] as const)(
  'the token %s in mid-sign: nothing is left, the message helps, the next try works',
  async (_, fault, code, repair) => {
    const { pki, signer } = await doctorOnToken();
    const folder = scratchFolder();
    const record = await makeRecord();
    const source = await writeRecord(scratchFolder(), record);
    const target = join(folder, 'signed.pdf');
    const strike = (point: SigningPoint): void => {
      if (point === 'prepared') rig?.control(...fault);
    };
    const attempt = signPdf(requestOf(source, target, await signer(), pki.trust, { atPoint: strike }));
    const error: unknown = await attempt.catch((e: unknown) => e);
    expect(await codeOf(Promise.reject(error as Error))).toMatch(code);
    expect(isYqError(error) && error.text('zh').next.length > 5).toBe(true);
    expect(await readdir(folder)).toEqual([]);
    expect(Buffer.from(record).equals(await readFile(source))).toBe(true);

    rig?.control(...repair);
    await signPdf(requestOf(source, target, await signer(), pki.trust));
    const signed = new Uint8Array(await readFile(target));
    expect((await verifyPdf(bytesSource(signed), { name: 'signed.pdf', trust: pki.trust })).verdict).toBe('PASSED');
  },
);
