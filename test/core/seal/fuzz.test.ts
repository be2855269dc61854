/**
 * Parsers and checks under mutated seals and seal signatures of all versions: bits, bytes, lengths, splices, doubled and dropped
 * elements. Never anything but a YqError of the seal family from a parser or a finding from a check, never PASSED unless the mutation
 * is one that means nothing, and no seed takes long. The seed stands in the message of a failure.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { isYqError } from '#core/errors/index.ts';
import {
  judgeSealSignature,
  looksLikeSealSignature,
  parseSeal,
  parseSealSignature,
  verifySeal,
} from '#core/seal/index.ts';
import { forgeSeal, forgeSignature } from './forge.ts';
import { HOUR, later, openHouse, type House } from './material.ts';

const vector = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/ses/${name}.der`, import.meta.url)));

type Mutation = (bytes: Uint8Array) => Uint8Array;

const at = (bytes: Uint8Array, place: number): number => Math.floor(place * bytes.length);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place(), fc.integer({ min: 0, max: 7 })).map(([p, bit]) => (b: Uint8Array) => {
    const copy = new Uint8Array(b);
    const i = at(b, p);
    copy[i] = (copy[i] ?? 0) ^ (1 << bit);
    return copy;
  }),
  fc
    .tuple(place(), fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0x81, 0x84, 0x88, 0xff, 0x30, 0x1f))
    .map(([p, value]) => (b: Uint8Array) => {
      const copy = new Uint8Array(b);
      copy[at(b, p)] = value;
      return copy;
    }),
  fc.tuple(place(), place()).map(
    ([p, q]) =>
      (b: Uint8Array) =>
        Uint8Array.of(...b.subarray(0, at(b, p)), ...b.subarray(at(b, q))),
  ),
  fc.tuple(place(), fc.uint8Array({ maxLength: 40 })).map(
    ([p, more]) =>
      (b: Uint8Array) =>
        Uint8Array.of(...b.subarray(0, at(b, p)), ...more, ...b.subarray(at(b, p))),
  ),
  place().map((p) => (b: Uint8Array) => b.subarray(0, at(b, p))),
);

function place(): fc.Arbitrary<number> {
  return fc.double({ min: 0, max: 0.999999, noNaN: true });
}
const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });
const apply = (bytes: Uint8Array, list: readonly Mutation[]): Uint8Array => list.reduce((b, m) => m(b), bytes);

let house: House;
const seals: Uint8Array[] = ['seal_2014', 'seal_v4', 'seal_v4_digestlist', 'seal_v5'].map(vector);
const signatures: Uint8Array[] = ['sign_2014', 'sign_v4'].map(vector);
beforeAll(async () => {
  house = await openHouse();
  const { maker, doctor, now } = house;
  for (const version of [1, 4, 5] as const) {
    const seal = await forgeSeal(version, maker, doctor, now, version === 5 ? { stamp: house.stamper(now) } : {});
    seals.push(seal);
    const more = version === 1 ? {} : { stamp: house.stamper(now) };
    signatures.push(await forgeSignature(version, seal, doctor, later(now, -HOUR), more));
  }
});

const SEAL_ERRORS = ['SEAL_FORMAT', 'SEAL_LIMIT', 'SEAL_UNSUPPORTED'];
function tryParse<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (e) {
    if (!isYqError(e) || !SEAL_ERRORS.includes(e.code)) throw e;
    return undefined;
  }
}

const RUNS = { seed: 38540, numRuns: 1500 } as const;

describe('mutated', () => {
  it('seals', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.nat(6), mutations, (which, list) => {
        const original = seals[which] ?? new Uint8Array();
        const bytes = apply(original, list);
        const seal = tryParse(() => parseSeal(bytes));
        if (seal === undefined) return;
        read++;
        const { verdict } = verifySeal(seal, { makerTrust: house.trust, at: house.now, now: house.now });
        if (verdict === 'PASSED') expect(harmless(original, bytes)).toBe(true);
      }),
      RUNS,
    );
    expect(read).toBeGreaterThan(100);
  });

  it('seal signatures', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.nat(4), mutations, (which, list) => {
        const original = signatures[which] ?? new Uint8Array();
        const bytes = apply(original, list);
        looksLikeSealSignature(bytes);
        tryParse(() => parseSealSignature(bytes));
        const { verdict, signature } = judgeSealSignature(bytes, {
          makerTrust: house.trust,
          signerTrust: house.trust,
          dataHash: parseSealSignature(original).dataHash,
          now: house.now,
        });
        if (signature !== undefined) read++;
        if (verdict === 'PASSED') expect(harmless(original, bytes)).toBe(true);
      }),
      RUNS,
    );
    expect(read).toBeGreaterThan(100);
  });

  it('anything at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(tryParse(() => parseSeal(bytes))).toBeUndefined();
        expect(tryParse(() => parseSealSignature(bytes))).toBeUndefined();
        expect(looksLikeSealSignature(bytes)).toBe(false);
      }),
      RUNS,
    );
  });
});

/** Only the bytes of a time stamp token, which nothing signed covers, may differ without a word: case of its unsigned parts. */
function harmless(original: Uint8Array, bytes: Uint8Array): boolean {
  return Buffer.from(original).equals(bytes);
}
