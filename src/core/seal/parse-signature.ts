/** SES_Signature of GM/T 0031-2014, GB/T 38540-2020 and GM/T 0031-2025, as slices of the received bytes. */
import { equalBytes } from '#core/crypto/index.ts';
import {
  bitString,
  der,
  DerCursor,
  octetString,
  oid,
  readBitStringBytes,
  readHeader,
  readOid,
  sequence,
  Tag,
  type DerElement,
} from '#core/pki/index.ts';
import {
  asSealError,
  readExtensionList,
  readNumber,
  readOutermost,
  readStampField,
  readText,
  readTimeInfo,
  SEAL_LIMITS,
} from './elements.ts';
import { readSeal } from './parse-seal.ts';
import type { SealSignature } from './types.ts';

/** Reads an SES_Signature that fills `bytes` exactly; keeps its own copy. Judges nothing. @throws YqError SEAL_FORMAT, SEAL_LIMIT, SEAL_UNSUPPORTED */
export function parseSealSignature(bytes: Uint8Array): SealSignature {
  return asSealError(() => {
    const element = readOutermost(new Uint8Array(bytes));
    return new DerCursor(element).all().length === 2 ? readSignatureOf2014(element) : readSignatureSince2020(element);
  });
}

function readSignatureSince2020(element: DerElement): SealSignature {
  const c = new DerCursor(element);
  const toSign = c.next(Tag.sequence);
  const signerCertificate = c.next(Tag.octetString).value;
  const signatureAlgorithm = readOid(c.next(Tag.oid));
  const signature = readBitStringBytes(c.next(Tag.bitString));
  const stampField = c.optional(Tag.contextConstructed(0));
  c.end();
  const timeStamp = readStampField(stampField);

  const t = new DerCursor(toSign);
  const statedVersion = readNumber(t.next(Tag.integer));
  const seal = readSeal(t.next(Tag.sequence));
  const { time, token } = readTimeInfo(t.next());
  const dataHash = readBitStringBytes(t.next(Tag.bitString));
  const propertyInfo = readText(t.next());
  const extensionField = t.optional(Tag.contextConstructed(0)) ?? t.optional(Tag.sequence);
  t.end();
  const extensions =
    extensionField === undefined
      ? []
      : readExtensionList(
          extensionField.tag === Tag.sequence ? extensionField : new DerCursor(extensionField).next(Tag.sequence),
        );
  const expected = sequence(
    toSign.bytes,
    octetString(signerCertificate),
    oid(signatureAlgorithm),
    bitString(signature),
    ...(timeStamp === undefined ? [] : [der(Tag.contextConstructed(0), bitString(timeStamp))]),
  );
  return {
    der: element.bytes,
    version: statedVersion === 5 ? 5 : 4,
    statedVersion,
    seal,
    signedAt: time,
    dataHash,
    propertyInfo,
    signerCertificate,
    signatureAlgorithm,
    signature,
    signedBytes: toSign.bytes,
    timeStamp: timeStamp ?? token,
    extensions,
    irregularities: equalBytes(expected, element.bytes) ? [] : ['SES_Signature is not in DER'],
  };
}

function readSignatureOf2014(element: DerElement): SealSignature {
  const c = new DerCursor(element);
  const toSign = c.next(Tag.sequence);
  const signature = readBitStringBytes(c.next(Tag.bitString));
  c.end();
  const t = new DerCursor(toSign);
  const statedVersion = readNumber(t.next(Tag.integer));
  const seal = readSeal(t.next(Tag.sequence));
  const { time, token } = readTimeInfo(t.next());
  const dataHash = readBitStringBytes(t.next(Tag.bitString));
  const propertyInfo = readText(t.next());
  const signerCertificate = t.next(Tag.octetString).value;
  const signatureAlgorithm = readOid(t.next(Tag.oid));
  t.end();
  return {
    der: element.bytes,
    version: 1,
    statedVersion,
    seal,
    signedAt: time,
    dataHash,
    propertyInfo,
    signerCertificate,
    signatureAlgorithm,
    signature,
    signedBytes: toSign.bytes,
    timeStamp: token,
    extensions: [],
    irregularities: equalBytes(sequence(toSign.bytes, bitString(signature)), element.bytes)
      ? []
      : ['SES_Signature is not in DER'],
  };
}

/**
 * Whether the bytes, zeros behind them allowed, begin like an SES_Signature: SEQUENCE { SEQUENCE { INTEGER, SESeal …, and SESeal's header
 * begins with "ES". A CMS begins SEQUENCE { OBJECT IDENTIFIER, so that one look tells them apart whatever /SubFilter says. Never throws.
 */
export function looksLikeSealSignature(bytes: Uint8Array): boolean {
  try {
    const inside = (content: Uint8Array, tag: number): Uint8Array => {
      const [found, start, end] = readHeader(content, 0);
      if (found !== tag) throw new RangeError(`tag ${found}`);
      return content.subarray(start, end);
    };
    if (bytes.length < 64) return false;
    const toSign = inside(inside(bytes.subarray(0, SEAL_LIMITS.bytes), Tag.sequence), Tag.sequence);
    const [tag, , afterVersion] = readHeader(toSign, 0);
    if (tag !== Tag.integer) return false;
    const sealInfo = inside(inside(toSign.subarray(afterVersion), Tag.sequence), Tag.sequence);
    const mark = inside(inside(sealInfo, Tag.sequence), Tag.ia5String);
    return mark.length === 2 && mark[0] === 0x45 && mark[1] === 0x53;
  } catch {
    return false;
  }
}
