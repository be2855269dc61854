/** Changes that parsers dislike: bits, pieces, lengths, numbers, keywords, and pieces of other inputs. */

const WORDS: Readonly<Record<'pdf' | 'der' | 'svg' | 'raster', readonly string[]>> = {
  pdf: [
    '<<',
    '>>',
    '[',
    ']',
    '(',
    ')',
    '<',
    '>',
    'obj',
    'endobj',
    'stream',
    'endstream',
    'xref',
    'trailer',
    'startxref',
    '%%EOF',
    '0 R',
    '1 0 R',
    'null',
    'R',
    '/',
    '/Length',
    '/Filter/FlateDecode',
    '/Type/ObjStm',
    '/Type/XRef',
    '/Prev 0',
    '/W[1 2 1]',
    '/Index[0 9]',
    '/Size 4294967296',
    '/ByteRange[0 1 2 3]',
    '/Contents<00>',
    '/Kids[1 0 R]',
    '/Parent 1 0 R',
    '/Annots[1 0 R]',
    '/Extends 1 0 R',
    '/N 99999999',
    '/First -1',
    '/Predictor 15',
    '/Columns 99999999',
    '-1',
    '2147483648',
    '1e99',
    '\\',
    '#',
    '/Encrypt',
    '/Reference',
    '/DSS',
    '/OCProperties',
    'BT',
    'Tj',
    'Do',
    'q',
    'Q',
    'cm',
  ],
  der: [
    '\x30\x80',
    '\x00\x00',
    '\x02\x00',
    '\x02\x01\x00',
    '\x30\x84\xff\xff\xff\xff',
    '\x05\x00',
    '\x31\x00',
    '\x04\x80',
    '\x24\x80',
    '\xa0\x80',
    '\x1f\xff\x7f',
    '\x06\x01\x80',
    '\x03\x01\x08',
    '\x18\x0f',
  ],
  svg: [
    '<g>',
    '</g>',
    '<path d="',
    'M0 0',
    'A1 1 0 0 1',
    '"/>',
    '<use href="#a"/>',
    'transform="matrix(',
    '1e308',
    '-',
    'NaN',
    '&#x0;',
    '<!--',
    '<![CDATA[',
    'viewBox="0 0 0 0"',
    'style="',
    ';',
    '%',
    '<svg ',
  ],
  raster: [
    '\x00\x00\x00\x00',
    '\xff\xff\xff\xff',
    '\x7f\xff\xff\xff',
    'IDAT',
    'IHDR',
    'PLTE',
    '\xff\xc0',
    '\xff\xd9',
    '!\xf9\x04',
    '\x00;',
    'BM',
  ],
};
export type Kind = keyof typeof WORDS;

const LARGEST = 1 << 20;

export function mutate(seeds: readonly Uint8Array[], base: Uint8Array, kind: Kind, random: () => number): Uint8Array {
  let out: Uint8Array = base.slice();
  const below = (n: number): number => Math.floor(random() * Math.max(1, n));
  for (let n = 1 + below(random() < 0.3 ? 8 : 3); n > 0; n--) {
    const at = below(out.length + 1);
    const length = 1 + below(random() < 0.7 ? 12 : Math.min(2000, out.length));
    switch (below(10)) {
      case 0:
        if (at < out.length) out[at] = (out[at] ?? 0) ^ (1 << below(8));
        break;
      case 1:
        if (at < out.length) out[at] = below(256);
        break;
      case 2:
        out = splice(out, at, length);
        break;
      case 3:
        out = splice(out, at, 0, out.slice(at, at + length));
        break;
      case 4: {
        const from = below(out.length);
        out = splice(out, at, random() < 0.5 ? 0 : length, out.slice(from, from + length));
        break;
      }
      case 5:
      case 6: {
        const words = WORDS[kind];
        const word = Buffer.from(words[below(words.length)] ?? '', 'latin1');
        out = splice(out, at, random() < 0.5 ? 0 : word.length, word);
        break;
      }
      case 7: {
        const other = seeds[below(seeds.length)] ?? base;
        const from = below(other.length);
        out = splice(out, at, random() < 0.5 ? 0 : length, other.subarray(from, from + length));
        break;
      }
      case 8:
        digits(out, at, below);
        break;
      default:
        // What tells of lengths stands in one or two bytes: a step up or down.
        if (at < out.length) out[at] = ((out[at] ?? 0) + (random() < 0.5 ? 1 : 255)) & 255;
    }
    if (random() < 0.02) out = out.slice(0, below(out.length));
  }
  return out.length > LARGEST ? out.slice(0, LARGEST) : out;
}

function splice(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array = new Uint8Array()): Uint8Array {
  const end = Math.min(bytes.length, at + remove);
  const out = new Uint8Array(at + insert.length + bytes.length - end);
  out.set(bytes.subarray(0, at));
  out.set(insert, at);
  out.set(bytes.subarray(end), at + insert.length);
  return out;
}

function digits(bytes: Uint8Array, at: number, below: (n: number) => number): void {
  const end = Math.min(bytes.length, at + 200);
  for (let i = at, run = 0; i < end && run < 10; i++) {
    const byte = bytes[i] ?? 0;
    if (byte < 0x30 || byte > 0x39) {
      if (run > 0) return;
      continue;
    }
    bytes[i] = 0x30 + below(10);
    run++;
  }
}
