/**
 * The upload queue of versions up to 0.2 lay in a file of its own. Its rows come into the store in one transaction; the file is then
 * renamed and kept. Each row is taken over once, by the name of its signed file, so that a desk that dies before the renaming, or
 * that went back to the earlier version for a while, neither doubles nor loses one.
 */
import { existsSync, renameSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { DeskStore } from '../store/store.ts';

const plain = ['record_id', 'version', 'person_id', 'file', 'sm3_before', 'sm3_after', 'state', 'attempts', 'next_at'];
/** Columns that the first layout did not have. */
const later = ['last_error', 'record'];

function rowsOf(file: string): readonly Record<string, string | number | null>[] {
  const db = new DatabaseSync(file);
  try {
    const known = new Set(
      db
        .prepare(`SELECT name FROM pragma_table_info('upload')`)
        .all()
        .map((c) => String(c['name'])),
    );
    if (known.size === 0) return [];
    const columns = [...plain, 'begun_at', ...later.filter((c) => known.has(c))];
    return db.prepare(`SELECT ${columns.join(', ')} FROM upload ORDER BY id`).all() as never;
  } finally {
    db.close();
  }
}

/** Gives how many rows came over. A file that can't be read stays where it is and is an error of SQLite. */
export function takeOverFormerQueue({ db, transaction }: DeskStore, file: string): number {
  if (!existsSync(file)) return 0;
  const rows = rowsOf(file);
  const taken = transaction(() => {
    const isNew = db.prepare('INSERT OR IGNORE INTO upload_taken_over (file) VALUES (?)');
    const insert = db.prepare(
      `INSERT INTO upload (record_id, version, person_id, file, sm3_before, sm3_after, state, attempts, next_at, last_error, record, begun_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    let n = 0;
    for (const row of rows) {
      const value = (column: string): string | number | null => row[column] ?? null;
      if (isNew.run(value('file')).changes === 0) continue;
      insert.run(...plain.map(value), value('last_error'), value('record'), value('begun_at'));
      n++;
    }
    return n;
  });
  let aside = `${file}.taken-over`;
  // An earlier one stays: the earlier version may have run again in between.
  for (let n = 2; existsSync(aside); n++) aside = `${file}.taken-over-${n}`;
  for (const end of ['', '-wal', '-shm']) {
    if (existsSync(file + end)) renameSync(file + end, `${aside}${end}`);
  }
  return taken;
}
