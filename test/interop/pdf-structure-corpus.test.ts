/** Documents that nobody here made: each is either signed so that strangers accept it, or refused with a code. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isYqError } from '#core/errors/index.ts';
import { signWith } from '../core/pdf/sign-with.ts';
import { makeHierarchy } from '../core/pki/demo-hierarchy.ts';
import { withFolder } from './java.ts';
import { complaints, pdfsig, toolsMissing } from './pdf-structure-strangers.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus');
const missing = toolsMissing ?? (existsSync(corpus) ? undefined : 'no corpus beside the checkout');
if (missing !== undefined) console.warn(`SKIPPED: signing a corpus of foreign PDFs: ${missing}`);

/** Passwords of encrypted ones, as their makers publish them. */
const passwords: Readonly<Record<string, string>> = { 'issue6010_1.pdf': 'abc' };

interface Outcome {
  readonly file: string;
  readonly result: string;
  readonly detail: string;
  readonly milliseconds: number;
  /** What strangers held against the signed file. */
  readonly against: readonly string[];
}

describe.skipIf(missing !== undefined)('a corpus of foreign PDFs', () => {
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    const { doctor } = await makeHierarchy('rsa');
    for (const file of readdirSync(corpus).filter((name) => name.endsWith('.pdf'))) {
      const path = join(corpus, file);
      const original = new Uint8Array(readFileSync(path));
      const start = performance.now();
      try {
        const placement = { page: 1, x: 0, y: 0, width: 12, height: 8 };
        const password = passwords[file];
        const first = await signWith(original, doctor, await fits(original, doctor, placement, password), password);
        const second = await signWith(first, doctor, {}, password);
        const milliseconds = performance.now() - start;
        outcomes.push({
          file,
          result: 'signed',
          detail: '',
          milliseconds,
          against: judge(path, original, first, second, password),
        });
      } catch (error) {
        const milliseconds = performance.now() - start;
        const result = isYqError(error) ? error.code : 'CRASH';
        const detail = isYqError(error) ? (error.detail ?? '') : String(error);
        outcomes.push({ file, result, detail, milliseconds, against: [] });
      }
    }
    const counts = new Map<string, number>();
    for (const { result } of outcomes) counts.set(result, (counts.get(result) ?? 0) + 1);
    console.log(
      [
        `corpus: ${outcomes.length} files: ${[...counts].map(([result, count]) => `${count} ${result}`).join(', ')}`,
        ...outcomes.filter((o) => o.result !== 'signed').map((o) => `  ${o.file}: ${o.result} ${o.detail}`),
      ].join('\n'),
    );
  });

  it('has documents', () => {
    expect(outcomes.length).toBeGreaterThan(100);
  });
  it('crashes never', () => {
    expect(outcomes.filter((o) => o.result === 'CRASH')).toEqual([]);
  });
  it('signs most of them', () => {
    expect(outcomes.filter((o) => o.result === 'signed').length).toBeGreaterThan(0.8 * outcomes.length);
  });
  it('signs the encrypted one with its password', () => {
    const found = outcomes.filter(({ file }) => file in passwords);
    expect(found.map(({ result }) => result)).toEqual(Object.keys(passwords).map(() => 'signed'));
  });
  it('refuses with a code of the pdf family, saying where', () => {
    const refusals = outcomes.filter((o) => o.result !== 'signed');
    for (const { result, detail } of refusals) {
      expect(result).toMatch(/^PDF_/);
      if (result === 'PDF_DAMAGED') expect(detail).not.toBe('');
    }
  });
  it('strangers accept every signed file', () => {
    expect(outcomes.filter((o) => o.against.length > 0)).toEqual([]);
  });
  it('takes no longer than ten seconds for any', () => {
    expect(outcomes.filter((o) => o.milliseconds > 10_000)).toEqual([]);
  });
});

/** A visible signature, unless the page is smaller than it. */
async function fits(
  original: Uint8Array,
  doctor: Parameters<typeof signWith>[1],
  placement: { page: number; x: number; y: number; width: number; height: number },
  password: string | undefined,
): Promise<Parameters<typeof signWith>[2]> {
  try {
    await signWith(original, doctor, { placement }, password);
    return { placement };
  } catch (error) {
    if (isYqError(error) && error.code === 'PDF_PLACEMENT') return {};
    throw error;
  }
}

function judge(path: string, original: Uint8Array, first: Uint8Array, second: Uint8Array, password = ''): string[] {
  return withFolder((folder) => {
    const signed = join(folder, 'signed.pdf');
    writeFileSync(signed, second);
    const [before, after] = [complaints(path, password), complaints(signed, password)];
    const seen = pdfsig(signed, '-upw', password);
    const against: string[] = [];
    if (after.qpdf > before.qpdf) against.push(`qpdf ${before.qpdf} → ${after.qpdf}`);
    if (after.mutool > before.mutool) against.push(`mutool ${before.mutool} → ${after.mutool}`);
    const own = seen.slice(-2);
    if (own.length !== 2 || !own.every((s) => s.valid) || own[1]?.wholeFile !== true)
      against.push(`pdfsig ${JSON.stringify(seen)}`);
    if (Buffer.compare(second.subarray(0, first.length), first) !== 0)
      against.push('the first signature’s bytes changed');
    if (Buffer.compare(first.subarray(0, original.length), original) !== 0)
      against.push('the original’s bytes changed');
    return against;
  });
}
