/**
 * What a power cut takes that kill -9 leaves: bytes that were written and not synced, names that were given and whose folder was not synced.
 * Worked out of the account that files.ts keeps; SQLite writes past it (it syncs by itself: WAL, synchronous FULL).
 */
import { renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

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
  for (const line of lines) {
    const [what, path, more] = JSON.parse(line) as [string, string, (string | number)?];
    if (what === 'made') {
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
