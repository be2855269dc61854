/** Distinguished names: text for people (RFC 4514), DER for certificates we issue. Comparison is always over the raw bytes. */
import { childrenOf, concatBytes, der, oid, readOid, sequence, Tag, utf8String, type DerElement } from './der.ts';

const attributeOids = {
  CN: '2.5.4.3',
  SN: '2.5.4.4',
  SERIALNUMBER: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  STREET: '2.5.4.9',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  T: '2.5.4.12',
  GN: '2.5.4.42',
  DC: '0.9.2342.19200300.100.1.25',
  UID: '0.9.2342.19200300.100.1.1',
  E: '1.2.840.113549.1.9.1',
} as const;
export type NameAttribute = keyof typeof attributeOids;

const attributeLabels = new Map<string, string>(Object.entries(attributeOids).map(([label, id]) => [id, label]));

/** One attribute per RDN, in the order of the encoding: country first, common name last. */
export type DistinguishedName = readonly (readonly [NameAttribute, string])[];

/** DER Name. C, SERIALNUMBER as PrintableString, E and DC as IA5String, all else as UTF8String (RFC 5280 §4.1.2.4). */
export function encodeName(name: DistinguishedName): Uint8Array {
  return sequence(
    ...name.map(([attribute, value]) =>
      der(Tag.set, sequence(oid(attributeOids[attribute]), nameString(attribute, value))),
    ),
  );
}

function nameString(attribute: NameAttribute, value: string): Uint8Array {
  if (attribute === 'E' || attribute === 'DC') return der(Tag.ia5String, new TextEncoder().encode(value));
  const printable = (attribute === 'C' || attribute === 'SERIALNUMBER') && /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value);
  return printable ? der(Tag.printableString, new TextEncoder().encode(value)) : utf8String(value);
}

export interface NameView {
  /** RFC 4514, most specific part first. */
  readonly text: string;
  /** The last common name; empty when there is none. */
  readonly commonName: string;
}

/** Reads a DER Name; never fails over an odd string type, such a value is shown as #hex. */
export function readName(name: DerElement): NameView {
  let commonName = '';
  const parts = childrenOf(name, Tag.set).map((rdn) =>
    childrenOf(rdn, Tag.sequence)
      .map((pair) => {
        const [type, value] = childrenOf(pair);
        if (type === undefined || value === undefined) return '';
        const id = readOid(type);
        const text = decodeString(value);
        if (id === attributeOids.CN && text !== undefined) commonName = text;
        const shown = text === undefined ? `#${hex(value.bytes)}` : escapeValue(text);
        return `${attributeLabels.get(id) ?? id}=${shown}`;
      })
      .join('+'),
  );
  return { text: parts.reverse().join(','), commonName };
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

const escapeValue = (text: string): string =>
  text
    .replace(/["+,;<>\\]/g, '\\$&')
    .replace(/^[# ]/, '\\$&')
    .replace(/ $/, '\\ ')
    // Control characters must not reach a screen unescaped.
    .replace(/[\u0000-\u001f\u007f]/g, (c) => `\\${c.charCodeAt(0).toString(16).padStart(2, '0')}`);

/**
 * Text of any ASN.1 string type met in names. Old Chinese CAs put GB18030 bytes under UTF8String, T61String and even
 * PrintableString: what is not valid UTF-8 is read as GB18030.
 */
export function decodeString({ tag, value }: DerElement): string | undefined {
  switch (tag) {
    case 0x0c:
    case 0x12:
    case 0x13:
    case 0x14:
    case 0x16:
    case 0x1a:
      return decodeUtf8OrGb18030(value);
    case 0x1e:
      return new TextDecoder('utf-16be').decode(value);
    case 0x1c:
      return decodeUtf32(value);
    default:
      return undefined;
  }
}

function decodeUtf8OrGb18030(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

function decodeUtf32(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    const point = new DataView(bytes.buffer, bytes.byteOffset + i, 4).getUint32(0);
    text += point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  }
  return text;
}

/** GeneralName directoryName [4] of a raw Name, as issuerSerial and tsa fields want it. */
export const directoryName = (nameDer: Uint8Array): Uint8Array => der(Tag.contextConstructed(4), nameDer);

export const generalNames = (...names: readonly Uint8Array[]): Uint8Array => sequence(concatBytes(names));
