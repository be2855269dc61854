import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  generateSoftwareKey,
  issueCertificate,
  issueSelfSignedCertificate,
  softwareKeySigner,
  softwareSigner,
  validateChain,
  type Certificate,
  type SoftwareKey,
} from '../../../src/core/pki/index.ts';
import { issuersOf, readTrustFolder } from '../../../src/main/desk/trust.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-trust-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});
const at = new Date('2026-11-22T00:00:00Z');
const year = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') };
const ca = { ...year, ca: {}, keyUsage: ['keyCertSign', 'cRLSign'] as const };
const put = (name: string, ...certificates: readonly Certificate[]) =>
  writeFileSync(join(folder, name), certificates.map((c) => c.toPem()).join('\n'));
const self = (cn: string, key: SoftwareKey) =>
  issueSelfSignedCertificate({ subject: [['CN', cn]], ...ca }, softwareKeySigner(key));
const chain = (leaf: Certificate, trust: Awaited<ReturnType<typeof readTrustFolder>>['trust']) =>
  validateChain(leaf, trust, { at, purpose: 'signing' });

async function hierarchy() {
  const rootKey = generateSoftwareKey('sm2');
  const root = await self('root', rootKey);
  const issuingKey = generateSoftwareKey('sm2');
  const issuing = await issueCertificate(
    { subject: [['CN', 'issuing']], publicKey: issuingKey.publicKey, ...ca },
    softwareSigner(rootKey, root),
  );
  const doctor = await issueCertificate(
    {
      subject: [['CN', 'doctor']],
      publicKey: generateSoftwareKey('sm2').publicKey,
      ...year,
      keyUsage: ['digitalSignature', 'nonRepudiation'],
    },
    softwareSigner(issuingKey, issuing),
  );
  return { rootKey, root, issuing, doctor };
}

it('an issuing CA lying in the folder builds the chain and is no root; without it the chain ends nowhere', async () => {
  const { root, issuing, doctor } = await hierarchy();
  put('root.pem', root);
  expect(chain(doctor, (await readTrustFolder(folder)).trust).verdict).not.toBe('PASSED');
  put('issuing.crt', issuing);
  const { trust, rejected } = await readTrustFolder(folder);
  expect([trust.roots, trust.intermediates]).toEqual([[root], [issuing]]);
  expect(rejected).toEqual([]);
  expect(chain(doctor, trust)).toMatchObject({ verdict: 'PASSED', chain: [doctor, issuing, root] });
  expect(issuersOf(doctor, [...trust.roots, ...(trust.intermediates ?? [])])).toEqual([issuing]);
});

it('an issuing CA alone is trusted by nobody', async () => {
  const { issuing, doctor } = await hierarchy();
  put('issuing.pem', issuing);
  const { trust } = await readTrustFolder(folder);
  expect(trust.roots).toEqual([]);
  expect(chain(doctor, trust).verdict).not.toBe('PASSED');
});

it('a root’s new key certified by its old one bears the root’s name and is no root', async () => {
  const { rootKey, root } = await hierarchy();
  const newKey = generateSoftwareKey('sm2');
  const renewed = await issueCertificate(
    { subject: [['CN', 'root']], publicKey: newKey.publicKey, ...ca },
    softwareSigner(rootKey, root),
  );
  expect(renewed.isSelfIssued).toBe(true);
  put('both.pem', root, renewed);
  const { trust } = await readTrustFolder(folder);
  expect([trust.roots, trust.intermediates]).toEqual([[root], [renewed]]);
});

it('what is no certificate is named, the others are read', async () => {
  const { root } = await hierarchy();
  put('root.pem', root);
  writeFileSync(join(folder, 'broken.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  writeFileSync(join(folder, 'readme.txt'), 'not looked at');
  const { trust, rejected } = await readTrustFolder(folder);
  expect(trust.roots).toEqual([root]);
  expect(rejected).toEqual(['broken.pem']);
  expect((await readTrustFolder(join(folder, 'absent'))).trust.roots).toEqual([]);
});

it('seal makers are named in a folder of their own; an empty one names nobody, none leaves it open', async () => {
  const { root, issuing, doctor } = await hierarchy();
  put('root.pem', root, issuing);
  expect((await readTrustFolder(folder)).trust.sealMakers).toBeUndefined();
  mkdirSync(join(folder, 'seal-makers'));
  expect((await readTrustFolder(folder)).trust.sealMakers).toEqual([]);
  put('seal-makers/maker.pem', doctor);
  writeFileSync(
    join(folder, 'seal-makers', 'broken.cer'),
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  );
  const { trust, rejected } = await readTrustFolder(folder);
  // A maker is no root and builds no chains.
  expect(trust).toMatchObject({ roots: [root], intermediates: [issuing], sealMakers: [doctor] });
  expect(rejected).toEqual([join('seal-makers', 'broken.cer')]);
});
