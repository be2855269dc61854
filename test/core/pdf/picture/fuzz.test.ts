/** Damaged pictures: whatever the bytes, the answer is a picture within the limits or a YqError, and it comes soon. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { isYqError } from '#core/errors/index.ts';
import { bytesSource, pictureInfo, pictureOf, readPdf, type PdfFile } from '#core/pdf/index.ts';
import { Increment } from '../../../../src/core/pdf/increment.ts';
import { limits } from '../../../../src/core/pdf/limits.ts';
import { readPicture } from '../../../../src/core/pdf/picture/index.ts';
import { fixture } from '../../../fixtures/pdf/index.ts';
import { pictureFixture } from '../../../fixtures/pictures/index.ts';
import { svgPicture } from './embedded.ts';

const card = svgPicture(
  '<defs><linearGradient id="a"><stop offset="0" stop-color="red"/><stop offset="1"/></linearGradient><clipPath id="c"><circle cx="5" cy="5" r="4"/></clipPath><g id="s"><rect x="1" y="1" width="3" height="2" rx="1"/></g></defs>' +
    '<g transform="rotate(20 5 5) scale(1.2)" opacity=".5" clip-path="url(#c)"><path d="M1 1C2 2 3 3 4 1S5 5 6 6Q1 2 3 4T5 6A2 1 30 0 1 3 4z" fill="url(#a)" stroke="#123" stroke-dasharray="1 2"/></g>' +
    '<use xlink:href="#s" x="2" style="fill:rgb(10%,20%,30%);stroke-width:0.2mm"/><polygon points="1,1 2,2 3,1"/><ellipse cx="1" cy="2" rx="1" ry="2"/>',
).data;
const seeds: readonly (readonly [string, Uint8Array])[] = [
  ...['small.png', 'bilevel.png', 'small-1.bmp', 'small-4.bmp', 'small-8.bmp', 'small-24.bmp', 'small-32.bmp'],
  ...['small-clear.gif', 'rgb.jpg', 'cmyk.jpg', 'progressive.jpg', 'density.jpg', 'grey.jpg'],
]
  .map((name) => [name, pictureFixture(name)] as const)
  .concat([['card.svg', card]]);

/** What a mutation may write: bounds of numbers, markers, pieces of SVG. */
const words = [
  ...['00', 'ff', 'ffd9', 'ffda0000', 'ffc0', '7fffffff', 'ffffffff', '80000000', '2c', '21f904', '3b'].map((hex) =>
    Buffer.from(hex, 'hex'),
  ),
  ...[
    '0',
    '-',
    '1e99',
    '99999',
    '"',
    '<',
    '/>',
    '<g>',
    '</g>',
    '&#',
    'url(#a)',
    '#s',
    'A',
    'z',
    '<use href="#s"/>',
  ].map((text) => Buffer.from(text)),
];

const mutation = fc.record({
  kind: fc.constantFrom('byte', 'word', 'insert', 'cut', 'double', 'end'),
  at: fc.nat(),
  value: fc.nat(255),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(bytes: Buffer, { kind, at, value }: Mutation): Buffer {
  const where = bytes.length === 0 ? 0 : at % bytes.length;
  const [front, back] = [bytes.subarray(0, where), bytes.subarray(where)];
  const word = words[value % words.length] ?? Buffer.alloc(0);
  switch (kind) {
    case 'byte':
      return Buffer.concat([front, Buffer.of(value), back.subarray(1)]);
    case 'word':
      return Buffer.concat([front, word, back.subarray(word.length)]);
    case 'insert':
      return Buffer.concat([front, word, back]);
    case 'cut':
      return Buffer.concat([front, back.subarray(value)]);
    case 'double':
      return Buffer.concat([front, back.subarray(0, value), back]);
    default:
      return front;
  }
}

let document: PdfFile;
beforeAll(async () => {
  document = await readPdf(bytesSource(fixture('table')));
});

function outcomeOf(bytes: Uint8Array): string {
  try {
    const { widthPx = 0, heightPx = 0 } = pictureInfo(bytes);
    expect(widthPx * heightPx).toBeLessThanOrEqual(limits.imagePixels);
    readPicture(pictureOf(bytes)).embed(new Increment(document));
    return 'ok';
  } catch (error) {
    if (isYqError(error)) return error.code;
    throw error;
  }
}

describe('mutated pictures', () => {
  test.each(seeds)('%s', (_, seed) => {
    const outcomes = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const outcome = outcomeOf(new Uint8Array(mutations.reduce(mutate, Buffer.from(seed))));
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }),
      { numRuns: 800, seed: 20261122 },
    );
    // Both ways out must have been taken, or the mutations are no good.
    expect(outcomes.get('ok') ?? 0).toBeGreaterThan(5);
    expect(outcomes.get('PDF_IMAGE') ?? 0).toBeGreaterThan(50);
  });

  test.each(seeds)('%s cut off anywhere', (_, seed) => {
    const step = Math.max(1, Math.floor(seed.length / 300));
    for (let length = 0; length < seed.length; length += step)
      expect(outcomeOf(seed.subarray(0, length)), `${length} bytes`).toMatch(/^PDF_IMAGE|^ok$/);
  });

  test('random bytes behind each signature', () => {
    const starts = ['89504e470d0a1a0a', 'ffd8ff', '474946383961', '424d', Buffer.from('<svg ').toString('hex')];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }), (start, noise) => {
        expect(outcomeOf(new Uint8Array([...Buffer.from(start, 'hex'), ...noise]))).toMatch(/^PDF_IMAGE/);
      }),
      { numRuns: 1000, seed: 7 },
    );
  });
});
