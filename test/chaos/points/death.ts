/**
 * Points of a process' way at which it may die: before and after each file operation, each write to a store, each request and answer of the
 * network and of the key, each event told to a window. Counted from the moment the count is armed; at the chosen one the process kills its
 * whole group with SIGKILL, so nothing of it gets another instruction, as when the power goes.
 */
import { openSync, writeSync } from 'node:fs';
import { loseWhatIsNotSynced } from './unsynced.ts';

export interface Arming {
  /** Dies at this point, counted from 1; 0: only counts. */
  readonly at: number;
  /** `power`: what was not synced is gone as well. */
  readonly how: 'kill' | 'power';
}

let armed: Arming | undefined;
let passed = 0;
/** Where the last words go: the parent reads them after the death. */
let record: number | undefined;

/** Of the real file system, whatever is wrapped later. */
const write = writeSync;

export function keepRecord(file: string): void {
  record = openSync(file, 'a');
}

export function arm(arming: Arming): void {
  armed = arming;
  passed = 0;
}

export const pointsPassed = (): number => passed;

export function point(name: string): void {
  if (!armed) return;
  passed += 1;
  if (passed === armed.at) die(name, armed.how);
}

function die(name: string, how: Arming['how']): never {
  armed = undefined;
  const lost = how === 'power' ? loseWhatIsNotSynced() : [];
  if (record !== undefined) write(record, `${JSON.stringify({ at: passed, point: name, lost })}\n`);
  process.kill(-process.pid, 'SIGKILL');
  // The signal is on its way to ourselves: not one instruction of the program's may follow.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
