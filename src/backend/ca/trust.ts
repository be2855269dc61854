/** Whether a certificate may sign here and now: chain to one of our roots, purpose, validity, revocation. */
import { YqError } from '#core/errors/index.ts';
import { validateChain, type Certificate, type TrustMaterial } from '#core/pki/index.ts';
import type { Hierarchy } from './hierarchy.ts';
import type { Revocation } from './revocation.ts';

export interface Trust {
  /** Roots, issuing CAs and current CRLs. */
  material(): Promise<TrustMaterial>;
  /** Rejects with LOGIN_CERTIFICATE or LOGIN_CERTIFICATE_REVOKED. */
  requireSigner(certificate: Certificate): Promise<void>;
}

export function ownTrust(hierarchies: readonly Hierarchy[], revocation: Revocation, clock: () => Date): Trust {
  const material = async (): Promise<TrustMaterial> => ({
    roots: hierarchies.map((h) => h.root.certificate),
    intermediates: hierarchies.map((h) => h.issuing.certificate),
    crls: await revocation.all(),
  });
  return {
    material,
    requireSigner: async (certificate) => {
      const report = validateChain(certificate, await material(), { at: clock(), purpose: 'signing' });
      if (report.revocation === 'revoked') throw new YqError('LOGIN_CERTIFICATE_REVOKED');
      if (report.verdict === 'PASSED' && report.revocation === 'good') return;
      const cause = report.findings.find((f) => f.verdict === report.verdict) ?? report.findings[0];
      throw new YqError('LOGIN_CERTIFICATE', {
        params: {
          'reason.zh': (cause?.zh ?? '吊销状态查不到').replace(/。$/, ''),
          'reason.en': (cause?.en ?? 'its revocation status is unknown').replace(/\.$/, ''),
        },
        detail: cause?.code ?? report.verdict,
      });
    },
  };
}
