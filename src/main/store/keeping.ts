/**
 * The store over the years: looked through at every start, copied once a day and at the end, seven copies kept. A damaged file is set
 * aside, never deleted, and the newest copy that is whole takes its place.
 */
import {
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  closeSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { openStore, saysDamaged, type DeskStore } from './store.ts';

/** Bytes up to which every page and index is compared; above that only the pages' structure (quick_check). */
const FULL_CHECK_BYTES = 32 * 1024 * 1024;
export const COPIES = 7;

export interface Repair {
  /** What SQLite said of the damaged file, for the log. */
  readonly reason: string;
  /** Where the damaged file lies now. */
  readonly setAside: string;
  /** Time of the copy that took its place (ISO 8601); undefined: there was none, the store is empty. */
  readonly copyOf: string | undefined;
}

export interface KeptStore {
  readonly store: DeskStore;
  readonly repair: Repair | undefined;
}

export interface KeepingPlaces {
  readonly file: string;
  readonly folder: string;
}

/** Why a file is no whole store; undefined when it is. */
export function damageOf(file: string): string | undefined {
  let db: DatabaseSync | undefined;
  try {
    // Read only: a damaged file is set aside as it was found, not with its log played into it.
    db = new DatabaseSync(file, { readOnly: true });
    const check = statSync(file).size > FULL_CHECK_BYTES ? 'quick_check' : 'integrity_check';
    const [first] = db.prepare(`PRAGMA ${check}(1)`).all();
    const verdict = String(first?.[check]);
    if (verdict !== 'ok') return verdict;
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return undefined;
  } catch (e) {
    if (saysDamaged(e)) return (e as Error).message;
    throw e;
  } finally {
    if (db?.isOpen === true) db.close();
  }
}

/** Opens the desk's store, repaired where it must be. Throws STORE_FULL, STORE_BROKEN. */
export function openKeptStore({ file, folder }: KeepingPlaces, now: () => Date): KeptStore {
  mkdirSync(dirname(file), { recursive: true });
  const reason = existsSync(file) && statSync(file).size > 0 ? damageOf(file) : undefined;
  if (reason === undefined) return { store: openStore(file), repair: undefined };
  const setAside = putAside(file, folder, now());
  const copy = copies(folder).find((name) => damageOf(join(folder, name)) === undefined);
  if (copy !== undefined) {
    // By a temporary name: a machine that dies in between finds no store, and none is better than half of one.
    const arriving = `${file}.arriving`;
    copyFileSync(join(folder, copy), arriving);
    syncFile(arriving);
    renameSync(arriving, file);
  }
  const store = openStore(file);
  return { store, repair: { reason, setAside, copyOf: copy === undefined ? undefined : timeOf(join(folder, copy)) } };
}

const stamp = (at: Date): string => at.toISOString().replace(/\D/g, '').slice(0, 17);
const timeOf = (path: string): string => statSync(path).mtime.toISOString();

function putAside(file: string, folder: string, at: Date): string {
  const place = join(folder, `damaged-${stamp(at)}`);
  mkdirSync(place, { recursive: true, mode: 0o700 });
  // The log of writes first: left beside a restored file it would be played into it.
  for (const end of ['-wal', '-shm', '']) {
    if (existsSync(file + end)) renameSync(file + end, join(place, `desk.sqlite${end}`));
  }
  return join(place, 'desk.sqlite');
}

function syncFile(path: string): void {
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

const COPY = /^desk-\d{4}-\d\d-\d\d\.sqlite$/;
const HALF_COPY = /^desk-\d{4}-\d\d-\d\d\.sqlite\.arriving(-wal|-shm|-journal)?$/;

/** Names of the copies, newest first. */
export const copies = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => COPY.test(name))
        .sort()
        .reverse()
    : [];

/** Pages copied at a stretch (4 KiB each), so that the copy never holds up the event loop. */
const PAGES = 64;

/** One copy a day; a later one of the same day takes its place. Gives its path. Rejects when it can't be written; older ones then stay. */
export async function copyStore(store: DeskStore, folder: string, now: Date): Promise<string> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const place = join(folder, `desk-${now.toISOString().slice(0, 10)}.sqlite`);
  const arriving = `${place}.arriving`;
  // Also what a death left of another day's copy.
  for (const name of readdirSync(folder)) if (HALF_COPY.test(name)) rmSync(join(folder, name), { force: true });
  try {
    await backup(store.db, arriving, { rate: PAGES });
    const damage = damageOf(arriving);
    if (damage !== undefined) throw new Error(`the copy is not whole: ${damage}`);
    syncFile(arriving);
    renameSync(arriving, place);
  } finally {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(arriving + end, { force: true });
  }
  for (const old of copies(folder).slice(COPIES)) rmSync(join(folder, old), { force: true });
  return place;
}
