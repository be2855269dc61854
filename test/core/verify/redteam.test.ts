/**
 * Attacks without a plan: every key of every object in the newest revision taken away, doubled or replaced; files spliced; bytes turned.
 * Whatever comes out, it is a report, it comes soon, and it does not say PASSED.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { PdfDict } from '#core/pdf/index.ts';
import type { Signer } from '#core/pki/index.ts';
import { makePki, type Pki } from '../signing/material.ts';
import { at, craftedRecord, doctorSigns, insiderSigns, into, joined, stream, update } from './attacks/crafted.ts';
import { fromLatin1, judge, lastSignature, latin1, objectText, open, reasons } from './attacks/forge.ts';

let pki: Pki;
let doctor: Signer;
let nurse: Signer;
/** Signed by the doctor, then by the nurse. */
let once: Uint8Array;
let twice: Uint8Array;
beforeAll(async () => {
  pki = await makePki('ec-p256');
  [doctor, nurse] = [await pki.issue('Doctor'), await pki.issue('Nurse')];
  const place = (x: number) => ({ placement: { page: 1, x, y: 200, width: 40, height: 15 } });
  once = await doctorSigns(craftedRecord(), doctor, place(20));
  twice = await doctorSigns(once, nurse, place(100));
});

const neverPassed = async (bytes: Uint8Array, what: string): Promise<void> => {
  const report = await judge(bytes, pki.trust);
  expect(report.verdict, what).not.toBe('PASSED');
};

it('the untouched files pass', async () => {
  for (const bytes of [once, twice]) expect(reasons(await judge(bytes, pki.trust))).toEqual([]);
});

describe('dictionaries of the increment', () => {
  const VALUES = ['null', '[]', '<< >>', '0', '-1', '99 0 R', '3 0 R', '/X', '(x)', '<00>', 'true'];

  it('no key can be taken away, doubled, renamed or given another value', { timeout: 60_000 }, async () => {
    const text = latin1(once);
    const start = craftedRecord().length;
    const { contentsSpan } = await lastSignature(once);
    const [a, b] = contentsSpan ?? [0, 0];
    let tried = 0;
    for (const match of text.slice(start).matchAll(/\/[A-Za-z]+/g)) {
      const place = start + match.index;
      const [name] = match;
      const after = place + name.length;
      if (place >= a && place < b) continue;
      // In place, so that no offset moves: another name of the same length, and spaces.
      for (const other of [`/${'Z'.repeat(name.length - 1)}`, ' '.repeat(name.length)]) {
        await neverPassed(fromLatin1(text.slice(0, place) + other + text.slice(after)), `${name} @ ${place}`);
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(50);
  });

  it('an update that rewrites any object with any key changed never passes', { timeout: 60_000 }, async () => {
    const file = await open(twice);
    for (let num = 1; num < file.objectLimit; num++) {
      if (!((await file.object(num)) instanceof PdfDict)) continue;
      const body = await objectText(twice, num);
      const keys = [...body.matchAll(/\/([A-Za-z0-9]+)/g)].map((m) => m[1] ?? '');
      for (const [i, key] of [...new Set([...keys, 'Annots', 'AP', 'OC', 'AA', 'Group'])].entries()) {
        const entry = `/${key} ${VALUES[(i + num) % VALUES.length] ?? 'null'}`;
        for (const objects of [{ [num]: into(body, entry) }, { [num]: body.replace('<<', `<< ${entry} `) }]) {
          await neverPassed(await update(twice, { objects }), `object ${num}: ${entry}`);
          // An insider's signature over it is no excuse: the doctor's must fail, were it only for the key that stands twice.
          if (num === at.form || num === at.page) continue;
          const signed = await insiderSigns(twice, { signer: nurse, name: 'later', objects });
          const report = await judge(signed, pki.trust);
          expect(report.signatures[0]?.verdict, `object ${num}: ${entry}, signed`).not.toBe('PASSED');
        }
      }
    }
  });
});

describe('splices', () => {
  it('the increment of one record on another', async () => {
    const other = craftedRecord({ [at.content]: stream('BT /F1 20 Tf 60 700 Td (7 mg) Tj ET') });
    const length = craftedRecord().length;
    expect(other.length).toBe(length);
    await neverPassed(joined(other, once.subarray(length)), 'whole increment');
    await neverPassed(joined(once.subarray(0, length), once.subarray(length), once.subarray(length)), 'twice the same');
    await neverPassed(joined(twice, once.subarray(length)), 'the older one again');
    await neverPassed(joined(once, twice.subarray(length)), 'both again');
    await neverPassed(joined(once.subarray(0, length), twice.subarray(once.length)), 'the middle left out');
  });

  it('an older state is brought back', async () => {
    const start = /startxref\s+(\d+)\s+%%EOF/.exec(latin1(craftedRecord()))?.[1] ?? '';
    for (const tail of [`startxref\n${start}\n%%EOF\n`, `%%EOF\nstartxref\n${start}\n%%EOF`]) {
      await neverPassed(joined(twice, fromLatin1(tail)), tail);
    }
  });

  it('a revision cut off leaves the rest judged as what it is', async () => {
    expect(reasons(await judge(twice.subarray(0, once.length), pki.trust))).toEqual([]);
    for (let cut = once.length + 1; cut < twice.length; cut += 97) {
      await neverPassed(twice.subarray(0, cut), `cut at ${cut}`);
    }
  });
});

/** YIQIAN_REDTEAM=all: every bit of every byte, some minutes; else a sample. */
const ALL = process.env['YIQIAN_REDTEAM'] === 'all';

it('a turned bit never passes', { timeout: ALL ? 3_600_000 : 60_000 }, async () => {
  const signatures = await (await open(twice)).signatures();
  const inHole = (i: number): boolean => signatures.some(({ contentsSpan: [a, b] = [0, 0] }) => i > a && i < b - 1);
  const passed: string[] = [];
  let n = 0;
  for (let i = 0; i < twice.length; i += ALL ? 1 : 23) {
    for (const bit of ALL ? [1, 2, 4, 8, 16, 32, 64, 128] : [1 << (n++ % 8)]) {
      const changed = twice.slice();
      changed[i] = (changed[i] ?? 0) ^ bit;
      // The case of a hexadecimal digit in the hole says nothing.
      const digit = String.fromCharCode(twice[i] ?? 0);
      if (inHole(i) && bit === 32 && /[a-f]/i.test(digit)) continue;
      if ((await judge(changed, pki.trust)).verdict === 'PASSED') passed.push(`${i}^${bit}`);
    }
  }
  expect(passed).toEqual([]);
});
