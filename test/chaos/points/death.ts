/**
 * Points of a process' way at which it may die: before and after each file operation, each write to a store, each request and answer of the
 * network and of the key, each event told to a window. Counted from the moment the count is armed; at the chosen one the process kills its
 * whole group with SIGKILL, so nothing of it gets another instruction, as when the power goes.
 */
import { openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { loseWhatIsNotSynced } from './unsynced.ts';

export interface Arming {
  /** Struck at this point, counted from 1; 0: only counts. With `name` only points of that name are counted. */
  readonly at: number;
  readonly name?: string;
  /** `power`: what was not synced is gone as well. `pull`: nothing dies, the key is pulled out. */
  readonly how: 'kill' | 'power' | 'pull';
}

/** How often each point was passed since the arming. */
export type Passed = Readonly<Record<string, number>>;

let armed: Arming | undefined;
let passed = 0;
let byName = new Map<string, number>();
/** Where the last words go: the parent reads them after the death. */
let record: number | undefined;

/** Of the real file system, whatever is wrapped later. */
const real = { renameSync, writeFileSync, writeSync };
/** The soft token's control file. */
const control = process.env['CHAOS_TOKEN_CONTROL'];

export function keepRecord(file: string): void {
  record = openSync(file, 'a');
}

export function arm(arming: Arming): void {
  armed = arming;
  passed = 0;
  byName = new Map();
}

export const pointsPassed = (): Passed => Object.fromEntries(byName);

export function point(name: string): void {
  if (!armed) return;
  byName.set(name, (byName.get(name) ?? 0) + 1);
  if (armed.name !== undefined && armed.name !== name) return;
  passed += 1;
  if (passed === armed.at) strike(name, armed.how);
}

function strike(name: string, how: Arming['how']): void {
  const lost = how === 'power' ? loseWhatIsNotSynced() : [];
  if (record !== undefined) real.writeSync(record, `${JSON.stringify({ at: passed, point: name, lost })}\n`);
  if (how !== 'pull') die();
  if (control === undefined) throw new Error('no key is known that could be pulled');
  real.writeFileSync(`${control}.new`, 'slot0.present=0\n');
  real.renameSync(`${control}.new`, control);
}

function die(): never {
  armed = undefined;
  process.kill(-process.pid, 'SIGKILL');
  // The signal is on its way to ourselves: not one instruction of the program's may follow.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
