/**
 * What the desk keeps of its batches, so that after any death it can say of every record whether it is signed. A row is `in-hand` on the
 * disk before the key is asked for it, in one transaction with its entry in the upload queue, and the two end together as well.
 */
import { YqError } from '#core/errors/index.ts';
import { batchItem, type BatchRow } from '#shared/batch.ts';
import { wireError, type WireError } from '#shared/errors.ts';
import type { z } from 'zod';
import { layOut, type DeskStore } from '../store/store.ts';

const keptItem = batchItem.omit({ handle: true });
export type KeptItem = z.output<typeof keptItem>;

export interface JournalBatch {
  readonly id: string;
  readonly personId: string;
  /** The key it was begun with; only that one may go on. */
  readonly keyId: string;
  /** Of the approved list. */
  readonly listId: string;
  readonly digest: string;
  readonly startedAt: string;
  /** Null while it runs, or when the program ended in mid-batch. */
  readonly endedAt: string | null;
  readonly state: 'running' | 'finished' | 'interrupted';
}

export interface JournalRow extends Omit<BatchRow, 'step' | 'uploaded'> {
  readonly position: number;
  readonly sm3: string;
  readonly item: KeptItem;
  readonly reviewed: boolean;
  /** Entry in the upload queue, once begun and as long as it stands there; -1: refused by the service and dismissed. */
  readonly queueId: number | null;
  readonly file: string | null;
}

export type RowChange = Partial<
  Pick<
    JournalRow,
    'state' | 'error' | 'claimedTime' | 'trustedTime' | 'awaitsTime' | 'milliseconds' | 'queueId' | 'file'
  >
>;

export interface Journal {
  create(
    batch: Omit<JournalBatch, 'endedAt' | 'state'>,
    rows: readonly Pick<JournalRow, 'recordId' | 'version' | 'title' | 'patientName' | 'sm3' | 'item' | 'reviewed'>[],
  ): void;
  /** Written without waiting for the disk (store.flushed). Throws QUEUE_BROKEN, with nothing of `together` done either. */
  change<T>(batchId: string, position: number, change: RowChange, together?: () => T): T | undefined;
  end(batchId: string, state: 'finished' | 'interrupted', endedAt: string): void;
  rows(batchId: string): readonly JournalRow[];
  find(batchId: string): JournalBatch | undefined;
  /** The person's newest batch that was not put away. */
  latest(personId: string): JournalBatch | undefined;
  /** Those that an earlier run of the program left running. */
  running(): readonly JournalBatch[];
  putAway(batchId: string): void;
  /** The trusted time has come for what waited for it. */
  stamped(queueId: number, trustedTime: string): readonly { readonly batchId: string; readonly position: number }[];
  /** These bytes of this record were signed by this person before, whatever batch that was in. */
  wasSigned(personId: string, recordId: string, version: number, sm3: string): boolean;
}

const layout: readonly string[] = [
  `CREATE TABLE batch (
     id TEXT PRIMARY KEY,
     person_id TEXT NOT NULL,
     key_id TEXT NOT NULL,
     list_id TEXT NOT NULL,
     digest TEXT NOT NULL,
     started_at TEXT NOT NULL,
     ended_at TEXT,
     state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'interrupted')),
     put_away INTEGER NOT NULL DEFAULT 0
   ) STRICT;
   CREATE INDEX batch_person ON batch (person_id, put_away, started_at);
   CREATE TABLE batch_row (
     batch_id TEXT NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
     position INTEGER NOT NULL,
     record_id TEXT NOT NULL,
     version INTEGER NOT NULL,
     title TEXT NOT NULL,
     patient_name TEXT NOT NULL,
     sm3 TEXT NOT NULL,
     item TEXT NOT NULL,
     reviewed INTEGER NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('waiting', 'in-hand', 'signed', 'failed', 'not-begun')),
     error TEXT,
     claimed_time TEXT,
     trusted_time TEXT,
     awaits_time INTEGER NOT NULL DEFAULT 0,
     milliseconds REAL,
     queue_id INTEGER,
     file TEXT,
     PRIMARY KEY (batch_id, position)
   ) STRICT;
   CREATE INDEX batch_row_record ON batch_row (record_id, version, state);
   CREATE INDEX batch_row_queue ON batch_row (queue_id);
   -- The queue gives its numbers out again: what it has let go of is NULL (taken by the service, or never signed), or -1 where the
   -- service refused it and the person has dismissed that.
   CREATE TRIGGER batch_row_left_queue AFTER DELETE ON upload BEGIN
     UPDATE batch_row SET queue_id = CASE OLD.state WHEN 'refused' THEN -1 END WHERE queue_id = OLD.id;
   END`,
];

const batchColumns =
  'id, person_id AS personId, key_id AS keyId, list_id AS listId, digest, started_at AS startedAt, ended_at AS endedAt, state';

const columnOf: Readonly<Record<keyof RowChange, string>> = {
  state: 'state',
  error: 'error',
  claimedTime: 'claimed_time',
  trustedTime: 'trusted_time',
  awaitsTime: 'awaits_time',
  milliseconds: 'milliseconds',
  queueId: 'queue_id',
  file: 'file',
};

const json = (text: unknown): unknown => {
  try {
    return typeof text === 'string' ? JSON.parse(text) : null;
  } catch {
    return null;
  }
};

/** Words that an older or newer desk wrote and this one does not understand cost nothing but themselves. */
const errorOf = (text: unknown): WireError | null => wireError.nullable().catch(null).parse(json(text));

function rowOf(row: Readonly<Record<string, unknown>>): JournalRow {
  const recordId = String(row['record_id']);
  const version = Number(row['version']);
  const bare: KeptItem = {
    recordId,
    version,
    placement: null,
    layout: null,
    sealId: null,
    dropActive: false,
    reason: '',
  };
  return {
    position: Number(row['position']),
    recordId,
    version,
    title: String(row['title']),
    patientName: String(row['patient_name']),
    sm3: String(row['sm3']),
    item: keptItem.catch(bare).parse(json(row['item'])),
    reviewed: row['reviewed'] === 1,
    state: row['state'] as JournalRow['state'],
    error: errorOf(row['error']),
    claimedTime: row['claimed_time'] as string | null,
    trustedTime: row['trusted_time'] as string | null,
    awaitsTime: row['awaits_time'] === 1,
    milliseconds: row['milliseconds'] as number | null,
    queueId: row['queue_id'] as number | null,
    file: row['file'] as string | null,
  };
}

const valueOf = (value: RowChange[keyof RowChange]): string | number | null =>
  typeof value === 'boolean'
    ? Number(value)
    : value !== null && typeof value === 'object'
      ? JSON.stringify(value)
      : (value ?? null);

/** After openUploadQueue, whose table its own refer to. */
export function openJournal(store: DeskStore): Journal {
  layOut(store, 'batch', layout);
  const { db } = store;
  const batch = (where: string, ...values: string[]): readonly JournalBatch[] =>
    db.prepare(`SELECT ${batchColumns} FROM batch ${where}`).all(...values) as unknown as JournalBatch[];
  const kept = <T>(work: () => T, write = (w: () => T): T => store.transaction(w)): T => {
    try {
      return write(work);
    } catch (cause) {
      if (cause instanceof YqError) throw cause;
      throw new YqError('QUEUE_BROKEN', { cause, detail: cause instanceof Error ? cause.message : String(cause) });
    }
  };
  return {
    create(b, rows) {
      kept(() => {
        db.prepare(
          `INSERT INTO batch (id, person_id, key_id, list_id, digest, started_at, state) VALUES (?, ?, ?, ?, ?, ?, 'running')`,
        ).run(b.id, b.personId, b.keyId, b.listId, b.digest, b.startedAt);
        const insert = db.prepare(
          `INSERT INTO batch_row (batch_id, position, record_id, version, title, patient_name, sm3, item, reviewed, state)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')`,
        );
        rows.forEach((r, position) => {
          const { recordId, version, title, patientName, sm3, item, reviewed } = r;
          insert.run(
            b.id,
            position,
            recordId,
            version,
            title,
            patientName,
            sm3,
            JSON.stringify(item),
            Number(reviewed),
          );
        });
      });
    },
    change(batchId, position, change, together) {
      return kept(() => {
        const result = together?.();
        const queueId = typeof result === 'number' ? { queueId: result } : {};
        const entries = Object.entries({ ...queueId, ...change }) as [keyof RowChange, RowChange[keyof RowChange]][];
        const sets = entries.map(([name]) => `${columnOf[name]} = ?`).join(', ');
        db.prepare(`UPDATE batch_row SET ${sets} WHERE batch_id = ? AND position = ?`).run(
          ...entries.map(([, value]) => valueOf(value)),
          batchId,
          position,
        );
        return result;
      }, store.swiftly.bind(store));
    },
    end(batchId, state, endedAt) {
      kept(() => db.prepare('UPDATE batch SET state = ?, ended_at = ? WHERE id = ?').run(state, endedAt, batchId));
    },
    rows: (batchId) =>
      db.prepare('SELECT * FROM batch_row WHERE batch_id = ? ORDER BY position').all(batchId).map(rowOf),
    find: (batchId) => batch('WHERE id = ?', batchId)[0],
    latest: (personId) =>
      batch('WHERE person_id = ? AND put_away = 0 ORDER BY started_at DESC, rowid DESC', personId)[0],
    running: () => batch(`WHERE state = 'running'`),
    putAway(batchId) {
      kept(() => db.prepare('UPDATE batch SET put_away = 1 WHERE id = ?').run(batchId));
    },
    stamped(queueId, trustedTime) {
      return kept(() => {
        db.prepare('UPDATE batch_row SET trusted_time = ?, awaits_time = 0, error = NULL WHERE queue_id = ?').run(
          trustedTime,
          queueId,
        );
        return db.prepare('SELECT batch_id AS batchId, position FROM batch_row WHERE queue_id = ?').all(queueId) as {
          batchId: string;
          position: number;
        }[];
      });
    },
    wasSigned: (personId, recordId, version, sm3) =>
      db
        .prepare(
          `SELECT 1 FROM batch_row JOIN batch ON batch.id = batch_row.batch_id
           WHERE record_id = ? AND version = ? AND batch_row.state = 'signed' AND person_id = ? AND sm3 = ?`,
        )
        .get(recordId, version, personId, sm3) !== undefined,
  };
}
