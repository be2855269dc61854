/**
 * Signing with a GB/T 38540 seal: the SES_Signature over the same byte ranges as the CMS, carried as a signed attribute of the CMS or
 * filling /Contents by itself (docs/formats.md).
 */
import { YqError } from '#core/errors/index.ts';
import type { SignatureAppearance } from '#core/pdf/index.ts';
import type { Certificate, Signer } from '#core/pki/index.ts';
import {
  byteRangeInfo,
  checkSealUsable,
  makeSealSignature,
  SEAL_SIGNATURE_ATTRIBUTE,
  verifySeal,
  type Seal,
} from '#core/seal/index.ts';
import type { SealToUse, SignPdfRequest } from './types.ts';

export interface PlannedSeal {
  readonly seal: Seal;
  readonly carrier: SealToUse['carrier'];
  /** Issuers of the maker's certificate, root left out: they go along in the CMS, since a seal has no room for them. */
  readonly makerIssuers: readonly Certificate[];
}

/** Reads and checks the request's seal, before anything is written or signed. @throws YqError SEAL_* */
export function planSeal({ seal, signer, trust, now, level }: SignPdfRequest): PlannedSeal | undefined {
  if (seal === undefined) return undefined;
  // The store and the archive time stamp of PAdES are made for a CMS.
  if (seal.carrier === 'contents' && (level === 'B-LT' || level === 'B-LTA'))
    throw new YqError('SEAL_CARRIER_LEVEL', { params: { level } });
  const given = seal.trust ?? trust;
  // Hospitals' seal makers and doctors often have one issuing CA.
  const material = { ...given, intermediates: [...(given.intermediates ?? []), ...signer.chain] };
  const at = now();
  const checked = checkSealUsable(seal.seal, signer.certificate, { trust: material, now: at });
  const { makerChain } = verifySeal(checked, { makerTrust: material, at, now: at });
  return { seal: checked, carrier: seal.carrier, makerIssuers: makerChain.slice(1).filter((c) => !c.isSelfIssued) };
}

/** The certificates that go along with a CMS: the signer's own issuers, and the seal maker's where they are others. */
export function withMakerIssuers(signer: Signer, { makerIssuers }: PlannedSeal): Signer {
  const more = makerIssuers.filter((c) => !signer.chain.some((known) => known.equals(c)));
  const { certificate, chain, digest } = signer;
  return { certificate, chain: [...chain, ...more], digest, sign: (bytes) => signer.sign(bytes) };
}

/** The seal's own picture, true to size, unless the caller has another look in mind. */
export function sealAppearance(
  planned: PlannedSeal | undefined,
  request: SignPdfRequest,
): SignatureAppearance | undefined {
  const visible = request.placement !== undefined || request.fieldName !== undefined;
  if (planned === undefined || request.appearance !== undefined || !visible) return request.appearance;
  const { format, data } = planned.seal.picture;
  return { picture: { format, data }, trueToSize: true };
}

/** What stands in the hole: digest over the two ranges, and the ranges themselves. */
export interface SignedRanges {
  readonly digest: Uint8Array;
  readonly byteRange: readonly number[];
  /** /M, and timeInfo of the seal signature. */
  readonly claimedTime: Date;
}

export const sealSignatureOver = (
  { seal }: PlannedSeal,
  signer: Signer,
  { digest, byteRange, claimedTime }: SignedRanges,
): Promise<Uint8Array> =>
  makeSealSignature({
    seal: seal.der,
    dataHash: digest,
    propertyInfo: byteRangeInfo(byteRange),
    signer,
    time: claimedTime,
  });

/** The seal signature as a signed attribute: exchanging it breaks the CMS. */
export const sealAttribute = (sealSignature: Uint8Array): { readonly id: string; readonly value: Uint8Array } => ({
  id: SEAL_SIGNATURE_ATTRIBUTE,
  value: sealSignature,
});
