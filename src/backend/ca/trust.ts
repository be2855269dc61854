/** Whether a certificate may sign here and now: chain, purpose, validity, revocation. */
import { YqError } from '#core/errors/index.ts';
import { verifySignatureValue, type Certificate } from '#core/pki/index.ts';
import type { Authority } from './authority.ts';
import type { Hierarchy } from './hierarchy.ts';

export interface Trust {
  /** Throws LOGIN_CERTIFICATE or LOGIN_CERTIFICATE_REVOKED. */
  requireSigner(certificate: Certificate): Promise<void>;
}

export function ownTrust(hierarchies: readonly Hierarchy[], authority: Authority, clock: () => Date): Trust {
  return {
    requireSigner: async (certificate) => {
      const issuer = hierarchies.find(
        (h) =>
          Buffer.compare(h.issuing.certificate.subjectDer, certificate.issuerDer) === 0 &&
          verifySignatureValue(
            h.issuing.certificate.publicKey,
            { oid: certificate.signatureAlgorithm },
            certificate.tbs,
            certificate.signature,
          ),
      );
      if (issuer === undefined) throw refused('不是本院认可的机构签发', 'no authority known here has issued it');
      const now = clock();
      if (now < certificate.notBefore || now > certificate.notAfter)
        throw refused('不在有效期内', 'it is not valid now');
      const usage = certificate.keyUsage;
      if (usage?.has('digitalSignature') !== true && usage?.has('nonRepudiation') !== true) {
        throw refused('不是签名证书', 'it is not a signing certificate');
      }
      if (typeof authority.status(issuer.names.issuing, certificate.serial) === 'object') {
        throw new YqError('LOGIN_CERTIFICATE_REVOKED');
      }
    },
  };
}

const refused = (reasonZh: string, reasonEn: string): YqError =>
  new YqError('LOGIN_CERTIFICATE', { params: { reasonZh, reasonEn } });
