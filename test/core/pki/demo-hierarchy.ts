/** A small PKI made fresh for tests: root → issuing CA → doctor, time stamp authority, status responder. */
import {
  generateSoftwareKey,
  issueCertificate,
  issueSelfSignedCertificate,
  Oid,
  softwareKeySigner,
  softwareSigner,
  type Certificate,
  type CertificateTemplate,
  type Signer,
  type SoftwareKey,
} from '#core/pki/index.ts';

export type KeyKind = 'sm2' | 'rsa' | 'ec-p256';

export const day = 86_400_000;
export const notBefore = new Date('2026-01-01T00:00:00Z');
export const notAfter = new Date('2036-01-01T00:00:00Z');
/** A moment at which everything here is valid. */
export const noon = new Date('2030-06-01T12:00:00Z');

export interface Hierarchy {
  readonly root: Certificate;
  readonly rootSigner: Signer;
  readonly issuing: Certificate;
  readonly issuingSigner: Signer;
  readonly doctorKey: SoftwareKey;
  /** Sends its issuing CA along. */
  readonly doctor: Signer;
  readonly tsa: Signer;
  readonly responder: Signer;
}

export async function makeHierarchy(kind: KeyKind): Promise<Hierarchy> {
  const [rootKey, issuingKey, doctorKey, tsaKey, responderKey] = Array.from({ length: 5 }, () =>
    generateSoftwareKey(kind),
  ) as [SoftwareKey, SoftwareKey, SoftwareKey, SoftwareKey, SoftwareKey];
  const root = await issueSelfSignedCertificate(
    {
      subject: [
        ['C', 'CN'],
        ['O', '示范医院'],
        ['CN', `示范根 CA ${kind}`],
      ],
      notBefore,
      notAfter,
      ca: {},
      keyUsage: ['keyCertSign', 'cRLSign'],
    },
    softwareKeySigner(rootKey),
  );
  const rootSigner = softwareSigner(rootKey, root);
  const issuing = await issueCertificate(
    {
      subject: [
        ['C', 'CN'],
        ['O', '示范医院'],
        ['CN', '示范签发 CA'],
      ],
      publicKey: issuingKey.publicKey,
      notBefore,
      notAfter,
      ca: { pathLength: 0 },
      keyUsage: ['keyCertSign', 'cRLSign'],
    },
    rootSigner,
  );
  const issuingSigner = softwareSigner(issuingKey, issuing);
  const leaf = (key: SoftwareKey, commonName: string, more: Partial<CertificateTemplate> = {}): Promise<Certificate> =>
    issueCertificate(
      {
        subject: [
          ['C', 'CN'],
          ['O', '示范医院'],
          ['CN', commonName],
        ],
        publicKey: key.publicKey,
        notBefore,
        notAfter,
        keyUsage: ['digitalSignature', 'nonRepudiation'],
        ...more,
      },
      issuingSigner,
    );
  const tsa = await leaf(tsaKey, '示范时间戳', {
    extendedKeyUsage: [Oid.timeStamping],
    extendedKeyUsageCritical: true,
  });
  const responder = await leaf(responderKey, '示范状态服务', { extendedKeyUsage: [Oid.ocspSigning] });
  return {
    root,
    rootSigner,
    issuing,
    issuingSigner,
    doctorKey,
    doctor: softwareSigner(doctorKey, await leaf(doctorKey, '张医生'), [issuing]),
    tsa: softwareSigner(tsaKey, tsa, [issuing]),
    responder: softwareSigner(responderKey, responder),
  };
}
