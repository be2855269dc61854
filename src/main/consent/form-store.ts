/**
 * The desk's consent forms on the disk. Every change is on the disk when its function returns: a stroke costs one row, so that a
 * power cut takes the stroke in hand at most. What names a patient or comes from one is encrypted; in the clear stand only the form's
 * id, whose it is, its stage and its times. Each form belongs to one member of staff: nobody else's is ever read.
 */
import type { SQLInputValue } from 'node:sqlite';
import type { InkStroke } from '#core/consent/types.ts';
import { isYqError, YqError } from '#core/errors/index.ts';
import type { ConsentStage, Writer } from '#shared/consent.ts';
import { layOut, type DeskStore } from '../store/store.ts';
import type { ConsentKeys } from './keys.ts';
import { formState, type FormState } from './form-state.ts';

/** An evidence picture as it was taken. */
export interface KeptPicture {
  readonly format: 'PNG' | 'JPG' | 'BMP';
  readonly data: Uint8Array;
}
export type PictureKind = 'fingerprint' | 'photo';

export interface KeptStroke {
  /** ISO 8601 UTC: when main got it, which is when the hand was lifted. */
  readonly liftedAt: string;
  readonly stroke: InkStroke;
}

export interface Form {
  readonly id: string;
  readonly personId: string;
  readonly stage: ConsentStage;
  readonly createdAt: string;
  readonly state: FormState;
}

/** What stands in the clear of a form whose content can't be read. */
export type UnreadableForm = Pick<Form, 'id' | 'stage' | 'createdAt'>;

/** Bytes that belong to a form and outlive its evidence. */
export type FileKind =
  'document' | 'package-patient' | 'package-witness' | 'act' | 'picture-patient' | 'picture-witness';

export interface FormStore {
  create(form: Form): void;
  /** Throws CONSENT_NOT_FOUND: there is none, or it is somebody else's. */
  load(id: string, personId: string): Form;
  /** Newest first; what can't be read any more is left out. */
  list(personId: string): readonly Form[];
  /** Forms that are there and can't be read (a damaged row, a key that is gone), so that nobody takes them for lost without a word. */
  unreadable(personId: string): readonly UnreadableForm[];
  save(form: Form): void;
  file(id: string, kind: FileKind): Uint8Array | undefined;
  putFile(id: string, kind: FileKind, bytes: Uint8Array | undefined): void;
  strokes(id: string, writer: Writer): readonly KeptStroke[];
  countStrokes(id: string, writer: Writer): number;
  addStroke(id: string, writer: Writer, index: number, kept: KeptStroke): void;
  /** Leaves the first `keep`. */
  cutStrokes(id: string, writer: Writer, keep: number): void;
  picture(id: string, kind: PictureKind): KeptPicture | undefined;
  putPicture(id: string, kind: PictureKind, picture: KeptPicture | undefined): void;
  /** Strokes, fingerprint and photo of one writer's part, or of all; the key stays as long as the form may take new ones. */
  dropEvidence(id: string, writer?: Writer): void;
  /**
   * Saves the form with these files and no others but its document, drops all evidence in the open in the same step, then destroys the
   * key it lay under. `also` belongs to that step.
   */
  close(form: Form, files: Readonly<Partial<Record<FileKind, Uint8Array>>>, also: () => void): void;
  /** At the start: what a death came between. A form that was being signed waits again, keys of evidence that is gone go too. */
  settle(): void;
  /** Abandoned ones begun before, and finished ones that the service has. */
  forgetOld(before: string): void;
  /** Last-known answers of the service, per person. */
  cached(personId: string, name: string): { readonly at: string; readonly value: unknown } | undefined;
  cache(personId: string, name: string, value: unknown, at: string): void;
  transaction<T>(work: () => T): T;
}

const layout: readonly string[] = [
  `CREATE TABLE consent_form (
     id TEXT PRIMARY KEY,
     person_id TEXT NOT NULL,
     stage TEXT NOT NULL,
     created_at TEXT NOT NULL,
     state BLOB NOT NULL
   ) STRICT;
   CREATE INDEX consent_form_person ON consent_form (person_id, created_at);
   CREATE TABLE consent_file (
     form_id TEXT NOT NULL REFERENCES consent_form (id),
     kind TEXT NOT NULL,
     data BLOB NOT NULL,
     PRIMARY KEY (form_id, kind)
   ) STRICT;
   CREATE TABLE consent_stroke (
     form_id TEXT NOT NULL REFERENCES consent_form (id),
     writer TEXT NOT NULL,
     number INTEGER NOT NULL,
     data BLOB NOT NULL,
     PRIMARY KEY (form_id, writer, number)
   ) STRICT;
   CREATE TABLE consent_picture (
     form_id TEXT NOT NULL REFERENCES consent_form (id),
     kind TEXT NOT NULL,
     data BLOB NOT NULL,
     PRIMARY KEY (form_id, kind)
   ) STRICT;
   CREATE TABLE consent_cache (
     person_id TEXT NOT NULL,
     name TEXT NOT NULL,
     at TEXT NOT NULL,
     data BLOB NOT NULL,
     PRIMARY KEY (person_id, name)
   ) STRICT`,
];

const toBytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const fromBytes = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

/** From here on nothing biometric of the form lies in the open. */
const closedStages: ReadonlySet<string> = new Set<ConsentStage>(['finishing', 'queued', 'done', 'abandoned']);

const FORMATS = ['PNG', 'JPG', 'BMP'] as const;

export function openFormStore(store: DeskStore, keys: ConsentKeys): FormStore {
  const { db } = store;
  layOut(store, 'consent', layout);

  const formOf = (row: Record<string, unknown>): Form => {
    const id = String(row['id']);
    const opened = keys.open(`form ${id}`, row['state'] as Uint8Array);
    const state = formState.safeParse(fromBytes(opened));
    if (!state.success) throw new YqError('CONSENT_KEPT', { detail: state.error.issues[0]?.path.join('.') ?? id });
    return {
      id,
      personId: String(row['person_id']),
      stage: String(row['stage']) as ConsentStage,
      createdAt: String(row['created_at']),
      state: state.data as FormState,
    };
  };
  const rowsOf = (personId: string): readonly Record<string, unknown>[] =>
    db.prepare('SELECT * FROM consent_form WHERE person_id = ? ORDER BY created_at DESC, id').all(personId);
  const readable = (row: Record<string, unknown>): Form | undefined => {
    try {
      return formOf(row);
    } catch (e) {
      if (isYqError(e)) return undefined;
      throw e;
    }
  };
  const strokeName = (id: string, writer: Writer, index: number): string => `stroke ${id} ${writer} ${index}`;
  /** In a transaction, so that a full disk is told in words. */
  const write = (sql: string, ...values: SQLInputValue[]): void => {
    store.transaction(() => db.prepare(sql).run(...values));
  };

  return {
    transaction: (work) => store.transaction(work),
    create(form) {
      write(
        'INSERT INTO consent_form (id, person_id, stage, created_at, state) VALUES (?, ?, ?, ?, ?)',
        form.id,
        form.personId,
        form.stage,
        form.createdAt,
        keys.seal(`form ${form.id}`, toBytes(form.state)),
      );
    },
    load(id, personId) {
      const row = db.prepare('SELECT * FROM consent_form WHERE id = ? AND person_id = ?').get(id, personId);
      if (!row) throw new YqError('CONSENT_NOT_FOUND');
      return formOf(row);
    },
    list: (personId) => rowsOf(personId).flatMap((row) => readable(row) ?? []),
    unreadable: (personId) =>
      rowsOf(personId)
        .filter((row) => readable(row) === undefined)
        .map((row) => ({
          id: String(row['id']),
          stage: String(row['stage']) as ConsentStage,
          createdAt: String(row['created_at']),
        })),
    save(form) {
      write(
        'UPDATE consent_form SET stage = ?, state = ? WHERE id = ? AND person_id = ?',
        form.stage,
        keys.seal(`form ${form.id}`, toBytes(form.state)),
        form.id,
        form.personId,
      );
    },
    file(id, kind) {
      const row = db.prepare('SELECT data FROM consent_file WHERE form_id = ? AND kind = ?').get(id, kind);
      return row && keys.open(`${kind} ${id}`, row['data'] as Uint8Array);
    },
    putFile(id, kind, bytes) {
      if (!bytes) write('DELETE FROM consent_file WHERE form_id = ? AND kind = ?', id, kind);
      else {
        write(
          'INSERT OR REPLACE INTO consent_file (form_id, kind, data) VALUES (?, ?, ?)',
          id,
          kind,
          keys.seal(`${kind} ${id}`, bytes),
        );
      }
    },
    strokes: (id, writer) =>
      db
        .prepare('SELECT number, data FROM consent_stroke WHERE form_id = ? AND writer = ? ORDER BY number')
        .all(id, writer)
        .map((row) => {
          const about = strokeName(id, writer, Number(row['number']));
          return fromBytes(keys.openEvidence(id, about, row['data'] as Uint8Array)) as KeptStroke;
        }),
    countStrokes: (id, writer) =>
      Number(
        db.prepare('SELECT count(*) AS n FROM consent_stroke WHERE form_id = ? AND writer = ?').get(id, writer)?.['n'],
      ),
    addStroke(id, writer, index, kept) {
      write(
        'INSERT INTO consent_stroke (form_id, writer, number, data) VALUES (?, ?, ?, ?)',
        id,
        writer,
        index,
        keys.sealEvidence(id, strokeName(id, writer, index), toBytes(kept)),
      );
    },
    cutStrokes(id, writer, keep) {
      write('DELETE FROM consent_stroke WHERE form_id = ? AND writer = ? AND number >= ?', id, writer, keep);
    },
    picture(id, kind) {
      const row = db.prepare('SELECT data FROM consent_picture WHERE form_id = ? AND kind = ?').get(id, kind);
      if (!row) return undefined;
      const bytes = keys.openEvidence(id, `${kind} ${id}`, row['data'] as Uint8Array);
      const format = FORMATS[bytes[0] ?? 0];
      if (format === undefined) throw new YqError('CONSENT_KEPT', { detail: 'picture' });
      return { format, data: bytes.slice(1) };
    },
    putPicture(id, kind, picture) {
      if (!picture) {
        write('DELETE FROM consent_picture WHERE form_id = ? AND kind = ?', id, kind);
        return;
      }
      const bytes = new Uint8Array(picture.data.length + 1);
      bytes[0] = FORMATS.indexOf(picture.format);
      bytes.set(picture.data, 1);
      write(
        'INSERT OR REPLACE INTO consent_picture (form_id, kind, data) VALUES (?, ?, ?)',
        id,
        kind,
        keys.sealEvidence(id, `${kind} ${id}`, bytes),
      );
    },
    dropEvidence(id, writer) {
      store.transaction(() => {
        if (writer !== 'witness') write('DELETE FROM consent_picture WHERE form_id = ?', id);
        if (writer === undefined) write('DELETE FROM consent_stroke WHERE form_id = ?', id);
        else write('DELETE FROM consent_stroke WHERE form_id = ? AND writer = ?', id, writer);
      });
    },
    close(form, files, also) {
      store.transaction(() => {
        also();
        write("DELETE FROM consent_file WHERE form_id = ? AND kind <> 'document'", form.id);
        for (const [kind, bytes] of Object.entries(files)) this.putFile(form.id, kind as FileKind, bytes);
        this.dropEvidence(form.id);
        this.save(form);
      });
      keys.destroyEvidence(form.id);
    },
    settle() {
      db.exec("UPDATE consent_form SET stage = 'queued' WHERE stage = 'finishing'");
      const closed = db.prepare('SELECT id, stage FROM consent_form').all();
      for (const row of closed) if (closedStages.has(String(row['stage']))) keys.destroyEvidence(String(row['id']));
    },
    forgetOld(before) {
      const old = db
        .prepare("SELECT * FROM consent_form WHERE created_at < ? AND stage IN ('done', 'abandoned')")
        .all(before);
      for (const row of old) {
        const id = String(row['id']);
        const isWaiting = row['stage'] === 'done' && formOf(row).state.signed?.upload !== 'uploaded';
        if (isWaiting) continue;
        store.transaction(() => {
          this.dropEvidence(id);
          write('DELETE FROM consent_file WHERE form_id = ?', id);
          write('DELETE FROM consent_form WHERE id = ?', id);
        });
      }
    },
    cached(personId, name) {
      const row = db.prepare('SELECT at, data FROM consent_cache WHERE person_id = ? AND name = ?').get(personId, name);
      if (!row) return undefined;
      const value = fromBytes(keys.open(`${name} of ${personId}`, row['data'] as Uint8Array));
      return { at: String(row['at']), value };
    },
    cache(personId, name, value, at) {
      write(
        'INSERT OR REPLACE INTO consent_cache (person_id, name, at, data) VALUES (?, ?, ?, ?)',
        personId,
        name,
        at,
        keys.seal(`${name} of ${personId}`, toBytes(value)),
      );
    },
  };
}
