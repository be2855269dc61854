/**
 * `npm run fuzz -- [--seconds N] [--seed S] [TARGET …]`: every parser over mutated inputs, one target after the other. What crashes, hangs or
 * eats memory is written to test/fuzz/finds, where a test runs it from then on.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Message, Order } from './worker.ts';

const TARGETS = [
  'pdf',
  'text',
  'sign',
  'judge',
  'cms',
  'tsp',
  'x509',
  'crl',
  'ocsp',
  'csr',
  'seal',
  'seal-signature',
  'picture',
  'svg',
  'evidence',
];
/** One input may take this long before it counts as a hang. */
const HANG_MS = 10_000;
const HEAP_MB = 768;
const SHOWN = 1 << 20;

const args = process.argv.slice(2);
const option = (name: string, fallback: number): number => {
  const at = args.indexOf(name);
  return at < 0 ? fallback : Number(args.splice(at, 2)[1]);
};
const seconds = option('--seconds', 30);
const firstSeed = option('--seed', Math.floor(Date.now() / 1000) % 1_000_000);
const chosen = args.length > 0 ? args : TARGETS;
const folder = join(import.meta.dirname, 'finds');

interface Outcome {
  readonly target: string;
  executions: number;
  corpus: number;
  blocks: number;
  finds: Set<string>;
}

function keep(outcome: Outcome, input: Uint8Array, error: string): void {
  // One find per place: the first line of ours in the stack.
  const place = /src\/core\/[^\s)]+/.exec(error)?.[0] ?? error.split('\n')[0] ?? error;
  if (outcome.finds.has(place)) return;
  outcome.finds.add(place);
  mkdirSync(folder, { recursive: true });
  const name = `${outcome.target}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`;
  writeFileSync(join(folder, `${name}.bin`), input);
  console.log(`  FIND ${name}: ${error.split('\n').slice(0, 3).join(' | ')}`);
}

/** Runs a thread until its time is over or it dies; true when there is time left for another. */
async function run(outcome: Outcome, seed: number, until: number): Promise<boolean> {
  const state = new SharedArrayBuffer(8);
  const input = new SharedArrayBuffer(SHOWN);
  const order: Order = { target: outcome.target, seed, state, input };
  const counters = new Int32Array(state);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  const before = outcome.executions;
  const underWay = (): Uint8Array => new Uint8Array(input).slice(0, Math.min(SHOWN, Atomics.load(counters, 1)));
  return await new Promise((resolve) => {
    let last = -1;
    let since = Date.now();
    const end = (again: boolean): void => {
      clearInterval(watch);
      outcome.executions = before + Atomics.load(counters, 0);
      void worker.terminate().then(() => resolve(again));
    };
    const watch = setInterval(() => {
      const now = Atomics.load(counters, 0);
      if (now !== last) [last, since] = [now, Date.now()];
      else if (now > 0 && Date.now() - since > HANG_MS) {
        keep(outcome, underWay(), `hang: more than ${HANG_MS / 1000} s (${now})`);
        end(Date.now() < until);
        return;
      }
      if (Date.now() >= until) end(false);
    }, 200);
    worker.on('message', (message: Message) => {
      if (message.kind === 'find') keep(outcome, message.input, message.error);
      if (message.kind === 'progress') {
        outcome.corpus = message.corpus;
        outcome.blocks = message.blocks;
      }
    });
    worker.on('error', (error) => {
      if (Atomics.load(counters, 0) === 0) throw error;
      keep(outcome, underWay(), String(error.message));
      end(Date.now() < until);
    });
  });
}

const outcomes: Outcome[] = [];
for (const target of chosen) {
  const outcome: Outcome = { target, executions: 0, corpus: 0, blocks: 0, finds: new Set() };
  const until = Date.now() + seconds * 1000;
  for (let seed = firstSeed; await run(outcome, seed, until); seed++);
  outcomes.push(outcome);
  console.log(
    `${target.padEnd(15)} ${String(outcome.executions).padStart(9)} executions  ${String(outcome.blocks).padStart(6)} blocks  ${String(outcome.corpus).padStart(5)} inputs kept  ${outcome.finds.size} finds`,
  );
}
const all = outcomes.reduce((sum, o) => sum + o.executions, 0);
const finds = outcomes.reduce((sum, o) => sum + o.finds.size, 0);
console.log(`\n${all} executions in ${chosen.length} targets of ${seconds} s, seed ${firstSeed}: ${finds} finds`);
process.exitCode = finds > 0 ? 1 : 0;
