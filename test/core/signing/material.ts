/** Keys, certificates and documents that the signing and verifying tests share; everything is made anew in memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import {
  answerTimeStampQuery,
  generateSoftwareKey,
  issueCertificate,
  issueSelfSignedCertificate,
  Oid,
  softwareKeySigner,
  softwareSigner,
  type Certificate,
  type CertificateTemplate,
  type DistinguishedName,
  type HttpClient,
  type Signer,
  type SoftwareKey,
  type TrustMaterial,
} from '#core/pki/index.ts';
import { randomBytes } from '#core/crypto/index.ts';
import type { SignPdfRequest, TsaSettings } from '#core/signing/index.ts';

export type KeyKind = 'sm2' | 'rsa' | 'ec-p256';

export interface Pki {
  readonly root: Certificate;
  readonly rootSigner: Signer;
  readonly issuingSigner: Signer;
  readonly trust: TrustMaterial;
  /** A signer with its chain, issued by the issuing CA. */
  issue(
    name: string,
    template?: Partial<CertificateTemplate>,
    kind?: KeyKind,
  ): Promise<Signer & { readonly key: SoftwareKey }>;
  issueTsa(name?: string, template?: Partial<CertificateTemplate>): Promise<Signer>;
}

export const years = (n: number): Date => new Date(Date.now() + n * 365 * 24 * 3600 * 1000);
const name = (cn: string): DistinguishedName => [
  ['C', 'CN'],
  ['CN', cn],
];

/** Root, issuing CA and what is asked for, all with keys of one kind. */
export async function makePki(kind: KeyKind, label = 'Test'): Promise<Pki> {
  const validity = { notBefore: years(-2), notAfter: years(5) };
  const rootKey = generateSoftwareKey(kind);
  const root = await issueSelfSignedCertificate(
    { subject: name(`${label} Root ${kind}`), ...validity, ca: {}, keyUsage: ['keyCertSign', 'cRLSign'] },
    softwareKeySigner(rootKey),
  );
  const rootSigner = softwareSigner(rootKey, root, []);
  const issuingKey = generateSoftwareKey(kind);
  const issuing = await issueCertificate(
    {
      subject: name(`${label} Issuing ${kind}`),
      publicKey: issuingKey.publicKey,
      ...validity,
      ca: { pathLength: 0 },
      keyUsage: ['keyCertSign', 'cRLSign'],
    },
    rootSigner,
  );
  const issuingSigner = softwareSigner(issuingKey, issuing, []);
  const make = async (cn: string, template: Partial<CertificateTemplate>, keyKind: KeyKind) => {
    const key = generateSoftwareKey(keyKind);
    const certificate = await issueCertificate(
      {
        subject: name(cn),
        publicKey: key.publicKey,
        notBefore: years(-1),
        notAfter: years(2),
        keyUsage: ['digitalSignature', 'nonRepudiation'],
        ...template,
      },
      issuingSigner,
    );
    return { ...softwareSigner(key, certificate, [issuing]), key };
  };
  return {
    root,
    rootSigner,
    issuingSigner,
    trust: { roots: [root] },
    issue: (cn, template = {}, keyKind = kind) => make(cn, template, keyKind),
    issueTsa: (cn = 'TSA', template = {}) =>
      make(cn, { extendedKeyUsage: [Oid.timeStamping], extendedKeyUsageCritical: true, ...template }, kind),
  };
}

/** A small record of `pages` pages with a link annotation, as cross-reference table or stream. */
export async function makeRecord({
  pages = 2,
  xref = 'table',
}: { readonly pages?: number; readonly xref?: 'table' | 'stream' } = {}): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (let i = 1; i <= pages; i++) {
    const page = document.addPage([595.28, 841.89]);
    page.drawText(`Progress note, page ${i}: 5 mg`, { x: 60, y: 760, size: 14, font });
  }
  document.setTitle('Progress note');
  return await document.save({ useObjectStreams: xref === 'stream' });
}

export const noNetwork: HttpClient = () => Promise.reject(new Error('this test has no network'));

export const TSA_POLICY = '1.2.156.112605.1.1';

/** A time stamp authority without a network: the HttpClient that reaches it. */
export function tsaClient(signer: Signer, now: () => Date = () => new Date()): HttpClient {
  return async ({ body }) => ({
    status: 200,
    headers: { 'content-type': 'application/timestamp-reply' },
    body: await answerTimeStampQuery(body ?? new Uint8Array(), {
      signer,
      serial: randomBytes(8).map((b, i) => (i === 0 ? (b & 0x7f) | 1 : b)),
      genTime: now(),
      policy: TSA_POLICY,
    }),
  });
}

export const tsaSettings = (roots: TrustMaterial, digest: 'sm3' | 'sha256' = 'sm3'): TsaSettings => ({
  url: 'http://tsa.test/',
  roots,
  digest,
});

const folders: string[] = [];
process.on('exit', () =>
  folders.forEach((folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })),
);

/** A folder that is removed when the process of the test file ends. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'yq-signing-'));
  folders.push(folder);
  return folder;
}

export async function writeRecord(folder: string, bytes: Uint8Array, file = 'record.pdf'): Promise<string> {
  const path = join(folder, file);
  await writeFile(path, bytes);
  return path;
}

/** What every request of these tests has in common. */
export function requestOf(
  source: string,
  target: string,
  signer: Signer,
  trust: TrustMaterial,
  more: Partial<SignPdfRequest> = {},
): SignPdfRequest {
  return { source, target, signer, trust, http: noNetwork, now: () => new Date(), ...more };
}
