/**
 * A process of its own for one measurement, so that its memory is its own: seal-worker.ts JOB where JOB is JSON
 * { small, file, runs, stamp }. Signs `small` first (compilation), then `file` `runs` times, verifies it as often, and prints
 * { seal: ms[], verify: ms[], rssAboveStart: MB }.
 */
import { rmSync } from 'node:fs';
import { fileSource } from '#core/pdf/index.ts';
import { signPdf } from '#core/signing/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import { makePki, requestOf, tsaClient, tsaSettings } from '../core/signing/material.ts';

export interface SealJob {
  readonly small: string;
  readonly file: string;
  readonly runs: number;
  readonly stamp: boolean;
}
export interface SealOutcome {
  readonly seal: readonly number[];
  readonly verify: readonly number[];
  readonly rssAboveStart: number;
}

const job = JSON.parse(process.argv[2] as string) as SealJob;
const pki = await makePki('sm2');
const doctor = await pki.issue('Doctor');
const http = tsaClient(await pki.issueTsa());
const stamp = job.stamp ? { http, tsa: tsaSettings(pki.trust) } : {};

async function sealAndVerify(source: string): Promise<{ seal: number; verify: number }> {
  const target = `${job.file}.signed.pdf`;
  const begin = performance.now();
  await signPdf(requestOf(source, target, doctor, pki.trust, stamp));
  const sealed = performance.now();
  const input = await fileSource(target);
  const { verdict } = await verifyPdf(input, { name: 'signed.pdf', trust: pki.trust });
  await input.close();
  const verified = performance.now();
  rmSync(target);
  if (verdict !== 'PASSED') throw new Error(`what was sealed is judged ${verdict}`);
  return { seal: sealed - begin, verify: verified - sealed };
}

for (let i = 0; i < 5; i++) await sealAndVerify(job.small);
const start = process.memoryUsage.rss();
const peak = (): number => process.resourceUsage().maxRSS * 1024;
const peakBefore = peak();
const rounds: { seal: number; verify: number }[] = [];
for (let i = 0; i < job.runs; i++) rounds.push(await sealAndVerify(job.file));
// The high-water mark only counts when this work raised it.
const rssAboveStart = peak() > peakBefore ? (peak() - start) / 1e6 : (process.memoryUsage.rss() - start) / 1e6;
const outcome: SealOutcome = { seal: rounds.map((r) => r.seal), verify: rounds.map((r) => r.verify), rssAboveStart };
console.log(JSON.stringify(outcome));
