/**
 * What a power cut takes that kill -9 leaves: bytes that were written and not synced, names that were given and whose folder was not synced.
 * Kept by the wrappers of files.ts; SQLite writes past them (it syncs by itself: WAL, synchronous FULL).
 */
import { linkSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

/** Files with bytes on their way, and the size that is safe. */
const dirty = new Map<string, number>();
type NameChange =
  | { readonly kind: 'made'; readonly path: string }
  | { readonly kind: 'renamed'; readonly from: string; readonly to: string };
/** Per folder, oldest first. */
const names = new Map<string, NameChange[]>();

const real = { linkSync, renameSync, rmSync, statSync, truncateSync };

const changeIn = (folder: string, change: NameChange): void => {
  const list = names.get(folder) ?? [];
  list.push(change);
  names.set(folder, list);
};

export function madeFile(path: string): void {
  if (!dirty.has(path)) dirty.set(path, 0);
  changeIn(dirname(path), { kind: 'made', path });
}

export function wroteFile(path: string, sizeBefore: number): void {
  if (!dirty.has(path)) dirty.set(path, sizeBefore);
}

export function syncedPath(path: string): void {
  dirty.delete(path);
  names.delete(path); // a folder
}

export function renamedFile(from: string, to: string): void {
  const safe = dirty.get(from);
  dirty.delete(from);
  dirty.delete(to);
  if (safe !== undefined) dirty.set(to, safe);
  changeIn(dirname(to), { kind: 'renamed', from, to });
}

export function removedFile(path: string): void {
  dirty.delete(path);
}

/** The worst that a power cut may do to what was not synced. Gives one line per loss. */
export function loseWhatIsNotSynced(): string[] {
  const lost: string[] = [];
  const attempt = (words: string, act: () => void): void => {
    try {
      act();
      lost.push(words);
    } catch {
      // It is gone already.
    }
  };
  for (const [path, safe] of dirty) {
    attempt(`bytes ${path}`, () => {
      if (real.statSync(path).isFile()) real.truncateSync(path, safe);
    });
  }
  for (const change of [...names.values()].flatMap((list) => list.toReversed())) {
    if (change.kind === 'made') attempt(`name ${change.path}`, () => real.rmSync(change.path));
    else attempt(`rename ${change.to}`, () => real.renameSync(change.to, change.from));
  }
  return lost;
}
