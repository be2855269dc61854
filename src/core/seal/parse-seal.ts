/** SESeal of GM/T 0031-2014, GB/T 38540-2020 and GM/T 0031-2025 (ses-seal structures), as slices of the received bytes. */
import { equalBytes } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { PictureFormat } from '#core/pdf/types.ts';
import {
  bitString,
  der,
  DerCursor,
  octetString,
  oid,
  readBitStringBytes,
  readOid,
  readTime,
  sequence,
  Tag,
  type DerElement,
} from '#core/pki/index.ts';
import {
  asSealError,
  malformed,
  readExtensionList,
  readNumber,
  readOutermost,
  readStampField,
  readText,
} from './elements.ts';
import type { Seal, SealExtension, SealPicture, SealVersion } from './types.ts';

/** More signers than this are in no seal. */
const MAX_SIGNERS = 2000;

/** Reads a SESeal that fills `bytes` exactly; keeps its own copy. Judges nothing. @throws YqError SEAL_FORMAT, SEAL_LIMIT, SEAL_UNSUPPORTED */
export function parseSeal(bytes: Uint8Array): Seal {
  return asSealError(() => readSeal(readOutermost(new Uint8Array(bytes))));
}

/** Reads a SESeal that stands inside another structure. */
export function readSeal(element: DerElement): Seal {
  const parts = new DerCursor(element).all();
  // The number of elements tells 2014 from the later two, header.version tells those apart.
  return parts.length === 2 ? readSealOf2014(element) : readSealSince2020(element);
}

function readSealSince2020(element: DerElement): Seal {
  const c = new DerCursor(element);
  const infoElement = c.next(Tag.sequence);
  const makerCertificate = c.next(Tag.octetString).value;
  const signatureAlgorithm = readOid(c.next(Tag.oid));
  const signature = readBitStringBytes(c.next(Tag.bitString));
  const stampField = c.optional(Tag.contextConstructed(0));
  c.end();
  const info = readInfo(infoElement);
  const timeStamp = readStampField(stampField);
  const expected = sequence(
    infoElement.bytes,
    octetString(makerCertificate),
    oid(signatureAlgorithm),
    bitString(signature),
    ...(timeStamp === undefined ? [] : [der(Tag.contextConstructed(0), bitString(timeStamp))]),
  );
  return {
    der: element.bytes,
    version: info.headerVersion === 5 ? 5 : 4,
    ...info,
    makerCertificate,
    signatureAlgorithm,
    signature,
    signedBytes: infoElement.bytes,
    timeStamp,
    irregularities: equalBytes(expected, element.bytes) ? [] : ['SESeal is not in DER'],
  };
}

function readSealOf2014(element: DerElement): Seal {
  const c = new DerCursor(element);
  const infoElement = c.next(Tag.sequence);
  const signInfoElement = c.next(Tag.sequence);
  c.end();
  const signInfo = new DerCursor(signInfoElement);
  const certificate = signInfo.next(Tag.octetString);
  const algorithm = signInfo.next(Tag.oid);
  const signature = readBitStringBytes(signInfo.next(Tag.bitString));
  signInfo.end();
  const info = readInfo(infoElement);
  const version: SealVersion = 1;
  const expected = sequence(infoElement.bytes, sequence(certificate.bytes, algorithm.bytes, bitString(signature)));
  return {
    der: element.bytes,
    version,
    ...info,
    makerCertificate: certificate.value,
    signatureAlgorithm: readOid(algorithm),
    signature,
    // GM/T 0031-2014: the maker signs a SEQUENCE of the three that stands nowhere as such.
    signedBytes: sequence(infoElement.bytes, certificate.bytes, algorithm.bytes),
    timeStamp: undefined,
    irregularities: equalBytes(expected, element.bytes) ? [] : ['SESeal is not in DER'],
  };
}

type Info = Pick<Seal, 'headerVersion' | 'vendor' | 'id' | 'picture' | 'extensions'> & Property;
type Property = Pick<Seal, 'type' | 'name' | 'signers' | 'createdAt' | 'validFrom' | 'validTo'>;

function readInfo(element: DerElement): Info {
  const c = new DerCursor(element);
  const header = new DerCursor(c.next(Tag.sequence));
  const mark = readText(header.next());
  if (mark !== 'ES') throw malformed(`header "${mark.slice(0, 16)}" where "ES" belongs`);
  const headerVersion = readNumber(header.next());
  const vendor = readText(header.next());
  header.end();
  const id = readText(c.next());
  const property = readProperty(c.next(Tag.sequence));
  const picture = readPicture(c.next(Tag.sequence));
  const extensions = readExtensions(c);
  c.end();
  return { headerVersion, vendor, id, ...property, picture, extensions };
}

/** ExtensionDatas by its place; 2014 prints "EXPLICIT" without a number, so that [0] is met as well. */
function readExtensions(c: DerCursor): readonly SealExtension[] {
  const tagged = c.optional(Tag.contextConstructed(0));
  const list = tagged === undefined ? c.optional(Tag.sequence) : new DerCursor(tagged).next(Tag.sequence);
  return list === undefined ? [] : readExtensionList(list);
}

function readProperty(element: DerElement): Property {
  const c = new DerCursor(element);
  const type = readNumber(c.next(Tag.integer));
  const name = readText(c.next());
  // Only certificates in 2014, without certListType.
  const listType = c.optional(Tag.integer);
  const signers = readSigners(c.next(Tag.sequence), listType === undefined ? 1 : readNumber(listType));
  const createdAt = readTime(c.next());
  const validFrom = readTime(c.next());
  const validTo = readTime(c.next());
  c.end();
  return { type, name, signers, createdAt, validFrom, validTo };
}

function readSigners(element: DerElement, listType: number): Seal['signers'] {
  const entries = new DerCursor(element).all();
  if (entries.length > MAX_SIGNERS) throw new YqError('SEAL_LIMIT', { detail: `${entries.length} signers` });
  if (listType === 1) {
    const certificates = entries.map((e) => {
      if (e.tag !== Tag.octetString) throw malformed('certListType 1 without certificates');
      return e.value;
    });
    return { kind: 'certificates', certificates };
  }
  if (listType !== 2) throw malformed(`certListType ${listType}`);
  const digests = entries.map((e) => {
    if (e.tag !== Tag.sequence) throw malformed('certListType 2 without digests');
    const c = new DerCursor(e);
    const type = readText(c.next());
    const value = c.next(Tag.octetString).value;
    c.end();
    return { type, value };
  });
  return { kind: 'digests', digests };
}

const FORMATS: Readonly<Record<string, PictureFormat>> = {
  PNG: 'PNG',
  JPG: 'JPG',
  JPEG: 'JPG',
  BMP: 'BMP',
  GIF: 'GIF',
  SVG: 'SVG',
};

function readPicture(element: DerElement): SealPicture {
  const c = new DerCursor(element);
  const written = readText(c.next());
  const data = c.next(Tag.octetString).value;
  const widthMm = readNumber(c.next());
  const heightMm = readNumber(c.next());
  c.end();
  const format = FORMATS[written.trim().replace(/^\./, '').toUpperCase()];
  if (format === undefined) {
    const kind = written.slice(0, 16);
    throw new YqError('SEAL_UNSUPPORTED', {
      params: { 'what.zh': `图片格式“${kind}”`, 'what.en': `pictures of kind "${kind}"` },
      detail: `picture type ${kind}`,
    });
  }
  return { format, data, widthMm, heightMm };
}
