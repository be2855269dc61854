/**
 * Points of a program's way at which it may die: before and after each file operation, each write to a store, each request and answer of the
 * network and of the key, each step told to a window; in its main process and in its workers, counted together. At the chosen one the whole
 * process group gets SIGKILL, so nothing of it gets another instruction, as when the power goes.
 *
 * The processes of one program share a folder: `arming` says what to do, `passed` grows with each point, `struck` tells where it fell.
 */
import {
  appendFileSync,
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { loseWhatIsNotSynced } from './unsynced.ts';

export interface Arming {
  /** Struck at this point, counted from 1; 0: only counts. With `name` only points of that name are counted. */
  readonly at: number;
  readonly name?: string;
  /**
   * `power`: what was not synced is gone as well. `freeze`: it stands still for ever and is killed from outside, with processes that are not
   * of its group. `pull`: nothing dies, the key is pulled out.
   */
  readonly how: 'kill' | 'power' | 'freeze' | 'pull';
}

/** How often each point was passed since the arming. */
export type Passed = Readonly<Record<string, number>>;

export interface StruckAt {
  readonly at: number;
  readonly point: string;
  /** What a power cut took besides. */
  readonly lost: readonly string[];
}

/** The real calls, whatever is wrapped later. */
const real = { appendFileSync, closeSync, fstatSync, openSync, readFileSync, renameSync, writeFileSync, writeSync };

/** Folder that the processes share; undefined: no points in this process. */
let folder = process.env['CHAOS_FOLDER'];
/** The soft token's control file. */
let control = process.env['CHAOS_TOKEN_CONTROL'];
export function shareFolder(path: string, tokenControl?: string): void {
  folder = path;
  control = tokenControl;
}

/** From the process that tests. */
export function arm(shared: string, arming: Arming): void {
  for (const name of ['passed', 'struck', 'unsynced']) real.writeFileSync(join(shared, name), '');
  real.writeFileSync(join(shared, 'arming.new'), JSON.stringify(arming));
  real.renameSync(join(shared, 'arming.new'), join(shared, 'arming'));
}

const linesOf = (shared: string, name: string): string[] => {
  try {
    return real.readFileSync(join(shared, name), 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
};

export function pointsPassed(shared: string): Passed {
  const counts: Record<string, number> = {};
  for (const line of linesOf(shared, 'passed')) counts[line] = (counts[line] ?? 0) + 1;
  return counts;
}

export const struckAt = (shared: string): StruckAt | undefined => {
  const [line] = linesOf(shared, 'struck');
  return line === undefined ? undefined : (JSON.parse(line) as StruckAt);
};

function armed(): Arming | undefined {
  if (folder === undefined) return undefined;
  try {
    return JSON.parse(real.readFileSync(join(folder, 'arming'), 'utf8')) as Arming;
  } catch {
    return undefined; // not armed yet
  }
}

export function point(name: string): void {
  const arming = armed();
  if (!arming || (arming.name !== undefined && arming.name !== name)) return;
  // An append is one act for all processes: the size after it is this point's number, or more where another came in between.
  const passed = real.openSync(join(folder!, 'passed'), 'a');
  real.writeSync(passed, arming.at === 0 ? `${name}\n` : '.');
  const { size } = real.fstatSync(passed);
  real.closeSync(passed);
  if (arming.at > 0 && size >= arming.at) strike(name, size, arming);
}

/** An account of what is synced is only kept for a power cut. */
export const isAccounted = (): boolean => armed()?.how === 'power';

/** One line about what is (not) synced, kept in order over all processes. */
export function account(...words: (string | number)[]): void {
  if (isAccounted()) real.appendFileSync(join(folder!, 'unsynced'), `${JSON.stringify(words)}\n`);
}

function strike(name: string, at: number, { how }: Arming): void {
  if (struckAt(folder!)) return how === 'pull' ? undefined : standStill(); // another process was first
  const lost = how === 'power' ? loseWhatIsNotSynced(linesOf(folder!, 'unsynced')) : [];
  real.writeFileSync(join(folder!, 'struck'), `${JSON.stringify({ at, point: name, lost })}\n`);
  if (how === 'freeze') standStill();
  if (how !== 'pull') {
    process.kill(0, 'SIGKILL'); // the group
    standStill();
  }
  if (control === undefined) throw new Error('no key is known that could be pulled');
  real.writeFileSync(`${control}.new`, 'slot0.present=0\n');
  real.renameSync(`${control}.new`, control);
}

/** Not one instruction of the program's may follow. */
function standStill(): never {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
