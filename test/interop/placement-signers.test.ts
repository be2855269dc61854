/**
 * Six people sign one record in six revisions, SM2 and RSA in turn, the hospital last with a seal over the pages' edges: all fields were
 * made before the first signature, and every signature stays good for our judge, for PDFBox with BouncyCastle and for pdfsig (RSA).
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesSource, fileSource, readPdf, resolvePlacement, signatureFieldStates } from '#core/pdf/index.ts';
import type { PlacementRule, ResolvedPlacement } from '#core/pdf/index.ts';
import { prepareFields, signPdf, type SignPdfRequest } from '#core/signing/index.ts';
import { verifyPdf, type VerifyReport } from '#core/verify/index.ts';
import { makePki, requestOf, scratchFolder, writeRecord, type Pki } from '../core/signing/material.ts';
import { testCard, testSeal } from '../fixtures/pdf/test-card.ts';
import { javaMissing, pdfCheck } from './java.ts';
import { complaints, pdfsig, toolsMissing } from './pdf-structure-strangers.ts';

const people = [
  ['医师', 'sm2', '医师签名：'],
  ['上级医师', 'rsa', '上级医师签名：'],
  ['科主任', 'sm2', '科主任签名：'],
  ['护士', 'rsa', '护士签名：'],
  ['患者', 'sm2', '患者签名：'],
  ['医院', 'rsa', '医院盖章：'],
] as const;
const size = { widthMm: 40, heightMm: 15 };

const paper = (): Uint8Array => new Uint8Array(readFileSync(new URL('../fixtures/pdf/workflow.pdf', import.meta.url)));

async function resolve(path: string, rule: PlacementRule, picture = size): Promise<ResolvedPlacement> {
  const source = await fileSource(path);
  try {
    return await resolvePlacement(await readPdf(source), rule, picture);
  } finally {
    await source.close();
  }
}

const missing = toolsMissing ?? javaMissing;
describe.skipIf(missing !== undefined)('several signers', () => {
  const folder = scratchFolder();
  let sm2: Pki;
  let rsa: Pki;
  let trust: Pki['trust'];
  let roots: string;
  const file = (name: string): string => join(folder, `${name}.pdf`);
  beforeAll(async () => {
    [sm2, rsa] = await Promise.all([makePki('sm2', 'Ward'), makePki('rsa', 'House')]);
    trust = { roots: [sm2.root, rsa.root] };
    roots = sm2.root.toPem() + rsa.root.toPem();
  });

  async function sign(from: string, to: string, who: number, more: Partial<SignPdfRequest>): Promise<void> {
    const [name, kind] = people[who] ?? expect.fail('nobody');
    const signer = await (kind === 'sm2' ? sm2 : rsa).issue(name);
    await signPdf(requestOf(from, to, signer, trust, { appearance: { image: testCard() }, ...more }));
  }
  async function judged(path: string): Promise<VerifyReport> {
    const report = await verifyPdf(bytesSource(await readFile(path)), { name: 'record', trust });
    const wrong = report.signatures.flatMap((s) => s.findings.filter((f) => f.verdict !== 'PASSED'));
    const changes = report.signatures.flatMap((s) => s.changesAfter.filter((change) => !change.allowed));
    expect([wrong, changes, report.findings.filter((f) => f.verdict !== 'PASSED')]).toEqual([[], [], []]);
    return report;
  }
  /** Files for the strangers, with the number of signatures; they are asked together, since each question to Java starts a JVM. */
  const finished: [path: string, signatures: number][] = [];

  it('six fields, six signatures, one seal over the edges: all stay good', async () => {
    const source = await writeRecord(folder, paper(), 'paper.pdf');
    const fields = [];
    for (const [name, , words] of people) {
      const { widget } = await resolve(source, { kind: 'keyword', text: words, anchor: 'right', dx: 3 });
      fields.push({ name, placement: widget?.place ?? expect.fail('no place') });
    }
    const prepared = await prepareFields({ source, target: file('fields'), fields });
    expect(prepared.emptyFields).toEqual(people.map(([name]) => name));
    let before = prepared.target;
    for (const [i, [name]] of people.entries()) {
      const target = file(`signed-${i + 1}`);
      const { fieldName } = await resolve(before, { kind: 'field', name });
      const last = i === people.length - 1;
      const riding = await resolve(before, { kind: 'riding', edge: 'right' }, { widthMm: 42, heightMm: 42 });
      const strips = [...(riding.widget === undefined ? [] : [riding.widget]), ...riding.copies];
      await sign(before, target, i, {
        ...(fieldName === undefined ? {} : { fieldName }),
        ...(last ? { appearance: { image: testSeal(), trueToSize: true }, copies: strips } : {}),
      });
      const [older, newer] = await Promise.all([readFile(before), readFile(target)]);
      expect(Buffer.compare(newer.subarray(0, older.length), older), 'earlier bytes are untouched').toBe(0);
      before = target;
    }
    const report = await judged(before);
    expect(report.verdict).toBe('PASSED');
    expect(report.signatures.map((s) => [s.fieldName, s.verdict])).toEqual(people.map(([name]) => [name, 'PASSED']));
    const copies = report.signatures[0]?.changesAfter.filter((change) => change.kind === 'seal-copy');
    expect(copies?.length, 'the judge knows the strips as copies of a seal').toBeGreaterThan(0);
    finished.push([before, 6]);
    const rsaFields = people.flatMap(([name, kind]) => (kind === 'rsa' ? [name] : []));
    expect(
      pdfsig(before)
        .filter((s) => s.valid)
        .map((s) => s.field),
    ).toEqual(rsaFields);
    const states = await signatureFieldStates(await readPdf(bytesSource(await readFile(before))));
    expect(states.every((state) => state.signed)).toBe(true);
  });

  it('fields are made before the first signature; who comes later signs in a new one', async () => {
    const source = await writeRecord(folder, paper(), 'late.pdf');
    await sign(source, file('late-1'), 0, { placement: { page: 1, x: 60, y: 60, width: 40, height: 15 } });
    const fields = [{ name: '护士', placement: { page: 2, x: 60, y: 60, width: 40, height: 15 } }];
    await expect(prepareFields({ source: file('late-1'), target: file('late-2'), fields })).rejects.toMatchObject({
      code: 'PDF_FIELDS_FORBIDDEN',
    });
    await sign(file('late-1'), file('late-3'), 1, {
      fieldName: '护士',
      placement: { page: 2, x: 60, y: 60, width: 40, height: 15 },
    });
    expect((await judged(file('late-3'))).signatures.map((s) => s.verdict)).toEqual(['PASSED', 'PASSED']);
    finished.push([file('late-3'), 2]);
  });

  it.each([2, 3] as const)('certified with P%i: others sign after it as far as it allows', async (certify) => {
    const source = await writeRecord(folder, paper(), `p${certify}.pdf`);
    const fields = [0, 1].map((i) => ({
      name: people[i]?.[0] ?? '',
      placement: { page: 1, x: 60, y: 60 + 40 * i, width: 40, height: 15 },
    }));
    const [first, second] = [file(`p${certify}-1`), file(`p${certify}-2`)];
    await prepareFields({ source, target: file(`p${certify}-0`), fields });
    await sign(file(`p${certify}-0`), first, 0, { fieldName: '医师', certify });
    const copies = [{ place: { page: 2, x: 60, y: 60, width: 40, height: 15 } }];
    const more = { fieldName: '上级医师', ...(certify === 3 ? { copies } : {}) };
    if (certify === 2)
      await expect(sign(first, second, 1, { fieldName: '上级医师', copies })).rejects.toMatchObject({
        code: 'PDF_COPIES_FORBIDDEN',
      });
    await sign(first, second, 1, more);
    const report = await judged(second);
    expect(report.signatures.map((s) => [s.verdict, s.certification])).toEqual([
      ['PASSED', certify],
      ['PASSED', undefined],
    ]);
    finished.push([second, 2]);
  });

  it('certified with P1: nobody signs after it; with copies of its own it is good', async () => {
    const source = await writeRecord(folder, paper(), 'p1.pdf');
    const { widget, copies } = await resolve(source, { kind: 'pages', pages: 'all', x: 60, y: 200 });
    await sign(source, file('p1-1'), 5, {
      certify: 1,
      copies,
      ...(widget === undefined ? {} : { placement: widget.place }),
    });
    expect((await judged(file('p1-1'))).signatures.map((s) => s.certification)).toEqual([1]);
    finished.push([file('p1-1'), 1]);
    await expect(sign(file('p1-1'), file('p1-2'), 0, {})).rejects.toMatchObject({ code: 'PDF_DOCMDP_FORBIDS' });
  });

  it('a locked field is refused before a token is asked, others stay open', async () => {
    const source = await writeRecord(folder, paper(), 'locks.pdf');
    const place = (y: number) => ({ page: 1, x: 60, y, width: 40, height: 15 });
    const fields = [
      { name: '患者', placement: place(60) },
      { name: '护士', placement: place(100) },
      { name: '医院', placement: place(140), lock: { action: 'Include' as const, fields: ['患者'] } },
    ];
    await prepareFields({ source, target: file('locks-0'), fields });
    await sign(file('locks-0'), file('locks-1'), 5, { fieldName: '医院' });
    await expect(sign(file('locks-1'), file('locks-x'), 4, { fieldName: '患者' })).rejects.toMatchObject({
      code: 'PDF_FIELD_LOCKED',
    });
    await sign(file('locks-1'), file('locks-2'), 3, { fieldName: '护士' });
    expect((await judged(file('locks-2'))).signatures.map((s) => s.verdict)).toEqual(['PASSED', 'PASSED']);
  });

  it('PDFBox with BouncyCastle, qpdf and MuPDF have nothing against any of them', () => {
    expect(finished.map(([, count]) => count)).toEqual([6, 2, 2, 2, 1]);
    const results = pdfCheck(
      finished.map(([path]) => path),
      roots,
      { strict: true },
    );
    expect(results.map((r) => [r.ok, r.reason, r.signatures.map((s) => [s.ok, s.reason])])).toEqual(
      finished.map(([, count]) => [true, null, Array.from({ length: count }, () => [true, null])]),
    );
    for (const [path] of finished) expect(complaints(path)).toEqual({ qpdf: 0, mutool: 0 });
  });
});
