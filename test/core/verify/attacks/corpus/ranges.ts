/** ByteRange oddities (pains.md): what is covered is not all, or not what it seems. */
import { at, stream, textAt } from '../crafted.ts';
import { family, type AttackPlan } from './attack.ts';
import { BYTE_RANGE, replaceLast, withByteRange } from './bytes.ts';
import { append, fromLatin1, joined, lastSignature, objectText } from './tools.ts';

type Range = readonly [number, number, number, number];

const oddity = (
  id: string,
  story: string,
  change: (range: Range) => string,
  codes: readonly string[] = [],
): AttackPlan => ({
  id,
  story,
  make: async (lab) => withByteRange(await lab.signed(), change),
  codes: codes.length > 0 ? codes : ['BYTE_RANGE_GAP', 'BYTE_RANGE_MALFORMED', 'BYTE_RANGE_END', 'SIGNATURE_IRREGULAR'],
});

export const ranges = family('byte-range', [
  oddity(
    'range-01-wider-gap',
    'The gap is wider than the signature value.',
    ([a, b, c, d]) => `[${a} ${b - 8} ${c} ${d}]`,
  ),
  oddity(
    'range-02-gap-behind',
    'The gap goes on behind the signature value.',
    ([a, b, c, d]) => `[${a} ${b} ${c + 8} ${d - 8}]`,
  ),
  oddity('range-03-narrow-gap', 'The gap is narrower than the value.', ([a, b, c, d]) => `[${a} ${b + 1} ${c} ${d}]`),
  oddity('range-04-overlap', 'The two ranges overlap.', ([a, b, , d]) => `[${a} ${b} ${b - 10} ${d}]`),
  oddity('range-05-covers-the-value', 'The ranges leave no gap at all.', ([a, , c, d]) => `[${a} ${c} ${c} ${d}]`),
  oddity('range-06-starts-late', 'The first byte is not covered.', ([, b, c, d]) => `[1 ${b - 1} ${c} ${d}]`),
  oddity(
    'range-07-ends-early',
    'The last bytes of the revision are not covered.',
    ([a, b, c, d]) => `[${a} ${b} ${c} ${d - 6}]`,
  ),
  oddity(
    'range-08-beyond-the-end',
    'The ranges reach beyond the file.',
    ([a, b, c, d]) => `[${a} ${b} ${c} ${d + 9}]`,
    ['BYTE_RANGE_BEYOND_FILE'],
  ),
  oddity('range-09-negative', 'A length is negative.', ([a, b, c]) => `[${a} ${b} ${c} -5]`),
  oddity('range-10-five-numbers', 'There is a fifth number.', ([a, b, c]) => `[${a} ${b} ${c} 9 9]`),
  oddity('range-11-two-numbers', 'There is one range only.', ([a, b]) => `[${a} ${b}]`),
  oddity('range-12-fractions', 'The numbers are fractions.', ([a, b, c]) => `[${a} ${b}.0 ${c} 7]`),
  oddity('range-13-swapped', 'The second range comes first.', ([a, b, c, d]) => `[${c} ${d} ${a} ${b}]`),
  {
    id: 'range-14-indirect',
    story: '/ByteRange is a reference, so that a later update can replace it.',
    make: async (lab) => {
      const signed = await lab.signed();
      const { byteRange } = await lastSignature(signed);
      const pointing = replaceLast(signed, BYTE_RANGE, '/ByteRange 41 0 R');
      return append(pointing, { objects: { 41: `[${byteRange.join(' ')}]` } });
    },
    codes: ['SIGNATURE_IRREGULAR', 'BYTE_RANGE_MALFORMED'],
  },
  {
    id: 'range-15-two-signatures-one-range',
    story: 'A second field shows the same signature value, as if two people had signed.',
    make: async (lab) => {
      const signed = await lab.signed();
      const { objectNumber } = await lastSignature(signed);
      const form = (await objectText(signed, at.form)).replace(/\/Fields\s*\[([^\]]*)\]/, '/Fields [$1 42 0 R]');
      return append(signed, {
        objects: {
          [at.form]: form,
          42: `<< /Type /Annot /Subtype /Widget /FT /Sig /T (chief) /F 132 /Rect [0 0 0 0] /V ${objectNumber} 0 R >>`,
        },
      });
    },
    codes: ['REVISION_NOT_SIGNED', 'CHANGED_FIELD', 'CHANGED_FORM', 'BYTE_RANGE_SHARED', 'CHANGED_AFTER_SIGNING'],
  },
  {
    id: 'range-16-bytes-before-the-header',
    story: 'Bytes are put before the file; the ranges are moved along.',
    make: async (lab) => joined(fromLatin1(`%junk ${stream(textAt('50 mg')).length}\n`), await lab.signed()),
    verdict: 'INDETERMINATE',
    codes: ['PDF_DAMAGED', 'BYTE_RANGE_GAP', 'PDF_NOT_PDF'],
  },
]);
