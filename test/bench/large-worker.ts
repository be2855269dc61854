/**
 * A process of its own for one measurement of a large document: large-worker.ts JOB where JOB is JSON { small, file, target, act }. Does
 * the act once with `small`, so that all code is loaded, then with `file`, and prints { milliseconds, rssAboveStart: MB }. `seal` signs
 * with a GB/T 38540 seal whose picture has 60 KB, then `verify` finds its trust beside the target.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import { fileSource } from '#core/pdf/index.ts';
import { Certificate } from '#core/pki/index.ts';
import { makeSeal } from '#core/seal/index.ts';
import { signPdf } from '#core/signing/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import { DAY, later, openHouse, type House } from '../core/seal/material.ts';
import { requestOf } from '../core/signing/material.ts';

export interface LargeJob {
  readonly small: string;
  readonly file: string;
  /** Where `seal` writes and `verify` reads. */
  readonly target: string;
  readonly act: 'seal' | 'verify';
}
export interface LargeOutcome {
  readonly milliseconds: number;
  readonly rssAboveStart: number;
}

const job = JSON.parse(process.argv[2] as string) as LargeJob;
const smallTarget = `${job.target}.small.pdf`;
const rootFile = `${job.target}.root.pem`;

/** Noise, which does not pack: 141 × 141 pixels are 60 KB. */
function picture(): Uint8Array {
  const side = 141;
  const rows = Buffer.concat(Array.from({ length: side }, () => Buffer.concat([Buffer.of(0), randomBytes(3 * side)])));
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.of()),
  ]);
}

async function sealer({ doctor, maker, now, trust }: House): Promise<(from: string, to: string) => Promise<void>> {
  const seal = await makeSeal(
    {
      version: 4,
      id: 'BENCH-0001',
      vendor: 'YIQIAN-BENCH',
      type: 1,
      name: 'BENCH（演示）',
      signers: { kind: 'certificates', certificates: [doctor.certificate] },
      createdAt: now,
      validFrom: now,
      validTo: later(now, 100 * DAY),
      picture: { format: 'PNG', data: picture(), widthMm: 42, heightMm: 42 },
    },
    maker,
    { trust, now },
  );
  const placement = { page: 1, x: 100, y: 200, width: 42, height: 42 };
  return async (from, to) => {
    await signPdf(requestOf(from, to, doctor, trust, { seal: { seal, carrier: 'attribute' }, placement }));
  };
}

async function verify(file: string): Promise<void> {
  const roots = [Certificate.parse(readFileSync(rootFile, 'utf8'))];
  const source = await fileSource(file);
  const { verdict, findings, signatures } = await verifyPdf(source, { name: 'large.pdf', trust: { roots } });
  await source.close();
  if (verdict === 'FAILED') throw new Error(`what was sealed is judged ${JSON.stringify([findings, signatures])}`);
}

async function prepareAct(): Promise<(large: boolean) => Promise<void>> {
  if (job.act === 'verify') return (large) => verify(large ? job.target : smallTarget);
  const house = await openHouse();
  writeFileSync(rootFile, house.trust.roots[0]?.toPem() ?? '');
  const seal = await sealer(house);
  return (large) => (large ? seal(job.file, job.target) : seal(job.small, smallTarget));
}

const act = await prepareAct();
await act(false);
const start = process.memoryUsage.rss();
const begin = performance.now();
await act(true);
const milliseconds = performance.now() - begin;
const rssAboveStart = (process.resourceUsage().maxRSS * 1024 - start) / 1e6;
const outcome: LargeOutcome = { milliseconds, rssAboveStart };
console.log(JSON.stringify(outcome));
