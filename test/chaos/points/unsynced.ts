/**
 * What a power cut takes that kill -9 leaves: bytes that were written and not synced, names that were given and whose folder was not synced.
 * Worked out of the account that files.ts and stores.ts keep: of SQLite the frames of its log that no commit and nobody else has waited for.
 */
import { renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { endOfLog } from './log-of-writes.ts';

const real = { renameSync, rmSync, statSync, truncateSync };

type NameChange =
  | { readonly kind: 'made'; readonly path: string }
  | { readonly kind: 'renamed'; readonly from: string; readonly to: string };

/** Lines of the account: [what, path, …]. Takes away the worst that may be gone, and gives one line per loss. */
export function loseWhatIsNotSynced(lines: readonly string[]): string[] {
  /** Files with bytes on their way, and the size that is safe. */
  const dirty = new Map<string, number>();
  /** Per folder, oldest first. */
  const names = new Map<string, NameChange[]>();
  const changeIn = (folder: string, change: NameChange): void => {
    names.set(folder, [...(names.get(folder) ?? []), change]);
  };
  /** Per log of a store, how much of it is safe. */
  const logs = new Map<string, { readonly salts: string; readonly end: number }>();
  for (const line of lines) {
    const [what, path, more, end] = JSON.parse(line) as [string, string, (string | number)?, number?];
    if (what === 'log synced') logs.set(path, { salts: String(more), end: Number(end) });
    else if (what === 'made') {
      if (!dirty.has(path)) dirty.set(path, 0);
      changeIn(dirname(path), { kind: 'made', path });
    } else if (what === 'wrote') {
      if (!dirty.has(path)) dirty.set(path, Number(more));
    } else if (what === 'synced') {
      dirty.delete(path);
      names.delete(path); // a folder
    } else if (what === 'renamed') {
      const safe = dirty.get(path);
      dirty.delete(path);
      dirty.delete(String(more));
      if (safe !== undefined) dirty.set(String(more), safe);
      changeIn(dirname(String(more)), { kind: 'renamed', from: path, to: String(more) });
    } else dirty.delete(path);
  }

  const lost: string[] = [];
  const attempt = (words: string, act: () => void): void => {
    try {
      act();
      lost.push(words);
    } catch {
      // It is gone already.
    }
  };
  for (const [path, safe] of logs) {
    const now = endOfLog(path);
    if (now?.salts !== safe.salts || now.end <= safe.end) continue; // begun anew: all of it was worked into the file
    attempt(`${now.end - safe.end} bytes of ${basename(path)}`, () => real.truncateSync(path, safe.end));
  }
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
