/** The judge over an archive: 1,000 sealed files, one process and two; a file signed three times; a keyword in 500 pages. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { bytesSource, fileSource, findText, readPdf } from '#core/pdf/index.ts';
import { signPdf } from '#core/signing/index.ts';
import { judgePool, listPdfFiles, verifyFolder } from '#core/verify/folder/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import { makePki, requestOf, tsaClient, tsaSettings, type Pki } from '../../core/signing/material.ts';
import { writeScan } from '../documents.ts';
import { medianMilliseconds, type BenchCase, type Figure } from '../framework.ts';
import { searchWithPdfBox, verifyWithPdfBox } from '../pdfbox.ts';

const FILES = 1_000;
const PAGES = 500;
const WORD = 'Signature of the physician';

async function sealed(pki: Pki, source: string, target: string, signatures: number): Promise<void> {
  const doctor = await pki.issue('Doctor');
  const http = tsaClient(await pki.issueTsa());
  let from = source;
  for (let i = 1; i <= signatures; i++) {
    const to = i === signatures ? target : `${target}.${i}`;
    await signPdf(requestOf(from, to, doctor, pki.trust, { http, tsa: tsaSettings(pki.trust) }));
    from = to;
  }
}

async function perSecond(folder: string, pki: Pki, workers: number): Promise<number> {
  const files = await listPdfFiles(folder);
  const pool = judgePool({ workers });
  const judgeAll = async (some: typeof files): Promise<void> => {
    for await (const outcome of verifyFolder(some, { pool, trust: pki.trust, at: new Date() })) {
      if ('error' in outcome || outcome.report.verdict !== 'PASSED')
        throw new Error(`${outcome.file.name} did not pass`);
    }
  };
  await judgeAll(files.slice(0, 20));
  const begin = performance.now();
  await judgeAll(files);
  const seconds = (performance.now() - begin) / 1000;
  pool.close();
  return files.length / seconds;
}

async function archive(folder: string, pki: Pki): Promise<readonly Figure[]> {
  const record = join(folder, '..', 'record.pdf');
  writeScan(record, 200_000);
  await sealed(pki, record, join(folder, '0000.pdf'), 1);
  const bytes = readFileSync(join(folder, '0000.pdf'));
  for (let i = 1; i < FILES; i++) writeFileSync(join(folder, `${String(i).padStart(4, '0')}.pdf`), bytes);
  const [one, two] = [await perSecond(folder, pki, 1), await perSecond(folder, pki, 2)];
  const peer = verifyWithPdfBox((await listPdfFiles(folder)).map((f) => f.path));
  const peers = [{ name: 'PDFBox + BouncyCastle (digest and value only)', value: peer }];
  const mark = (least: number, value: number): NonNullable<Figure['mark']> => ({
    text: `≥ ${least} files/s`,
    reached: value >= least,
  });
  return [
    { name: 'Verify 1,000 sealed files of 200 KB, one worker', unit: '/s', value: one, peers, mark: mark(30, one) },
    { name: 'the same, two workers', unit: '/s', value: two, peers, mark: mark(50, two) },
  ];
}

async function threeSignatures(folder: string, pki: Pki): Promise<Figure> {
  const [record, target] = [join(folder, 'record-1mb.pdf'), join(folder, 'three.pdf')];
  writeScan(record, 1_000_000);
  await sealed(pki, record, target, 3);
  const value = await medianMilliseconds(async () => {
    const source = await fileSource(target);
    const { verdict } = await verifyPdf(source, { name: 'three.pdf', trust: pki.trust });
    await source.close();
    if (verdict !== 'PASSED') throw new Error(verdict);
  });
  return { name: `Judge 1 MB with three signatures (${statSync(target).size} bytes)`, unit: 'ms', value, peers: [] };
}

async function keyword(folder: string): Promise<Figure> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (let n = 1; n <= PAGES; n++) {
    const page = document.addPage([595, 842]);
    for (let line = 0; line < 45; line++) {
      page.drawText(`Page ${n}, line ${line}: blood pressure 120/80, pulse 72, no complaints`, {
        x: 50,
        y: 790 - line * 16,
        size: 11,
        font,
      });
    }
    if (n === PAGES) page.drawText(WORD, { x: 50, y: 50, size: 11, font });
  }
  const bytes = await document.save();
  const path = join(folder, 'pages.pdf');
  writeFileSync(path, bytes);
  const value = await medianMilliseconds(async () => {
    const hits = await findText(await readPdf(bytesSource(bytes)), WORD);
    if (hits.length !== 1) throw new Error(`${hits.length} hits`);
  }, 3);
  const peers = [{ name: 'PDFBox text extraction', value: searchWithPdfBox(path, WORD) }];
  return { name: `Keyword in ${PAGES} pages`, unit: 'ms', value, peers };
}

export default {
  name: 'Judge',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'yiqian-bench-'));
    const files = mkdtempSync(join(folder, 'archive-'));
    try {
      const pki = await makePki('sm2');
      return [...(await archive(files, pki)), await threeSignatures(folder, pki), await keyword(folder)];
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    }
  },
} satisfies BenchCase;
