/**
 * Signature wrapping: the part behind the signature value is moved, and what was signed stays somewhere else in the file than where a
 * reader looks (pdf-insecurity.org, SWA; the second range is moved, with a second ByteRange, with or without its own xref).
 */
import { at, stream, textAt } from '../crafted.ts';
import { family } from './attack.ts';
import { BYTE_RANGE, replaceLast } from './bytes.ts';
import { fromLatin1, lastSignature, latin1 } from './tools.ts';

interface Wrap {
  /** Where the new ByteRange stands: in the freed room behind the value, or in place of the old one. */
  readonly range: 'second' | 'replaced';
  /** Whether the forged table brings the forged content, or only leaves it for readers that scan. */
  readonly listed: boolean;
}

/**
 * first range | value, cut at its own length | what stood behind it | forged table at the offset that the signed startxref names |
 * forged content | second range, moved to the end. The moved part keeps its bytes, so the digest over first and moved part is right.
 */
async function wrapped(signed: Uint8Array, { range, listed }: Wrap): Promise<Uint8Array> {
  const { byteRange, contents, contentsSpan } = await lastSignature(signed);
  const [, , from = 0, length = 0] = byteRange;
  const [start, end] = contentsSpan ?? [0, 0];
  const text = latin1(signed);
  const xrefAt = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1]);
  const table = /^xref\s+([\s\S]*?)(trailer[\s\S]*?)startxref/.exec(text.slice(xrefAt));
  const der = 4 + ((contents[2] ?? 0) << 8) + (contents[3] ?? 0);
  const value = `<${Buffer.from(contents.subarray(0, der)).toString('hex')}>`;
  const entry = (offset: number): string =>
    listed ? `${at.content} 1\n${String(offset).padStart(10, '0')} 00000 n \n` : '';
  const forgedTable = (offset: number): string =>
    `xref\n${entry(offset)}${table?.[1] ?? ''}${table?.[2] ?? ''}startxref\n${xrefAt}\n%%EOF\n`;
  const forgedAt = xrefAt + forgedTable(0).length;
  const forged = `${at.content} 0 obj\n${stream(textAt('50 mg'))}\nendobj\n`;
  const next = `/ByteRange [0 ${start} ${forgedAt + forged.length} ${length}]`;
  const first =
    range === 'replaced' ? latin1(replaceLast(signed.subarray(0, start), BYTE_RANGE, next)) : text.slice(0, start);
  const freed = (range === 'second' ? ` ${next} ` : '').padEnd(end - start - value.length);
  return fromLatin1(
    first + value + freed + text.slice(from, xrefAt) + forgedTable(forgedAt) + forged + text.slice(from, from + length),
  );
}

export const wrapping = family('wrapping', [
  {
    id: 'swa-01-second-byte-range',
    story: 'The second range is moved to the end and a second /ByteRange in the freed padding points to it.',
    make: async (lab) => wrapped(await lab.signed(), { range: 'second', listed: true }),
    codes: ['SIGNATURE_IRREGULAR', 'BYTE_RANGE_GAP', 'BYTE_RANGE_MALFORMED', 'BYTE_RANGE_END'],
  },
  {
    id: 'swa-02-second-byte-range-without-xref',
    story: 'The same, and the forged content is left for readers that scan the file.',
    make: async (lab) => wrapped(await lab.signed(), { range: 'second', listed: false }),
    codes: ['SIGNATURE_IRREGULAR', 'BYTE_RANGE_GAP', 'BYTE_RANGE_MALFORMED', 'BYTE_RANGE_END', 'PDF_DAMAGED'],
  },
  {
    id: 'swa-03-byte-range-replaced',
    story: 'The /ByteRange itself is rewritten to the moved second range.',
    make: async (lab) => wrapped(await lab.signed(), { range: 'replaced', listed: true }),
    codes: ['BYTE_RANGE_GAP', 'DIGEST_MISMATCH', 'SIGNATURE_IRREGULAR'],
  },
  {
    id: 'swa-04-hidden-in-the-padding',
    story: 'A whole object is written in clear into the room behind the signature value.',
    make: async (lab) => {
      const signed = await lab.signed();
      const [, end] = (await lastSignature(signed)).contentsSpan ?? [0, 0];
      const object = `> ${at.content} 0 obj ${stream(textAt('50 mg'))} endobj <`;
      const out = signed.slice();
      out.set(fromLatin1(object), end - object.length - 10);
      return out;
    },
    verdict: 'INDETERMINATE',
    codes: ['PDF_DAMAGED', 'BYTE_RANGE_GAP', 'SIGNATURE_IRREGULAR', 'CONTENTS_PADDING', 'CONTENTS_MALFORMED'],
  },
  {
    id: 'swa-05-bytes-behind-the-value',
    story: 'The room behind the signature value is filled with hexadecimal digits.',
    make: async (lab) => {
      const signed = await lab.signed();
      const [, end] = (await lastSignature(signed)).contentsSpan ?? [0, 0];
      const out = signed.slice();
      out.set(fromLatin1('cafe'.repeat(20)), end - 100);
      return out;
    },
    codes: ['CONTENTS_PADDING'],
  },
]);
