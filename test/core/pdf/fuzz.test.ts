/** Damaged on purpose: whatever the bytes, the answer is a result or a YqError, and it comes soon. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isYqError } from '#core/errors/index.ts';
import { bytesSource, changedObjects, prepareSignature, readPdf } from '#core/pdf/index.ts';
import { fixture, refused, signable, type FixtureName } from '../../fixtures/pdf/index.ts';

/** Everything the room offers, on one document. */
async function useAll(bytes: Uint8Array): Promise<'ok' | string> {
  try {
    const file = await readPdf(bytesSource(bytes));
    await file.pages();
    await file.signatures();
    await file.docMdp();
    for (const { end } of file.revisions) await changedObjects(await file.revisionAt(end), file);
    const placement = { page: 1, x: 1, y: 1, width: 10, height: 5 };
    const prepared = await prepareSignature(file, {
      subFilter: 'ETSI.CAdES.detached',
      claimedTime: new Date(0),
      contentsSize: 8,
      placement,
    });
    const again = await readPdf(bytesSource(new Uint8Array([...bytes, ...prepared.increment])));
    const own = (await again.signatures()).find((s) => s.fieldName === prepared.fieldName);
    expect(own?.contentsSpan?.[0]).toBe(prepared.byteRange[1]);
    return 'ok';
  } catch (error) {
    if (isYqError(error)) return error.code;
    throw error;
  }
}

const names = [...signable, ...(Object.keys(refused) as FixtureName[])].filter((name) => !name.startsWith('bomb'));
const documents = new Map(names.map((name) => [name, fixture(name)]));
/** Words that change a structure more than a random byte does. */
const words = [
  '0',
  '9',
  '-1',
  '/',
  '<<',
  '>>',
  '[',
  ']',
  '(',
  ')',
  'R',
  'obj',
  'endobj',
  'stream',
  'xref',
  'trailer',
  '99999999999',
  '2147483648',
  '/Prev 9',
  '/Kids',
  'null',
  '%',
  '\r',
  '\0',
];

const mutation = fc.oneof(
  fc.record({ kind: fc.constant('byte' as const), at: fc.nat(), value: fc.nat(255) }),
  fc.record({ kind: fc.constant('word' as const), at: fc.nat(), value: fc.nat(words.length - 1) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), value: fc.nat(60) }),
  fc.record({ kind: fc.constant('double' as const), at: fc.nat(), value: fc.nat(300) }),
);

function mutate(
  bytes: Buffer,
  { kind, at, value }: { kind: 'byte' | 'word' | 'cut' | 'double'; at: number; value: number },
): Buffer {
  const where = bytes.length === 0 ? 0 : at % bytes.length;
  const [front, back] = [bytes.subarray(0, where), bytes.subarray(where)];
  if (kind === 'byte') return Buffer.concat([front, Buffer.of(value), back.subarray(1)]);
  if (kind === 'cut') return Buffer.concat([front, back.subarray(value)]);
  if (kind === 'double') return Buffer.concat([front, back.subarray(0, value), back]);
  const word = Buffer.from(words[value] ?? '', 'latin1');
  return Buffer.concat([front, word, back.subarray(word.length)]);
}

describe('mutated documents', () => {
  test('give a result or a YqError', async () => {
    const outcomes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        async (name, mutations) => {
          const bytes = mutations.reduce(mutate, Buffer.from(documents.get(name) ?? new Uint8Array()));
          const outcome = await useAll(new Uint8Array(bytes));
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        },
      ),
      { numRuns: 1500, seed: 20261122 },
    );
    // Both ways out must have been taken, or the mutations are no good.
    expect(outcomes.get('ok') ?? 0).toBeGreaterThan(50);
    expect(outcomes.get('PDF_DAMAGED') ?? 0).toBeGreaterThan(300);
  });

  test('cut off anywhere', async () => {
    const whole = fixture('objstm');
    for (let length = 0; length < whole.length; length += 7) {
      const outcome = await useAll(whole.subarray(0, length));
      expect(outcome).not.toBe('ok');
    }
  });

  test('random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (noise) => {
        const bytes = new Uint8Array([...Buffer.from('%PDF-1.7\n'), ...noise, ...Buffer.from('\nstartxref\n9\n%%EOF')]);
        expect(await useAll(bytes)).toMatch(/^PDF_/);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});
