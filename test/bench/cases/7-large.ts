/** A gigabyte from disk to disk: sealed with a picture of 60 KB, judged, each in a process of its own whose memory is watched. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeScan } from '../documents.ts';
import { markAtMost, type BenchCase, type Figure } from '../framework.ts';
import { writeManyObjects } from '../large-documents.ts';
import type { LargeJob, LargeOutcome } from '../large-worker.ts';
import { signLargeWithPdfBox } from '../pdfbox.ts';
import { opensslDigestMilliseconds } from '../peers.ts';

const GIGABYTE = 1_000_000_000;
const PAGES = 60_000;
const MOST_MEMORY = 200;

function measure(job: LargeJob): LargeOutcome {
  const worker = fileURLToPath(new URL('../large-worker.ts', import.meta.url));
  const output = execFileSync(process.execPath, [worker, JSON.stringify(job)], { encoding: 'utf8' });
  return JSON.parse(output) as LargeOutcome;
}

export default {
  name: 'Large documents',
  run() {
    const folder = mkdtempSync(join(tmpdir(), 'yiqian-large-'));
    try {
      const small = join(folder, 'record.pdf');
      const scan = join(folder, 'scan.pdf');
      const register = join(folder, 'register.pdf');
      const target = join(folder, 'signed.pdf');
      writeScan(small, 200_000);
      writeScan(scan, GIGABYTE);
      const objects = writeManyObjects(register, { pages: PAGES });

      const digest = { name: 'openssl dgst -sm3', value: opensslDigestMilliseconds(scan) };
      const sealed = measure({ small, file: scan, target, act: 'seal' });
      const judged = measure({ small, file: scan, target, act: 'verify' });
      rmSync(target);
      const peer = { name: 'PDFBox + BouncyCastle (no self-check)', value: signLargeWithPdfBox(scan, target) };
      rmSync(target, { force: true });
      rmSync(scan);
      const many = measure({ small, file: register, target, act: 'seal' });
      const manyJudged = measure({ small, file: register, target, act: 'verify' });

      const time = (name: string, value: number, ...peers: Figure['peers']): Figure => ({
        name,
        unit: 'ms',
        value,
        peers,
      });
      const memory = (name: string, value: number): Figure => ({
        name,
        unit: 'MB',
        value,
        peers: [],
        mark: markAtMost(MOST_MEMORY, value, `≤ ${MOST_MEMORY} MB`),
      });
      return [
        time('Seal 1 GB', sealed.milliseconds, digest, peer),
        memory('Seal 1 GB, peak memory above start', sealed.rssAboveStart),
        time('Verify 1 GB', judged.milliseconds, digest),
        memory('Verify 1 GB, peak memory above start', judged.rssAboveStart),
        time(`Seal ${PAGES} pages, ${objects} objects`, many.milliseconds),
        { name: 'the same, peak memory above start', unit: 'MB', value: many.rssAboveStart, peers: [] },
        time('Verify it', manyJudged.milliseconds),
        { name: 'the same, peak memory above start', unit: 'MB', value: manyJudged.rssAboveStart, peers: [] },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies BenchCase;
