/** Signatures that are whole, by keys that should not have made them. */
import {
  buildSignedData,
  issueCertificate,
  issueCrl,
  parseSignedData,
  softwareSigner,
  generateSoftwareKey,
  type Signer,
  type TrustMaterial,
} from '#core/pki/index.ts';
import { childrenOf, der, readDer } from '../../../../../src/core/pki/der.ts';
import { years } from '../../../signing/material.ts';
import { craftedRecord, doctorSigns, joined, withContents } from '../crafted.ts';
import { lastSignature, overwrite } from '../forge.ts';
import { family, type AttackPlan } from './attack.ts';
import type { Lab } from './lab.ts';

const by = (
  id: string,
  story: string,
  signer: (lab: Lab) => Promise<Signer>,
  codes: readonly string[],
  verdict: 'FAILED' | 'INDETERMINATE' = 'FAILED',
): AttackPlan => ({
  id,
  story,
  make: async (lab) => doctorSigns(craftedRecord(), await signer(lab)),
  verdict,
  codes,
});

const sign = (signer: Signer, presented: Signer['certificate']): Promise<Uint8Array> =>
  withContents(craftedRecord(), signer.digest, (digest) =>
    buildSignedData({ content: { digest }, signer: { ...signer, certificate: presented } }),
  );

const REVOKED = 'Revoked doctor';
/** The same certificate for the file and for the revocation list. */
const revokedSigners = new WeakMap<Lab, Promise<Signer>>();
function revokedSigner(lab: Lab): Promise<Signer> {
  const made = revokedSigners.get(lab) ?? lab.pki.issue(REVOKED);
  revokedSigners.set(lab, made);
  return made;
}
const lists = new WeakMap<Lab, TrustMaterial>();

export const keys = family('certificate', [
  by(
    'key-01-unknown-authority',
    'The certificate comes from an authority of the same name that nobody trusts.',
    (lab) => lab.strangers.issue('Doctor'),
    ['CHAIN_NO_TRUST_ANCHOR', 'CERT_SIGNATURE_INVALID', 'CHAIN_SIGNATURE_INVALID'],
    'INDETERMINATE',
  ),
  {
    id: 'key-02-expired-and-backdated',
    story: 'The certificate has expired; the forger sets the clock back to when it was good.',
    make: async (lab) =>
      doctorSigns(craftedRecord(), await lab.pki.issue('Doctor', { notBefore: years(-2), notAfter: years(-1) }), {
        claimedTime: years(-1.5),
      }),
    verdict: 'INDETERMINATE',
    codes: ['CERT_EXPIRED', 'CERT_EXPIRED_SINCE'],
  },
  by(
    'key-03-not-yet-valid',
    'The certificate is not valid yet.',
    (lab) => lab.pki.issue('Doctor', { notBefore: years(1), notAfter: years(2) }),
    ['CERT_NOT_YET_VALID'],
  ),
  by(
    'key-04-encryption-key',
    'The key is certified for encryption only.',
    (lab) => lab.pki.issue('Doctor', { keyUsage: ['keyEncipherment'] }),
    ['CERT_KEY_USAGE'],
  ),
  by('key-05-time-stamp-key', 'A time stamp authority’s key signs a record.', (lab) => lab.pki.issueTsa('Doctor'), [
    'CERT_EXTENDED_KEY_USAGE',
    'CERT_KEY_USAGE',
  ]),
  by(
    'key-06-self-signed',
    'The forger issued his own certificate in the doctor’s name.',
    async (lab) => {
      const { issueSelfSignedCertificate, softwareKeySigner } = await import('#core/pki/index.ts');
      const key = generateSoftwareKey('ec-p256');
      const certificate = await issueSelfSignedCertificate(
        {
          subject: [
            ['C', 'CN'],
            ['CN', 'Doctor'],
          ],
          notBefore: years(-1),
          notAfter: years(1),
          keyUsage: ['digitalSignature'],
        },
        softwareKeySigner(key),
      );
      void lab;
      return softwareSigner(key, certificate, []);
    },
    ['CHAIN_NO_TRUST_ANCHOR'],
    'INDETERMINATE',
  ),
  by(
    'key-07-issued-by-a-doctor',
    'A doctor’s certificate, which is no authority, issued the forger’s.',
    async (lab) => {
      const key = generateSoftwareKey('ec-p256');
      const certificate = await issueCertificate(
        {
          subject: [['CN', 'Chief']],
          publicKey: key.publicKey,
          notBefore: years(-0.5),
          notAfter: years(1),
          keyUsage: ['digitalSignature'],
        },
        lab.doctor,
      );
      return softwareSigner(key, certificate, [lab.doctor.certificate, ...lab.doctor.chain]);
    },
    ['CERT_NOT_CA', 'CHAIN_NOT_CA', 'CERT_BASIC_CONSTRAINTS'],
  ),
  {
    id: 'key-08-certificate-of-the-same-name',
    story: 'The insider signs and puts in the doctor’s certificate, whose name and authority are right.',
    make: async (lab) => sign(lab.insider, lab.doctor.certificate),
    codes: ['CMS_SIGNATURE_INVALID', 'SIGNATURE_INVALID'],
  },
  {
    id: 'key-09-swapped-after-signing',
    story: 'In the finished file the certificate is exchanged for another person’s over the same key.',
    make: async (lab) => {
      const signed = await doctorSigns(craftedRecord(), lab.doctor);
      const chief = await issueCertificate(
        {
          subject: [['CN', 'Chief physician']],
          publicKey: lab.doctor.certificate.publicKey,
          notBefore: years(-1),
          notAfter: years(1),
          keyUsage: ['digitalSignature'],
        },
        lab.pki.issuingSigner,
      );
      return withCertificate(signed, { ...lab.doctor, certificate: chief });
    },
    codes: ['CMS_SIGNING_CERTIFICATE_MISMATCH'],
  },
  {
    id: 'key-10-revoked-before',
    story: 'The certificate was revoked yesterday; the forger signs today.',
    make: async (lab) => {
      const signer = await revokedSigner(lab);
      lists.set(lab, {
        ...lab.trust,
        crls: [
          await issueCrl({
            signer: lab.pki.issuingSigner,
            thisUpdate: new Date(Date.now() - 1000),
            nextUpdate: years(1),
            number: 1,
            revoked: [
              { serialBytes: signer.certificate.serialBytes, revocationDate: new Date(Date.now() - 86_400_000) },
            ],
          }),
        ],
      });
      return doctorSigns(craftedRecord(), signer);
    },
    trust: (lab) => lists.get(lab) ?? lab.trust,
    codes: ['CERT_REVOKED'],
  },
  {
    id: 'key-11-digest-of-another-record',
    story: 'The signature data of another record by the same doctor is put into this file.',
    make: async (lab) => {
      const other = await doctorSigns(craftedRecord({ 40: '<< >>' }), lab.doctor);
      const here = await doctorSigns(craftedRecord(), lab.doctor);
      const [a, b] = (await lastSignature(other)).contentsSpan ?? [0, 0];
      const [c] = (await lastSignature(here)).contentsSpan ?? [0, 0];
      return overwrite(here, c, other.slice(a, b));
    },
    codes: ['CMS_DIGEST_MISMATCH', 'DIGEST_MISMATCH'],
  },
  {
    id: 'key-12-no-signed-attributes-digest',
    story: 'The signature is whole, but over other bytes than the ranges.',
    make: async (lab) =>
      withContents(craftedRecord(), lab.doctor.digest, () =>
        buildSignedData({ content: { digest: new Uint8Array(32).fill(7) }, signer: lab.doctor }),
      ),
    codes: ['CMS_DIGEST_MISMATCH', 'DIGEST_MISMATCH'],
  },
]);

/** The CMS of the last signature with certificate and signer identifier of somebody else over the same key. */
async function withCertificate(signed: Uint8Array, chief: Signer): Promise<Uint8Array> {
  const { contents, contentsSpan } = await lastSignature(signed);
  const cms = contents.slice(0, 4 + ((contents[2] ?? 0) << 8) + (contents[3] ?? 0));
  const theirs = parseSignedData(await buildSignedData({ content: { digest: new Uint8Array(32) }, signer: chief }));
  const sid = der(0x30, joined(chief.certificate.issuerDer, der(0x02, chief.certificate.serialBytes)));
  const [type, wrapped] = childrenOf(readDer(cms));
  const [body] = wrapped === undefined ? [] : childrenOf(wrapped);
  if (type === undefined || body === undefined) throw new Error('no SignedData');
  const parts = childrenOf(body).map((p) => p.bytes);
  const changed = parts.map((p, i) => {
    if (p[0] === 0xa0) return der(0xa0, joined(...theirs.certificates.map((c) => c.der)));
    if (i !== parts.length - 1) return p;
    const [info] = childrenOf(readDer(p));
    const [version, , ...rest] = info === undefined ? [] : childrenOf(info);
    return der(0x31, der(0x30, joined(version?.bytes ?? p, sid, ...rest.map((r) => r.bytes))));
  });
  const rebuilt = der(0x30, joined(type.bytes, der(0xa0, der(0x30, joined(...changed)))));
  const [start, end] = contentsSpan ?? [0, 0];
  return overwrite(
    signed,
    start + 1,
    Buffer.from(rebuilt)
      .toString('hex')
      .padEnd(end - start - 2, '0'),
  );
}
