/**
 * Two hierarchies, SM2 and RSA, each of a root, an issuing CA and a time stamp service. RSA is there for readers that cannot judge
 * SM2. Certificates are kept as PEM files; a key and its certificate are made on the first start.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  Certificate,
  issueCertificate,
  issueSelfSignedCertificate,
  Oid,
  type CertificateTemplate,
  type DistinguishedName,
  type KeySigner,
  type Signer,
} from '#core/pki/index.ts';
import type { KeyKind, KeyVault } from './keys.ts';

export type CaName = 'root' | 'issuing' | 'rsa-root' | 'rsa-issuing';
export type ServiceName = CaName | 'tsa' | 'rsa-tsa';

export interface Hierarchy {
  readonly kind: KeyKind;
  readonly root: Signer;
  readonly issuing: Signer;
  readonly tsa: Signer;
  readonly names: { readonly root: CaName; readonly issuing: CaName; readonly tsa: ServiceName };
}

export interface HierarchySettings {
  /** Folder of the PEM files. */
  readonly dir: string;
  readonly vault: KeyVault;
  /** Base address in CRL distribution points and AIA, without a slash at the end. */
  readonly publicUrl: string;
  readonly organization: string;
  readonly clock: () => Date;
}

const DAY_MS = 86_400_000;
const YEAR_MS = 365.25 * DAY_MS;

export async function openHierarchy(kind: KeyKind, settings: HierarchySettings): Promise<Hierarchy> {
  await mkdir(settings.dir, { recursive: true, mode: 0o700 });
  const names =
    kind === 'sm2'
      ? ({ root: 'root', issuing: 'issuing', tsa: 'tsa' } as const)
      : ({ root: 'rsa-root', issuing: 'rsa-issuing', tsa: 'rsa-tsa' } as const);
  const made = new Maker(kind, settings);
  const rootKey = await settings.vault.key(names.root, kind);
  const rootCertificate = await made.certificate(names.root, rootKey, () => made.root(rootKey));
  const root = signer(rootKey, rootCertificate, []);

  const issuingKey = await settings.vault.key(names.issuing, kind);
  const issuingCertificate = await made.certificate(names.issuing, issuingKey, () =>
    made.issuing(issuingKey, root, names.root),
  );
  const issuing = signer(issuingKey, issuingCertificate, [rootCertificate]);

  const tsaKey = await settings.vault.key(names.tsa, kind);
  const tsaCertificate = await made.certificate(names.tsa, tsaKey, () => made.tsa(tsaKey, issuing, names.issuing));
  return { kind, root, issuing, tsa: signer(tsaKey, tsaCertificate, [issuingCertificate]), names };
}

const signer = (key: KeySigner, certificate: Certificate, chain: readonly Certificate[]): Signer => ({
  certificate,
  chain,
  digest: key.digest,
  sign: (bytes) => key.sign(bytes),
});

/** CRL distribution point and AIA of whatever `issuer` issues. */
export function issuerLinks(publicUrl: string, issuer: CaName): Partial<CertificateTemplate> {
  return {
    crlUrls: [`${publicUrl}/ca/${issuer}.crl`],
    ocspUrls: [`${publicUrl}/ca/ocsp`],
    issuerUrls: [`${publicUrl}/ca/${issuer}.cer`],
  };
}

class Maker {
  readonly #kind: KeyKind;
  readonly #settings: HierarchySettings;

  constructor(kind: KeyKind, settings: HierarchySettings) {
    this.#kind = kind;
    this.#settings = settings;
  }

  /** Reads the certificate, or issues and writes it. One that does not fit its key is an error, not replaced. */
  async certificate(name: string, key: KeySigner, issue: () => Promise<Certificate>): Promise<Certificate> {
    const file = path.join(this.#settings.dir, `${name}.pem`);
    const stored = await readFile(file, 'utf8').catch((e: NodeJS.ErrnoException) => {
      if (e.code === 'ENOENT') return undefined;
      throw e;
    });
    if (stored === undefined) {
      const fresh = await issue();
      await writeFile(`${file}.new`, fresh.toPem(), { mode: 0o644, flush: true });
      await rename(`${file}.new`, file);
      return fresh;
    }
    const certificate = Certificate.parse(stored);
    if (Buffer.compare(certificate.publicKey.spki, key.publicKey.spki) !== 0) {
      throw new Error(`${file} does not belong to the key of this name`);
    }
    return certificate;
  }

  root(key: KeySigner): Promise<Certificate> {
    return issueSelfSignedCertificate(
      { ...this.#common('根证书', 20), ca: {}, keyUsage: ['keyCertSign', 'cRLSign'] },
      key,
    );
  }

  issuing(key: KeySigner, root: Signer, rootName: CaName): Promise<Certificate> {
    return issueCertificate(
      {
        ...this.#common('签发机构', 10),
        ...issuerLinks(this.#settings.publicUrl, rootName),
        publicKey: key.publicKey,
        ca: { pathLength: 0 },
        keyUsage: ['keyCertSign', 'cRLSign', 'digitalSignature'], // digitalSignature: it signs OCSP responses itself
      },
      root,
    );
  }

  tsa(key: KeySigner, issuing: Signer, issuingName: CaName): Promise<Certificate> {
    return issueCertificate(
      {
        ...this.#common('时间戳服务', 5),
        ...issuerLinks(this.#settings.publicUrl, issuingName),
        publicKey: key.publicKey,
        keyUsage: ['digitalSignature', 'nonRepudiation'],
        extendedKeyUsage: [Oid.timeStamping], // alone and critical: RFC 3161 2.3
        extendedKeyUsageCritical: true,
      },
      issuing,
    );
  }

  #common(role: string, years: number): { subject: DistinguishedName; notBefore: Date; notAfter: Date } {
    const now = this.#settings.clock().getTime();
    const { organization } = this.#settings;
    return {
      subject: [
        ['C', 'CN'],
        ['O', organization],
        ['CN', `${organization} ${this.#kind.toUpperCase()} ${role}`],
      ],
      notBefore: new Date(now - DAY_MS),
      notAfter: new Date(now + years * YEAR_MS),
    };
  }
}
