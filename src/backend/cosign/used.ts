/** What serves once, or only so often: numbers and points of devices, requests, what is left in a limit. Kept in the store, for all processes. */
import { integer, text, type Store } from '../store/database.ts';
import type { Bucket } from './limits.ts';

export class Used {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** What was asked and answered under this number; `answer` null when its time is over. */
  answer(key: string, id: string): { question: string; answer: string | null; at: string } | undefined {
    const row = this.#store.get('SELECT question, answer, at FROM cosign_answers WHERE key = ? AND id = ?', key, id);
    return (
      row && {
        question: text(row, 'question'),
        answer: row['answer'] === null ? null : text(row, 'answer'),
        at: text(row, 'at'),
      }
    );
  }

  addAnswer(key: string, id: string, question: string, answer: string, at: string): void {
    this.#store.run(
      'INSERT INTO cosign_answers (key, id, question, answer, at) VALUES (?, ?, ?, ?, ?)',
      key,
      id,
      question,
      answer,
      at,
    );
  }

  /** False: this point was signed with before. */
  addPoint(key: string, pointSm3: string): boolean {
    return this.#store.run('INSERT OR IGNORE INTO cosign_points (key, point_sm3) VALUES (?, ?)', key, pointSm3) === 1;
  }

  /** Answers older than this lose their bytes; their numbers stay used. */
  forgetAnswers(before: string): void {
    this.#store.run('UPDATE cosign_answers SET answer = NULL WHERE at < ? AND answer IS NOT NULL', before);
  }

  /** False: a request of this id was taken before. */
  takeRequest(id: string, at: number): boolean {
    return this.#store.run('INSERT OR IGNORE INTO cosign_requests (id, at) VALUES (?, ?)', id, at) === 1;
  }

  /** At most so many that are older than `before`, and buckets nobody has taken from since. */
  forgetOld(before: number, atMost: number): void {
    this.#store.run(
      'DELETE FROM cosign_requests WHERE id IN (SELECT id FROM cosign_requests WHERE at < ? LIMIT ?)',
      before,
      atMost,
    );
    this.#store.run('DELETE FROM cosign_buckets WHERE at < ?', before);
  }

  bucket(name: string): Bucket | undefined {
    const row = this.#store.get('SELECT level, at FROM cosign_buckets WHERE key = ?', name);
    return row && { level: Number(row['level']), at: integer(row, 'at') };
  }

  setBucket(name: string, { level, at }: Bucket): void {
    this.#store.run(
      'INSERT INTO cosign_buckets (key, level, at) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET level = excluded.level, at = excluded.at',
      name,
      level,
      at,
    );
  }
}
