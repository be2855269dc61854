/** Whether a seal may be used by a certificate, looked at before a PIN is asked: the desk, the command line and signing ask the same. */
import { YqError } from '#core/errors/index.ts';
import type { Certificate, TrustMaterial } from '#core/pki/index.ts';
import { parseSeal } from './parse-seal.ts';
import type { Seal } from './types.ts';
import { verifySeal } from './verify-seal.ts';
import { sealLists } from './verify-signature.ts';

export interface SealUse {
  /** Whose seals are accepted. */
  readonly trust: TrustMaterial;
  readonly now: Date;
}

/** What cannot be known here is no reason to refuse; it is in the report of the finished file. */
const MATTERS_OF_EVIDENCE = new Set([
  'SEAL_MAKER_UNKNOWN',
  'REVOCATION_STALE',
  'REVOCATION_UNKNOWN',
  'SEAL_TIMESTAMP_UNCLEAR',
]);
const NOT_TRUSTED = new Set(['CHAIN_NO_TRUST_ANCHOR', 'SEAL_MAKER_CERT', 'SEAL_MAKER_NOT_LISTED']);

/**
 * Gives the seal as read.
 * @throws YqError SEAL_FORMAT, SEAL_LIMIT, SEAL_UNSUPPORTED, SEAL_SIGNER_ALGORITHM, SEAL_SIGNER_NOT_LISTED, SEAL_NOT_TRUSTED, SEAL_UNUSABLE
 */
export function checkSealUsable(sealDer: Uint8Array, certificate: Certificate, { trust, now }: SealUse): Seal {
  const seal = parseSeal(sealDer);
  if (seal.version === 1) {
    throw new YqError('SEAL_UNSUPPORTED', {
      params: {
        'what.zh': 'GM/T 0031-2014 的印章只能验证',
        'what.en': 'a seal of GM/T 0031-2014 can only be verified',
      },
    });
  }
  requireSm2(certificate);
  requireListed(seal, certificate);
  const { verdict, findings } = verifySeal(seal, { makerTrust: trust, at: now, now });
  if (verdict === 'PASSED') return seal;
  const causes = findings.filter((f) => f.verdict !== 'PASSED');
  if (causes.every((f) => f.verdict === 'INDETERMINATE' && MATTERS_OF_EVIDENCE.has(f.code))) return seal;
  const cause = causes.find((f) => f.verdict === verdict) ?? causes[0];
  const code = causes.some((f) => NOT_TRUSTED.has(f.code)) ? 'SEAL_NOT_TRUSTED' : 'SEAL_UNUSABLE';
  throw new YqError(code, {
    params: { seal: seal.name, 'reason.zh': cause?.zh ?? '', 'reason.en': cause?.en ?? '' },
    detail: causes.map((f) => f.code).join(', '),
  });
}

const ALGORITHM_NAMES: Readonly<Record<string, string>> = { rsa: 'RSA', 'ec-p256': 'ECDSA P-256' };

/** Seals are SM2 throughout (GB/T 38540). @throws YqError SEAL_SIGNER_ALGORITHM */
export function requireSm2({ publicKey }: Certificate): void {
  if (publicKey.kind === 'sm2') return;
  throw new YqError('SEAL_SIGNER_ALGORITHM', {
    params: { algorithm: ALGORITHM_NAMES[publicKey.kind] ?? publicKey.kind },
  });
}

/** @throws YqError SEAL_SIGNER_NOT_LISTED */
export function requireListed(seal: Seal, certificate: Certificate): void {
  if (sealLists(seal, certificate.der) === true) return;
  throw new YqError('SEAL_SIGNER_NOT_LISTED', { params: { seal: seal.name }, detail: `serial ${certificate.serial}` });
}
