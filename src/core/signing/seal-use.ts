/**
 * Signing with a GB/T 38540 seal: the SES_Signature over the same byte ranges as the CMS, carried as a signed attribute of the CMS or
 * filling /Contents by itself (docs/formats.md).
 */
import type { SignatureAppearance } from '#core/pdf/index.ts';
import type { Signer } from '#core/pki/index.ts';
import {
  byteRangeInfo,
  checkSealUsable,
  makeSealSignature,
  SEAL_SIGNATURE_ATTRIBUTE,
  type Seal,
} from '#core/seal/index.ts';
import type { SealToUse, SignPdfRequest } from './types.ts';

export interface PlannedSeal {
  readonly seal: Seal;
  readonly carrier: SealToUse['carrier'];
}

/** Reads and checks the request's seal, before anything is written or signed. @throws YqError SEAL_* */
export function planSeal({ seal, signer, trust, now }: SignPdfRequest): PlannedSeal | undefined {
  if (seal === undefined) return undefined;
  const checked = checkSealUsable(seal.seal, signer.certificate, { trust: seal.trust ?? trust, now: now() });
  return { seal: checked, carrier: seal.carrier };
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
