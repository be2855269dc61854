import { beforeAll, describe, expect, it } from 'vitest';
import { judge, lastSignature, makeSample, type Sample } from './attacks/forge.ts';

/** Seeds that once found something stay here; the others are new ground of the same size on every run. */
const SEEDS = [1, 7, 42, 1234, 99_991];
const ROUNDS = 60;

/** mulberry32: small, and the same everywhere. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const DELIMITERS = [
  '<<',
  '>>',
  '[',
  ']',
  'obj',
  'endobj',
  'stream',
  '/ByteRange',
  '/Contents',
  '%%EOF',
  'startxref',
  '0 R',
  '-1',
  '\0',
];

/** One to four changes: bytes turned, pieces copied, cut or exchanged, numbers and keywords written over. */
function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  let out = bytes.slice();
  const at = (size: number): number => Math.floor(random() * Math.max(1, size));
  for (let n = 1 + at(4); n > 0; n--) {
    const place = at(out.length);
    const length = 1 + at(random() < 0.5 ? 8 : 400);
    const piece = out.slice(place, place + length);
    const kind = at(6);
    if (kind === 0) out[place] = at(256);
    if (kind === 1) out.set(piece.subarray(0, out.length - place), Math.min(at(out.length), out.length - piece.length));
    if (kind === 2) out = Uint8Array.from([...out.subarray(0, place), ...out.subarray(place + length)]);
    if (kind === 3) out = Uint8Array.from([...out.subarray(0, place), ...piece, ...out.subarray(place)]);
    if (kind === 4)
      out.set(new TextEncoder().encode(DELIMITERS[at(DELIMITERS.length)] ?? '').subarray(0, out.length - place), place);
    if (kind === 5)
      for (let i = place; i < Math.min(out.length, place + 12); i++) if (isDigit(out[i])) out[i] = 0x30 + at(10);
  }
  return out;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a.buffer, a.byteOffset, a.length).equals(b);
/** Hex digits may be written in either case; such a copy says the same. */
const lower = (bytes: Uint8Array, a: number, b: number): Uint8Array =>
  bytes.map((byte, i) => (i > a && i < b && byte >= 0x41 && byte <= 0x46 ? byte | 0x20 : byte));

describe.each([
  { kind: 'ec-p256', signatures: 2, xref: 'table', stamped: false },
  { kind: 'sm2', signatures: 1, xref: 'stream', stamped: true },
] as const)('mutations of a signed file ($kind, $xref)', (order) => {
  let sample: Sample;
  let hole: readonly [number, number];
  beforeAll(async () => {
    sample = await makeSample(order);
    hole = (await lastSignature(sample.bytes)).contentsSpan ?? [0, 0];
  });

  it.each([...SEEDS, Date.now() % 1_000_000])('never pass and never crash (seed %i)', async (seed) => {
    const random = randomOf(seed);
    for (let round = 0; round < ROUNDS; round++) {
      const mutant = mutate(sample.bytes, random);
      if (same(lower(mutant, ...hole), lower(sample.bytes, ...hole))) continue;
      const report = await judge(mutant, sample.trust);
      expect(report.verdict, `seed ${seed}, round ${round}`).not.toBe('PASSED');
    }
  });
});
