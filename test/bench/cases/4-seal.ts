import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeScan } from '../documents.ts';
import { markAtMost, median, type BenchCase } from '../framework.ts';
import { opensslDigestMilliseconds } from '../peers.ts';
import { sealWithPdfBox } from '../pdfbox.ts';
import type { SealJob, SealOutcome } from '../seal-worker.ts';

function measure(job: SealJob): SealOutcome {
  const worker = fileURLToPath(new URL('../seal-worker.ts', import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [worker, JSON.stringify(job)], { encoding: 'utf8' })) as SealOutcome;
}

export default {
  name: 'Seal and verify',
  run() {
    const folder = mkdtempSync(join(tmpdir(), 'yiqian-bench-'));
    try {
      const small = join(folder, 'record.pdf');
      const large = join(folder, 'scan.pdf');
      writeScan(small, 200_000);
      writeScan(large, 100_000_000);
      const plain = measure({ small, file: small, runs: 25, stamp: false });
      const stamped = measure({ small, file: small, runs: 25, stamp: true });
      const digest = opensslDigestMilliseconds(large);
      const huge = measure({ small, file: large, runs: 3, stamp: false });
      const [plainMs, stampedMs, hugeMs] = [plain, stamped, huge].map(({ seal }) => median(seal)) as [
        number,
        number,
        number,
      ];
      const bound = digest === undefined ? undefined : 3 * digest + 300;
      const digestPeer = { name: 'openssl dgst -sm3', value: digest };
      return [
        {
          name: 'Seal 200 KB, B-B',
          unit: 'ms',
          value: plainMs,
          peers: [{ name: 'PDFBox + BouncyCastle', value: sealWithPdfBox(small) }],
        },
        {
          name: 'Seal 200 KB with time stamp, own TSA included',
          unit: 'ms',
          value: stampedMs,
          peers: [],
          mark: markAtMost(60, stampedMs, '≤ 60 ms'),
        },
        { name: 'Verify 200 KB with time stamp', unit: 'ms', value: median(stamped.verify), peers: [] },
        {
          name: 'Seal 100 MB, B-B',
          unit: 'ms',
          value: hugeMs,
          peers: [digestPeer],
          mark: markAtMost(
            bound,
            hugeMs,
            `≤ 3 × openssl dgst + 300 ms${bound === undefined ? '' : ` = ${bound.toFixed(0)} ms`}`,
          ),
        },
        {
          name: 'Seal 100 MB, memory above start',
          unit: 'MB',
          value: huge.rssAboveStart,
          peers: [],
          mark: markAtMost(250, huge.rssAboveStart, '≤ 250 MB'),
        },
        { name: 'Verify 100 MB', unit: 'ms', value: median(huge.verify), peers: [digestPeer] },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    }
  },
} satisfies BenchCase;
