/** The report as JSON, CSV and PDF. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PDFDocument, PDFName } from 'pdf-lib';
import { bytesSource } from '#core/pdf/index.ts';
import { reportCsv, reportJson, reportPdf, reportRow } from '#core/report/index.ts';
import type { VerifyReport } from '#core/verify/index.ts';
import { append, judge, makeSample, type Sample } from '../verify/attacks/forge.ts';

const font = new Uint8Array(
  readFileSync(
    fileURLToPath(import.meta.resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf')),
  ),
);
const folder = mkdtempSync(join(tmpdir(), 'yq-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));

let good: Sample;
let changed: Uint8Array;
let passed: VerifyReport;
let failed: VerifyReport;
beforeAll(async () => {
  good = await makeSample({ kind: 'sm2', signatures: 2, xref: 'table', stamped: true, visible: true });
  changed = await append(good.bytes, { info: '/Info 90 0 R ', objects: { 90: '<< /Title (Another) >>' } });
  passed = await judge(good.bytes, good.trust);
  failed = await judge(changed, good.trust);
});

const text = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' });
};
const hasPdftotext = ((): boolean => {
  try {
    execFileSync('pdftotext', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('pdftotext is not there: the words of the PDF report are not read back');
    return false;
  }
})();

describe('PDF', () => {
  it.runIf(hasPdftotext).each(['zh', 'en'] as const)('says what was found, in %s', async (language) => {
    const words = {
      zh: ['电子签名验证报告', '有效', '可信时间'],
      en: ['Signature verification report', 'Valid', 'Trusted time'],
    };
    const bytes = await reportPdf(passed, { language, font, source: bytesSource(good.bytes), judgedBy: 'Yiqian test' });
    const shown = text(`passed-${language}.pdf`, bytes);
    for (const word of [...words[language], passed.sm3, 'Signer 1', 'Signer 2']) expect(shown).toContain(word);
  });

  it.runIf(hasPdftotext)('names the change behind a failure', async () => {
    const shown = text('failed.pdf', await reportPdf(failed, { language: 'en', font, judgedBy: 'x' }));
    expect(shown).toContain('Invalid');
    expect(shown).toContain('CHANGED_INFO');
    const sentence = failed.signatures[0]?.changesAfter.find((c) => c.code === 'CHANGED_INFO')?.en ?? 'none';
    expect(shown.replace(/\s+/g, ' ')).toContain(sentence);
  });

  it('carries signature data, certificates and the report itself', async () => {
    const bytes = await reportPdf(passed, {
      language: 'zh',
      font,
      source: bytesSource(good.bytes),
      judgedBy: 'Yiqian test',
    });
    const document = await PDFDocument.load(bytes);
    const names = document.getAttachments().map((a) => a.name);
    expect(names.sort()).toEqual(['certificates.pem', 'report.json', 'signature-1.p7s', 'signature-2.p7s']);
    const json = document.getAttachments().find((a) => a.name === 'report.json');
    expect(JSON.parse(new TextDecoder().decode(json?.data))).toMatchObject({ sm3: passed.sm3, verdict: 'PASSED' });
    expect(document.catalog.get(PDFName.of('OpenAction'))).toBeUndefined();
  });

  it('is not made from another file than the judged one', async () => {
    const other = reportPdf(passed, { language: 'zh', font, source: bytesSource(changed), judgedBy: 'x' });
    await expect(other).rejects.toMatchObject({ code: 'REPORT_OTHER_FILE' });
  });

  it.runIf(hasPdftotext)('shows a stranger’s words without their tricks', async () => {
    const hostile = { ...passed, file: 'a\u202Efdp.exe\n\u0000\uE000𓀀.pdf' };
    expect(text('hostile.pdf', await reportPdf(hostile, { language: 'en', font, judgedBy: 'x' }))).toContain(
      'afdp.exe □.pdf',
    );
  });

  it('bears a report with nothing in it and one with very long words', async () => {
    const empty: VerifyReport = { ...passed, signatures: [], findings: [], file: '' };
    const long: VerifyReport = { ...failed, file: 'x'.repeat(3000) };
    for (const report of [empty, long]) {
      expect((await reportPdf(report, { language: 'zh', font, judgedBy: 'x' })).length).toBeGreaterThan(1000);
    }
  });
});

describe('table', () => {
  it('has one line per file, with the reason that weighs most', () => {
    const rows = [reportRow('a/good.pdf', passed), reportRow('b/bad.pdf', failed)];
    expect(rows[0]).toMatchObject({ verdict: 'PASSED', signatures: 2, level: 'B-T', reason: undefined });
    expect(rows[1]).toMatchObject({ verdict: 'FAILED', reason: { code: 'CHANGED_INFO' } });
    const lines = reportCsv(rows, 'en').split('\r\n');
    expect(lines[0]).toBe('\uFEFFFile,Verdict,Signatures,Signers,Trusted time,Level,Code,Reason,Bytes,SM3');
    expect(lines[1]).toContain('a/good.pdf,valid,2,Signer 1; Signer 2,');
    expect(lines).toHaveLength(4);
  });

  it('quotes, and disarms what a spreadsheet would run', () => {
    const row = {
      ...reportRow('=HYPERLINK("http://x")', passed),
      signers: ['a,b', '@sum'],
      reason: { code: 'X', zh: '一\n二', en: '-1' },
    };
    const csv = reportCsv([row], 'zh');
    expect(csv).toContain('"\'=HYPERLINK(""http://x"")"');
    expect(csv).toContain('"a,b; @sum"');
    expect(csv).toContain('"一\n二"');
    expect(reportCsv([row], 'en')).toContain(",'-1,");
  });
});

it('JSON holds no bytes that JSON cannot hold', () => {
  const withBytes = { ...passed, extra: Uint8Array.of(1, 2, 3) } as VerifyReport;
  expect(JSON.parse(reportJson(withBytes))).toMatchObject({ extra: 'AQID', sm3: passed.sm3 });
});

it.runIf(hasPdftotext)('a vector seal is drawn in the report', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 42 42"><circle cx="21" cy="21" r="20" fill="#c23a2b"/></svg>';
  const [first] = passed.signatures;
  const seal = {
    verdict: 'PASSED',
    findings: [],
    carrier: 'attribute',
    version: 4,
    id: 'X-1',
    name: '演示章',
    type: 1,
    maker: undefined,
    validFrom: passed.judgedAt,
    validTo: passed.judgedAt,
    signedAt: passed.judgedAt,
    picture: { format: 'SVG', widthMm: 42, heightMm: 42, sm3: 'AB', data: new TextEncoder().encode(svg) },
  } as const;
  const sealed = { ...passed, signatures: first === undefined ? [] : [{ ...first, seal }] };
  const path = join(folder, 'sealed.pdf');
  writeFileSync(path, await reportPdf(sealed, { language: 'zh', font, judgedBy: 'x' }));
  // The mark at the top is of the same red; a disc of 110 points at 36 dpi is far larger.
  const pages = [1, 2].map((page) =>
    execFileSync('pdftoppm', ['-r', '36', '-f', String(page), '-l', String(page), path], { maxBuffer: 1 << 24 }),
  );
  let red = 0;
  for (const ppm of pages) {
    for (let i = 15; i + 2 < ppm.length; i += 3) {
      if ((ppm[i] ?? 0) > 150 && (ppm[i + 1] ?? 255) < 110 && (ppm[i + 2] ?? 255) < 110) red++;
    }
  }
  expect(red).toBeGreaterThan(1500);
});
