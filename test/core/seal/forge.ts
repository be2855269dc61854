/**
 * Writes seals and seal signatures of all three standards with any part changed: what foreign makers write, and what an attacker might.
 * Signs with a real key, so that only the part in question is wrong.
 */
import { sm3 } from '#core/crypto/index.ts';
import {
  bitString,
  der,
  generalizedTime,
  integer,
  octetString,
  Oid,
  oid,
  sequence,
  Tag,
  utf8String,
  type Signer,
} from '#core/pki/index.ts';

export const ia5 = (text: string): Uint8Array => der(Tag.ia5String, new TextEncoder().encode(text));
export const printable = (text: string): Uint8Array => der(Tag.printableString, new TextEncoder().encode(text));
export const utcTime = (time: Date): Uint8Array =>
  der(Tag.utcTime, new TextEncoder().encode(`${time.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));

export const PNG_4X4 = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13);

export type Version = 1 | 4 | 5;

export interface SealParts {
  readonly version: Version;
  readonly headerMark: string;
  readonly headerVersion: number;
  readonly vendor: Uint8Array;
  readonly id: string;
  readonly type: number;
  readonly name: Uint8Array;
  /** undefined: not written, as in 2014. */
  readonly listType: number | undefined;
  /** Encoded entries. */
  readonly list: readonly Uint8Array[];
  readonly createdAt: Date;
  readonly validFrom: Date;
  readonly validTo: Date;
  readonly pictureType: string;
  readonly pictureData: Uint8Array;
  readonly widthMm: number;
  readonly heightMm: number;
  /** Encoded, behind the picture. */
  readonly extensions: Uint8Array | undefined;
  readonly algorithm: string;
  /** Certificate written beside the value; the maker's own unless told otherwise. */
  readonly certificate: Uint8Array | undefined;
  readonly stamp: ((signature: Uint8Array) => Promise<Uint8Array>) | undefined;
}

const timeOf = (version: Version, time: Date): Uint8Array => (version === 1 ? utcTime(time) : generalizedTime(time));

export function sealInfo(p: SealParts): Uint8Array {
  return sequence(
    sequence(ia5(p.headerMark), integer(p.headerVersion), p.vendor),
    ia5(p.id),
    sequence(
      integer(p.type),
      p.name,
      ...(p.listType === undefined ? [] : [integer(p.listType)]),
      sequence(...p.list),
      timeOf(p.version, p.createdAt),
      timeOf(p.version, p.validFrom),
      timeOf(p.version, p.validTo),
    ),
    sequence(ia5(p.pictureType), octetString(p.pictureData), integer(p.widthMm), integer(p.heightMm)),
    ...(p.extensions === undefined ? [] : [p.extensions]),
  );
}

/** A seal of `version` that lists `holder`, valid from a day ago for a year, with `changes`. */
export async function forgeSeal(
  version: Version,
  maker: Signer,
  holder: Signer,
  now: Date,
  changes: Partial<SealParts> = {},
): Promise<Uint8Array> {
  const day = 86_400_000;
  const parts: SealParts = {
    version,
    headerMark: 'ES',
    headerVersion: version,
    vendor: ia5('EXAMPLE'),
    id: '41010000000001',
    type: 1,
    name: utf8String('测试医院电子印章'),
    listType: version === 1 ? undefined : 1,
    list: [octetString(holder.certificate.der)],
    createdAt: new Date(now.getTime() - day),
    validFrom: new Date(now.getTime() - day),
    validTo: new Date(now.getTime() + 300 * day),
    pictureType: 'PNG',
    pictureData: PNG_4X4,
    widthMm: 42,
    heightMm: 42,
    extensions: undefined,
    algorithm: Oid.sm2WithSm3,
    certificate: undefined,
    stamp: undefined,
    ...changes,
  };
  const info = sealInfo(parts);
  const certificate = octetString(parts.certificate ?? maker.certificate.der);
  const algorithm = oid(parts.algorithm);
  if (version === 1) {
    const value = await maker.sign(sequence(info, certificate, algorithm));
    return sequence(info, sequence(certificate, algorithm, bitString(value)));
  }
  const value = await maker.sign(info);
  const token = await parts.stamp?.(value);
  return sequence(info, certificate, algorithm, bitString(value), ...stampField(token));
}

export const stampField = (token: Uint8Array | undefined): Uint8Array[] =>
  token === undefined ? [] : [der(Tag.contextConstructed(0), bitString(token))];

export interface SignatureParts {
  readonly statedVersion: number;
  /** Encoded timeInfo. */
  readonly timeInfo: Uint8Array;
  readonly dataHash: Uint8Array;
  readonly propertyInfo: string;
  readonly extensions: Uint8Array | undefined;
  readonly algorithm: string;
  readonly certificate: Uint8Array | undefined;
  readonly stamp: ((signature: Uint8Array) => Promise<Uint8Array>) | undefined;
}

export const PROTECTED = new TextEncoder().encode('protected data');

export async function forgeSignature(
  version: Version,
  seal: Uint8Array,
  signer: Signer,
  time: Date,
  changes: Partial<SignatureParts> = {},
): Promise<Uint8Array> {
  const parts: SignatureParts = {
    statedVersion: version,
    timeInfo: version === 1 ? bitString(utcTime(time)) : generalizedTime(time),
    dataHash: sm3(PROTECTED),
    propertyInfo: 'ByteRange=[0 10 20 30]',
    extensions: undefined,
    algorithm: Oid.sm2WithSm3,
    certificate: undefined,
    stamp: undefined,
    ...changes,
  };
  const certificate = octetString(parts.certificate ?? signer.certificate.der);
  const algorithm = oid(parts.algorithm);
  const toSign = sequence(
    integer(parts.statedVersion),
    seal,
    parts.timeInfo,
    bitString(parts.dataHash),
    ia5(parts.propertyInfo),
    ...(version === 1 ? [certificate, algorithm] : []),
    ...(parts.extensions === undefined ? [] : [parts.extensions]),
  );
  const value = await signer.sign(toSign);
  if (version === 1) return sequence(toSign, bitString(value));
  return sequence(toSign, certificate, algorithm, bitString(value), ...stampField(await parts.stamp?.(value)));
}
