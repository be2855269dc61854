/**
 * What lies on the disks of desk and backend, read with nothing of the product: SQLite files through node:sqlite, documents as bytes, SM3 from
 * OpenSSL. The formats are those of docs/formats.md and of the tables themselves.
 */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

type Row = Readonly<Record<string, unknown>>;

export interface Books {
  /** `SELECT` on a table that may not be there (an older layout, a room not yet used): then no rows. */
  rows(sql: string): Row[];
  /** `ok`, or what SQLite finds. */
  integrity: string;
}

function read<T>(file: string, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  try {
    return work(db);
  } finally {
    db.close();
  }
}

export function booksOf(file: string): Books {
  if (!existsSync(file)) return { rows: () => [], integrity: 'ok' };
  return {
    rows: (sql) =>
      read(file, (db) => {
        const table = /FROM (\w+)/.exec(sql)?.[1] ?? '';
        const known = db.prepare(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?`).get(table);
        return known ? db.prepare(sql).all() : [];
      }),
    integrity: read(file, (db) => String(db.prepare('PRAGMA integrity_check').get()?.['integrity_check'])),
  };
}

export const hexSm3 = (bytes: Uint8Array | string): string =>
  createHash('sm3').update(bytes).digest('hex').toUpperCase();

export interface FileFacts {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly sm3: string;
  /** Times that a signature's /ByteRange stands in it. */
  readonly signatures: number;
  /** Begins and ends as a PDF does. */
  readonly whole: boolean;
}

const seen = new Map<string, { readonly stamp: string; readonly facts: FileFacts }>();

/** Facts of a file; worked out once as long as it stays as it is. */
export function fileFacts(path: string): FileFacts {
  const { size, mtimeMs, ino } = lstatSync(path);
  const stamp = `${size} ${mtimeMs} ${ino}`;
  const known = seen.get(path);
  if (known?.stamp === stamp) return known.facts;
  const bytes = readFileSync(path);
  const text = bytes.toString('latin1');
  const facts: FileFacts = {
    path,
    name: basename(path),
    size,
    sm3: hexSm3(bytes),
    signatures: [...text.matchAll(/\/ByteRange\s*\[\s*\d+\s+\d+\s+\d+\s+\d+\s*\]/g)].length,
    whole: text.startsWith('%PDF-') && /%%EOF\s*$/.test(text.slice(-32)),
  };
  seen.set(path, { stamp, facts });
  return facts;
}

export const filesIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];

export interface SignedLine {
  readonly record: string;
  readonly version: number;
  readonly person: string;
  readonly state: string;
  readonly sm3Before: string;
  readonly sm3After: string;
  readonly serial: string;
}

export interface BackendFacts {
  readonly integrity: string;
  readonly lines: readonly SignedLine[];
  /** Every SM3 that a table names. */
  readonly named: ReadonlySet<string>;
  readonly documents: ReadonlyMap<string, string>;
  /** Files of other names in the folder of documents. */
  readonly leftovers: readonly string[];
}

const text = (row: Row, column: string): string => (row[column] == null ? '' : String(row[column]));

export function readBackend(data: string): BackendFacts {
  const books = booksOf(join(data, 'backend.sqlite'));
  const lines = books
    .rows('SELECT record, version, person, state, sm3_before, sm3_after, certificate_serial FROM signers')
    .map((r) => ({
      record: text(r, 'record'),
      version: Number(r['version']),
      person: text(r, 'person'),
      state: text(r, 'state'),
      sm3Before: text(r, 'sm3_before'),
      sm3After: text(r, 'sm3_after'),
      serial: text(r, 'certificate_serial'),
    }));
  const versions = books.rows('SELECT original_sm3, document_sm3 FROM versions');
  const files = filesIn(join(data, 'documents'));
  return {
    integrity: books.integrity,
    lines,
    named: new Set([
      ...lines.flatMap((l) => [l.sm3Before, l.sm3After]).filter(Boolean),
      ...versions.flatMap((v) => [text(v, 'original_sm3'), text(v, 'document_sm3')]),
    ]),
    documents: new Map(
      files.filter((f) => /\/[0-9A-F]{64}\.pdf$/.test(f)).map((f) => [basename(f, '.pdf'), f] as const),
    ),
    leftovers: files.filter((f) => !/^[0-9A-F]{64}\./.test(basename(f))).map((f) => basename(f)),
  };
}

export interface QueueRow {
  readonly id: number;
  readonly record: string;
  readonly version: number;
  readonly person: string;
  readonly file: string;
  readonly sm3After: string;
  readonly state: string;
}

export interface DeskFacts {
  readonly integrity: string;
  readonly queue: readonly QueueRow[];
  /** In the folder of signed documents, hidden ones too. */
  readonly signed: readonly FileFacts[];
  readonly books: Books;
}

export function readDesk(userData: string): DeskFacts {
  const books = booksOf(join(userData, 'desk.sqlite'));
  return {
    integrity: books.integrity,
    queue: books
      .rows('SELECT id, record_id, version, person_id, file, sm3_after, state FROM upload ORDER BY id')
      .map((r) => ({
        id: Number(r['id']),
        record: text(r, 'record_id'),
        version: Number(r['version']),
        person: text(r, 'person_id'),
        file: text(r, 'file'),
        sm3After: text(r, 'sm3_after'),
        state: text(r, 'state'),
      })),
    signed: filesIn(join(userData, 'signed')).map(fileFacts),
    books,
  };
}

/** Whether a person has signed a version: the backend has booked it, or the desk has the whole file and the queue waits to hand it in. */
export function factsOfRecord(backend: BackendFacts, desk: DeskFacts, record: string, version: number, person: string) {
  const mine = <T extends { readonly record: string; readonly version: number; readonly person: string }>(x: T) =>
    x.record === record && x.version === version && x.person === person;
  const lines = backend.lines.filter(mine);
  const rows = desk.queue.filter((row) => mine(row) && row.state !== 'begun');
  return { lines, rows, signed: lines.some((l) => l.state === 'signed') || rows.length > 0 };
}
