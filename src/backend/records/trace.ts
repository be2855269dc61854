/** Every act on a record, who did it and when (电子病历应用管理规范 art. 14–16). Rows are only ever added. */
import { text, integer, type Store } from '../store/database.ts';
import { orNull } from './lines.ts';
import type { Change } from './types.ts';

export type RecordAct = 'submitted' | 'changed' | 'signed' | 'returned' | 'withdrawn' | 'urgent' | 'not-urgent';

export interface RecordEvent {
  readonly version: number;
  readonly at: string;
  /** Person id; null where a record system handed it in. */
  readonly person: string | null;
  readonly act: RecordAct;
  readonly detail: {
    readonly reason?: string;
    readonly changes?: readonly Change[];
    readonly sm3Before?: string;
    readonly sm3After?: string;
    readonly certificateSerial?: string;
  };
}

export class Trace {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  add(record: string, { version, at, person, act, detail }: RecordEvent): void {
    this.#store.run(
      'INSERT INTO record_events (record, version, at, person, act, detail) VALUES (?, ?, ?, ?, ?, ?)',
      ...[record, version, at, person, act, JSON.stringify(detail)],
    );
  }

  /** Oldest first. */
  of(record: string): RecordEvent[] {
    return this.#store
      .all('SELECT version, at, person, act, detail FROM record_events WHERE record = ? ORDER BY id', record)
      .map((row) => ({
        version: integer(row, 'version'),
        at: text(row, 'at'),
        person: orNull(row, 'person'),
        act: text(row, 'act') as RecordAct,
        detail: JSON.parse(text(row, 'detail')) as RecordEvent['detail'],
      }));
  }
}
