/** The predefined CMaps (ISO 32000-1, Table 118) as far as text needs them: how codes are cut, what they mean, the CIDs of half-width letters. */

export interface PredefinedCMap {
  readonly vertical: boolean;
  /** Bytes of the code that starts with these two. */
  length(first: number, second: number): number;
  /** The code's text; undefined when the code means no character, or only the font knows. */
  text(bytes: Uint8Array): string | undefined;
  /** Its CID, for the font's table of widths; undefined when that would take the whole map: ideographs have the default width. */
  cid(code: number): number | undefined;
}

interface Kind {
  /** Encoding that the platform can decode; undefined for Identity. */
  readonly charset: string | undefined;
  readonly length: PredefinedCMap['length'];
  /** CID of the first letter, and the code of that letter. */
  readonly letters?: readonly [code: number, cid: number];
  readonly space?: number;
}

const two = (): number => 2;
const doubleFrom = (lead: number) => (first: number) => (first >= lead && first < 0xff ? 2 : 1);
const euc = doubleFrom(0xa1);
const extended = doubleFrom(0x81);
const shiftJis = (first: number): number =>
  (first >= 0x81 && first <= 0x9f) || (first >= 0xe0 && first <= 0xfc) ? 2 : 1;
const gb18030 = (first: number, second: number): number =>
  first < 0x81 || first === 0xff ? 1 : second >= 0x30 && second <= 0x39 ? 4 : 2;
const utf16 = (first: number): number => (first >= 0xd8 && first <= 0xdb ? 4 : 2);
const PROPORTIONAL = [0x20, 1] as const;
/** Half-width letters of Adobe-GB1; their space stands elsewhere. */
const HALF_WIDTH_GB = { letters: [0x21, 814], space: 7716 } as const;

/** By name without -H or -V. */
const KINDS: Readonly<Record<string, Kind>> = {
  Identity: { charset: undefined, length: two },
  'GB-EUC': { charset: 'gb18030', length: euc, ...HALF_WIDTH_GB },
  'GBpc-EUC': { charset: 'gb18030', length: euc, letters: PROPORTIONAL },
  'GBK-EUC': { charset: 'gb18030', length: extended, ...HALF_WIDTH_GB },
  'GBKp-EUC': { charset: 'gb18030', length: extended, letters: PROPORTIONAL },
  GBK2K: { charset: 'gb18030', length: gb18030, letters: PROPORTIONAL },
  'UniGB-UCS2': { charset: 'utf-16be', length: two, letters: PROPORTIONAL },
  'UniGB-UTF16': { charset: 'utf-16be', length: utf16, letters: PROPORTIONAL },
  B5pc: { charset: 'big5', length: extended, letters: PROPORTIONAL },
  'ETen-B5': { charset: 'big5', length: extended, letters: [0x20, 13648] },
  'ETenms-B5': { charset: 'big5', length: extended, letters: PROPORTIONAL },
  'HKscs-B5': { charset: 'big5', length: extended, letters: PROPORTIONAL },
  'UniCNS-UCS2': { charset: 'utf-16be', length: two, letters: PROPORTIONAL },
  'UniCNS-UTF16': { charset: 'utf-16be', length: utf16, letters: PROPORTIONAL },
  '90ms-RKSJ': { charset: 'shift_jis', length: shiftJis, letters: [0x20, 231] },
  '90msp-RKSJ': { charset: 'shift_jis', length: shiftJis, letters: PROPORTIONAL },
  EUC: { charset: 'euc-jp', length: euc, letters: [0x20, 231] },
  'UniJIS-UCS2': { charset: 'utf-16be', length: two, letters: PROPORTIONAL },
  'UniJIS-UCS2-HW': { charset: 'utf-16be', length: two, letters: [0x20, 231] },
  'UniJIS-UTF16': { charset: 'utf-16be', length: utf16, letters: PROPORTIONAL },
  'KSC-EUC': { charset: 'euc-kr', length: euc, letters: [0x20, 8094] },
  'KSCms-UHC': { charset: 'euc-kr', length: extended, letters: PROPORTIONAL },
  'UniKS-UCS2': { charset: 'utf-16be', length: two, letters: PROPORTIONAL },
  'UniKS-UTF16': { charset: 'utf-16be', length: utf16, letters: PROPORTIONAL },
};
const LETTERS = 95;

/** Undefined for a name that is not in the table. */
export function predefinedCMap(name: string): PredefinedCMap | undefined {
  const match = /^(.+)-([HV])$/.exec(name);
  const kind = match === null ? undefined : KINDS[match[1] ?? ''];
  if (kind === undefined) return undefined;
  const { charset, length, letters, space } = kind;
  const decoder = charset === undefined ? undefined : decoderOf(charset);
  return {
    vertical: match?.[2] === 'V',
    length,
    text(bytes) {
      const text = decoder?.decode(bytes);
      return text === undefined || text.includes('\ufffd') ? undefined : text;
    },
    cid(code) {
      if (charset === undefined) return code;
      if (code === 0x20 && space !== undefined) return space;
      if (letters === undefined || code < letters[0] || code >= 0x20 + LETTERS) return undefined;
      return code - letters[0] + letters[1];
    },
  };
}

/** A platform without this charset can't read such text; everything else goes on. */
function decoderOf(charset: string): TextDecoder | undefined {
  try {
    return new TextDecoder(charset);
  } catch {
    return undefined;
  }
}
