/**
 * GB/T 38540 seal signatures in a PDF, whichever way the file carries them (docs/formats.md): as a signed attribute of the CMS, or
 * filling /Contents by themselves. The steps are core/seal's; here they become part of the report.
 */
import { sm3, toHex } from '#core/crypto/index.ts';
import type { Certificate, Finding, SignerInfoView, TrustMaterial } from '#core/pki/index.ts';
import {
  judgeSealSignature,
  SEAL_SIGNATURE_ATTRIBUTE,
  type SealSignature,
  type SealSignatureVerdict,
} from '#core/seal/index.ts';
import { summarize } from './certificate-summary.ts';
import { finding } from './findings.ts';
import type { SealReport } from './types.ts';

export interface SealOrder {
  /** DER of the SES_Signature. */
  readonly der: Uint8Array;
  readonly carrier: SealReport['carrier'];
  /** SM3 over the two ranges; absent when they are not to be believed, or were hashed otherwise. */
  readonly dataHash: Uint8Array | undefined;
  readonly byteRange: readonly number[];
  readonly trust: TrustMaterial;
  readonly timeStampTrust: TrustMaterial;
  /** Whose seals are accepted. */
  readonly sealTrust: TrustMaterial;
  /** Certificates of the CMS around it: a seal carries none but its maker's and signer's own. */
  readonly intermediates?: readonly Certificate[];
  /** A time that the carrier proves: the CMS's time stamp, or an archive time stamp over the file. */
  readonly provenTime: Date | undefined;
  readonly at: Date;
}

export interface JudgedSeal {
  readonly verdict: SealSignatureVerdict;
  /** Absent when the bytes are no seal signature. */
  readonly report: SealReport | undefined;
}

/** The values of the seal attribute, DER; more than one is irregular by CMS itself (CMS_DUPLICATE_ATTRIBUTE). */
export const sealAttributesOf = (signer: SignerInfoView | undefined): readonly Uint8Array[] =>
  (signer?.signedAttributes ?? []).filter((a) => a.id === SEAL_SIGNATURE_ATTRIBUTE).flatMap((a) => [...a.values]);

export function judgeSeal(order: SealOrder): JudgedSeal {
  const { der, carrier, dataHash, byteRange, provenTime, at } = order;
  const within = (trust: TrustMaterial): TrustMaterial => ({
    ...trust,
    intermediates: [...(trust.intermediates ?? []), ...(order.intermediates ?? [])],
  });
  const verdict = judgeSealSignature(der, {
    makerTrust: within(order.sealTrust),
    signerTrust: within(order.trust),
    timeStampTrust: order.timeStampTrust,
    dataHash,
    byteRange,
    ...(provenTime === undefined ? {} : { provenTime }),
    now: at,
  });
  const { signature } = verdict;
  return { verdict, report: signature && sealReport(signature, verdict, carrier) };
}

/** What a CMS signature that carries a seal must say besides: the seal's verdict in one finding, and that both have one signer. */
export function findingsOfSeal({ verdict }: JudgedSeal, signer: Certificate | undefined): readonly Finding[] {
  const causes = verdict.findings.filter((f) => f.verdict !== 'PASSED').map((f) => f.code);
  const detail = causes.join(', ');
  const code = { PASSED: 'SEAL_VALID', FAILED: 'SEAL_INVALID', INDETERMINATE: 'SEAL_UNCLEAR' } as const;
  const same = signer !== undefined && verdict.signer?.equals(signer) === true;
  return [
    finding(code[verdict.verdict], detail === '' ? {} : { detail }),
    ...(same || verdict.signer === undefined ? [] : [finding('SEAL_SIGNER_DIFFERS')]),
  ];
}

function sealReport(
  { version, seal, signedAt }: SealSignature,
  { verdict, findings, makerChain, trustedTime }: SealSignatureVerdict,
  carrier: SealReport['carrier'],
): SealReport {
  const { format, data, widthMm, heightMm } = seal.picture;
  const maker = makerChain[0];
  return {
    verdict,
    findings,
    carrier,
    version,
    id: seal.id,
    name: seal.name,
    type: seal.type,
    maker: maker && summarize(maker),
    validFrom: seal.validFrom.toISOString(),
    validTo: seal.validTo.toISOString(),
    signedAt: (signedAt ?? trustedTime)?.toISOString() ?? '',
    picture: { format, widthMm, heightMm, sm3: toHex(sm3(data)), data },
  };
}
