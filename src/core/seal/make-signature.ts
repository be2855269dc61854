/** Making an SES_Signature (签章): TBS_Sign around the seal as it was issued, signed, and stamped if wished. */
import { equalBytes } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import {
  bitString,
  der,
  DerCursor,
  generalizedTime,
  integer,
  octetString,
  Oid,
  oid,
  sequence,
  Tag,
  type Signer,
} from '#core/pki/index.ts';
import { readOutermost } from './elements.ts';
import { parseSeal } from './parse-seal.ts';
import { parseSealSignature } from './parse-signature.ts';
import { requireListed, requireSm2 } from './usable.ts';

export interface SealSignatureRequest {
  /** DER SESeal as issued; stands in the structure byte for byte. Its version is the signature's. */
  readonly seal: Uint8Array;
  /** SM3 over the protected data, 32 bytes. */
  readonly dataHash: Uint8Array;
  /** ASCII: the protected range; in a PDF byteRangeInfo(). */
  readonly propertyInfo: string;
  readonly signer: Signer;
  /** timeInfo, whole seconds, UTC. */
  readonly time: Date;
}

/**
 * DER SES_Signature of version 4 or 5, without a time stamp; extDatas is not written. Rejects with SEAL_SIGNER_ALGORITHM,
 * SEAL_SIGNER_NOT_LISTED, SEAL_UNSUPPORTED (2014 seals are read only) or what the signer rejects with.
 */
export async function makeSealSignature(request: SealSignatureRequest): Promise<Uint8Array> {
  const { signer, dataHash, propertyInfo, time } = request;
  const seal = parseSeal(request.seal);
  requireWritable(seal.version);
  requireSm2(signer.certificate);
  requireListed(seal, signer.certificate);
  if (dataHash.length !== 32) throw new YqError('INTERNAL', { detail: `dataHash of ${dataHash.length} bytes` });
  const toSign = sequence(
    integer(seal.headerVersion),
    seal.der,
    generalizedTime(time),
    bitString(dataHash),
    der(Tag.ia5String, new TextEncoder().encode(propertyInfo)),
  );
  const signature = await signer.sign(toSign);
  return sequence(toSign, octetString(signer.certificate.der), oid(Oid.sm2WithSm3), bitString(signature));
}

function requireWritable(version: 1 | 4 | 5): asserts version is 4 | 5 {
  if (version !== 1) return;
  throw new YqError('SEAL_UNSUPPORTED', {
    params: { 'what.zh': 'GM/T 0031-2014 的印章只能验证', 'what.en': 'a seal of GM/T 0031-2014 can only be verified' },
  });
}

/**
 * Puts a time stamp token over the signature value into `timeStamp [0]`. All other bytes stay as they are.
 * @throws YqError SEAL_FORMAT; INTERNAL when there is one already
 */
export function addSealTimeStamp(sealSignature: Uint8Array, token: Uint8Array): Uint8Array {
  const { version, timeStamp, signature } = parseSealSignature(sealSignature);
  if (version === 1 || timeStamp !== undefined) throw new YqError('INTERNAL', { detail: 'no room for a time stamp' });
  const parts = new DerCursor(readOutermost(sealSignature)).all().map((p) => p.bytes);
  const stamped = sequence(...parts, der(Tag.contextConstructed(0), bitString(token)));
  if (!equalBytes(parseSealSignature(stamped).signature, signature)) throw new YqError('INTERNAL');
  return stamped;
}
