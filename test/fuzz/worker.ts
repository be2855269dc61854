/**
 * Runs one target in a thread of its own, so that a hang or a full heap costs the thread only. Inputs that reach code nobody reached
 * before are kept and changed further: after each round V8 tells which blocks of src ran (block coverage, counts since the last call).
 */
import { Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';
import { mutate } from './mutate.ts';
import { randomOf } from './random.ts';
import { isRefusal, makeTargets } from './targets.ts';

export interface Order {
  readonly target: string;
  readonly seed: number;
  /** [0] inputs begun, [1] length of the input under way. */
  readonly state: SharedArrayBuffer;
  readonly input: SharedArrayBuffer;
}
export type Message =
  | { readonly kind: 'ready'; readonly seeds: number }
  | { readonly kind: 'find'; readonly input: Uint8Array; readonly error: string }
  | { readonly kind: 'progress'; readonly executions: number; readonly corpus: number; readonly blocks: number };

const ROUND = 25;
const MAX_CORPUS = 2_000;

const order = workerData as Order;
const state = new Int32Array(order.state);
const shown = new Uint8Array(order.input);
const tell = (message: Message): void => parentPort?.postMessage(message);

const target = (await makeTargets())[order.target];
if (target === undefined) throw new Error(`no target ${order.target}`);
const random = randomOf(order.seed);
const corpus = [...target.seeds];
const blocks = new Set<string>();
const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/** Blocks of src that ran since the last call and never before. */
function newBlocks(): number {
  let fresh = 0;
  session.post('Profiler.takePreciseCoverage', (error, answer) => {
    if (error !== null) throw error;
    for (const { url, functions } of answer.result) {
      const at = url.indexOf('/src/core/');
      if (at < 0) continue;
      for (const { ranges } of functions) {
        for (const { startOffset, count } of ranges) {
          const block = `${url.slice(at)}:${startOffset}`;
          if (count === 0 || blocks.has(block)) continue;
          blocks.add(block);
          fresh++;
        }
      }
    }
  });
  return fresh;
}

async function execute(input: Uint8Array): Promise<void> {
  shown.set(input.subarray(0, shown.length));
  Atomics.store(state, 1, input.length);
  Atomics.add(state, 0, 1);
  try {
    await target?.run(input);
  } catch (e) {
    if (!isRefusal(e)) tell({ kind: 'find', input, error: e instanceof Error ? (e.stack ?? e.message) : String(e) });
  }
}

for (const seed of target.seeds) await execute(seed);
newBlocks();
tell({ kind: 'ready', seeds: target.seeds.length });
for (let executions = target.seeds.length; ;) {
  const round: Uint8Array[] = [];
  for (let i = 0; i < ROUND; i++) {
    const base = corpus[Math.floor(random() * corpus.length)] ?? new Uint8Array();
    round.push(mutate(corpus, base, target.kind, random));
  }
  for (const input of round) await execute(input);
  executions += ROUND;
  if (newBlocks() > 0) {
    // Which of the round it was is found by keeping the whole round's inputs that did not merely fail at once: all of them.
    corpus.push(...round.slice(0, MAX_CORPUS - corpus.length));
  }
  tell({ kind: 'progress', executions, corpus: corpus.length, blocks: blocks.size });
  await new Promise((resolve) => setImmediate(resolve));
}
