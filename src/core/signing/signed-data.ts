/** The CMS that goes into the hole: sized beforehand, signed by the key, stamped over its signature value. */
import { digest } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import {
  addUnsignedTimeStamp,
  buildSignedData,
  parseSignedData,
  requestTimeStamp,
  type Signer,
} from '#core/pki/index.ts';
import type { SignPdfRequest, TsaSettings } from './types.ts';

/** Typical tokens have 1 to 4 KB; one that is larger costs a second try with its measured size. */
const TIME_STAMP_ROOM = 6144;
/** Longest signature value beside its certificate: DER of two 33-byte integers, or an RSA modulus read off the certificate. */
const EC_SIGNATURE = 72;
const MARGIN = 64;

/** Bytes of DER to keep free: a dry run with this signer's certificates, plus room for the time stamp. */
export async function estimateContentsSize(signer: Signer, tsa: TsaSettings | undefined): Promise<number> {
  const { kind, spki } = signer.certificate.publicKey;
  // The modulus is the bulk of an RSA SubjectPublicKeyInfo, so its length is an upper bound that needs no parsing.
  const signatureSize = kind === 'rsa' ? spki.length : EC_SIGNATURE;
  const dry: Signer = {
    certificate: signer.certificate,
    chain: signer.chain,
    digest: signer.digest,
    sign: () => Promise.resolve(new Uint8Array(signatureSize)),
  };
  const length = (await makeSignedData(dry, new Uint8Array(digest(signer.digest).length))).length;
  return length + MARGIN + (tsa === undefined ? 0 : TIME_STAMP_ROOM);
}

/** Detached SignedData over a document whose ranges have this digest; PAdES wants no signingTime attribute. */
export async function makeSignedData(signer: Signer, rangeDigest: Uint8Array): Promise<Uint8Array> {
  return await buildSignedData({ content: { digest: rangeDigest }, signer });
}

export interface StampedSignature {
  readonly signedData: Uint8Array;
  readonly timeStamp: { readonly time: Date } | undefined;
}

/** Fetches a time stamp over the signature value and puts it into the unsigned attributes. Rejects with TSA_*. */
export async function stampSignature(
  signedData: Uint8Array,
  tsa: TsaSettings,
  { http, now, signal }: Pick<SignPdfRequest, 'http' | 'now' | 'signal'>,
): Promise<StampedSignature> {
  const signature = parseSignedData(signedData).signerInfos[0]?.signature;
  if (signature === undefined) throw new YqError('INTERNAL', { detail: 'the signed data name no signer' });
  const digestName = tsa.digest ?? 'sm3';
  const imprint = digest(digestName, signature);
  const settings = signal === undefined ? tsa : { ...tsa, signal };
  const { token, time } = await requestTimeStamp(imprint, settings, http, now).catch((e: unknown) => {
    throw signal?.aborted === true ? new YqError('SIGN_CANCELLED', { cause: e }) : e;
  });
  return { signedData: addUnsignedTimeStamp(signedData, token), timeStamp: { time } };
}
