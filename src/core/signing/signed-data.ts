/** The CMS that goes into the hole: sized beforehand, signed by the key, stamped over its signature value. */
import { digest } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { addUnsignedTimeStamp, buildSignedData, parseSignedData, type Signer } from '#core/pki/index.ts';
import { addSealTimeStamp, parseSealSignature } from '#core/seal/index.ts';
import { sealAttribute, sealSignatureOver, withMakerIssuers, type PlannedSeal, type SignedRanges } from './seal-use.ts';
import { askTime, type AskTime } from './ask-time.ts';
import type { SealToUse, TsaSettings } from './types.ts';

/** Typical tokens have 1 to 4 KB; one that is larger costs a second try with its measured size. */
const TIME_STAMP_ROOM = 6144;
/** Longest signature value beside its certificate: DER of two 33-byte integers, or an RSA modulus read off the certificate. */
const EC_SIGNATURE = 72;
const MARGIN = 64;

/** Longest ByteRange: the numbers of a file of up to 10^15 bytes. */
const WIDEST_RANGE = [0, 1e15 - 1, 1e15 - 1, 1e15 - 1];

/** Bytes of DER to keep free: a dry run with this signer's certificates and seal, plus room for the time stamp. */
export async function estimateContentsSize(
  signer: Signer,
  tsa: TsaSettings | undefined,
  seal: PlannedSeal | undefined,
): Promise<number> {
  const { kind, spki } = signer.certificate.publicKey;
  // The modulus is the bulk of an RSA SubjectPublicKeyInfo, so its length is an upper bound that needs no parsing.
  const signatureSize = kind === 'rsa' ? spki.length : EC_SIGNATURE;
  const dry: Signer = {
    certificate: signer.certificate,
    chain: signer.chain,
    digest: signer.digest,
    sign: () => Promise.resolve(new Uint8Array(signatureSize)),
  };
  const ranges = {
    digest: new Uint8Array(digest(signer.digest).length),
    byteRange: WIDEST_RANGE,
    claimedTime: new Date(0),
  };
  const length = (await makeSignedData(dry, ranges, seal)).length;
  return length + MARGIN + (tsa === undefined ? 0 : TIME_STAMP_ROOM);
}

/**
 * What fills /Contents: detached SignedData over a document whose ranges have this digest (PAdES wants no signingTime attribute), with the
 * seal signature as a signed attribute where there is a seal; or the seal signature alone. A seal makes the key sign twice or once.
 */
export async function makeSignedData(
  signer: Signer,
  ranges: SignedRanges,
  seal: PlannedSeal | undefined,
): Promise<Uint8Array> {
  if (seal === undefined) return await buildSignedData({ content: { digest: ranges.digest }, signer });
  const sealSignature = await sealSignatureOver(seal, signer, ranges);
  if (seal.carrier === 'contents') return sealSignature;
  const signedAttributes = [sealAttribute(sealSignature)];
  return await buildSignedData({
    content: { digest: ranges.digest },
    signer: withMakerIssuers(signer, seal),
    signedAttributes,
  });
}

export interface StampedSignature {
  readonly signedData: Uint8Array;
  readonly timeStamp: { readonly time: Date } | undefined;
  /** Why there is none, where the request allows to add it later. */
  readonly missed?: YqError;
}

/** Fetches a time stamp over the signature value and puts it where the format keeps it. Rejects with TSA_*. */
export async function stampSignature(
  signedData: Uint8Array,
  tsa: TsaSettings,
  asking: AskTime,
  carrier: SealToUse['carrier'] | undefined,
): Promise<StampedSignature> {
  const alone = carrier === 'contents';
  const signature = alone
    ? parseSealSignature(signedData).signature
    : parseSignedData(signedData).signerInfos[0]?.signature;
  if (signature === undefined) throw new YqError('INTERNAL', { detail: 'the signed data name no signer' });
  const { token, time } = await askTime(digest(tsa.digest ?? 'sm3', signature), tsa, asking);
  const stamped = alone ? addSealTimeStamp(signedData, token) : addUnsignedTimeStamp(signedData, token);
  return { signedData: stamped, timeStamp: { time } };
}
