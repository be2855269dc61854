/** Content, fonts and CMaps with bytes changed at random: words are found or not, or the document is refused; nothing else happens. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { YqError } from '#core/errors/index.ts';
import { bytesSource, findText, readPdf } from '#core/pdf/index.ts';
import { CMap } from '../../../../src/core/pdf/text/cmap.ts';
import { ContentLexer } from '../../../../src/core/pdf/text/content-lexer.ts';

const original = readFileSync(new URL('../../../fixtures/pdf/texts.pdf', import.meta.url));

/** The same numbers in each run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
const TOKENS = [
  '(',
  ')',
  '<',
  '>',
  '<<',
  '>>',
  '[',
  ']',
  '/',
  '%',
  ' ',
  '-',
  '9999999999',
  'Tj',
  'TJ',
  'Do',
  'q',
  'BI',
  'R',
  'null',
];

/** Offsets of the streams' bytes: changes there leave the structure whole, so that they reach the reading of text. */
const inStreams: readonly number[] = [...original.toString('latin1').matchAll(/stream\n([^]*?)\nendstream/g)].flatMap(
  (match) => Array.from(match[1] ?? '', (_, i) => match.index + 'stream\n'.length + i),
);

function mutated(random: (below: number) => number): Uint8Array {
  const bytes = new Uint8Array(original);
  for (let changes = 1 + random(8); changes > 0; changes--) {
    const at = random(10) === 0 ? random(bytes.length) : (inStreams[random(inStreams.length)] ?? 0);
    const token = TOKENS[random(TOKENS.length)] ?? '';
    if (random(2) === 0) bytes[at] = random(256);
    else bytes.set(Buffer.from(token).subarray(0, bytes.length - at), at);
  }
  return bytes;
}

test('200 changed documents', async () => {
  const random = randomNumbers(20261122);
  let [searched, refused] = [0, 0];
  for (let i = 0; i < 200; i++) {
    try {
      for (const hit of await findText(await readPdf(bytesSource(mutated(random))), '医师签名'))
        expect(Number.isFinite(hit.x + hit.y + hit.width + hit.height)).toBe(true);
      searched++;
    } catch (error) {
      if (!(error instanceof YqError)) throw error;
      refused++;
    }
  }
  expect(searched).toBeGreaterThan(50);
  expect(refused).toBeGreaterThan(5);
});

test('noise as content and as a CMap ends', () => {
  const random = randomNumbers(7);
  for (let i = 0; i < 500; i++) {
    const noise = Uint8Array.from({ length: random(400) }, () => (random(3) === 0 ? 40 + random(30) : random(256)));
    const lexer = new ContentLexer(noise);
    let operators = 0;
    while (lexer.next() !== undefined) operators++;
    expect(operators).toBeLessThanOrEqual(noise.length);
    CMap.parse(noise);
  }
});
