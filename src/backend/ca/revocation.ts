/** CRLs and OCSP answers. */
import { YqError } from '#core/errors/index.ts';
import type { CaName } from './hierarchy.ts';

export interface Revocation {
  /** DER CertificateList, no older than a day. */
  crl(ca: CaName): Promise<Uint8Array>;
  /** DER OCSPResponse. */
  ocsp(request: Uint8Array): Promise<Uint8Array>;
  /** Issues all CRLs anew, because something was revoked. */
  renew(): Promise<void>;
}

export function noRevocation(): Revocation {
  return {
    crl: () => Promise.reject(new YqError('BACKEND_NOT_FOUND')),
    ocsp: () => Promise.reject(new YqError('BACKEND_NOT_FOUND')),
    renew: () => Promise.resolve(),
  };
}
