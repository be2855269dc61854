/** The register of records: versions, who has to sign them, what came of it. Plain data access; the rules stand in records.ts and life.ts. */
import type { Person } from '../login/persons.ts';
import { integer, text, type Row, type Store } from '../store/database.ts';
import { forPerson, orNull, signingOf, summaryOf, withdrawableLine, type Signing } from './lines.ts';
import type { Change, NewVersion, RecordSummary } from './types.ts';

export type { Signing } from './lines.ts';

export interface Version {
  readonly summary: RecordSummary;
  /** The newest version of this record. */
  readonly current: number;
  readonly documentSm3: string;
  readonly documentSize: number;
  readonly changes: readonly Change[];
  readonly signers: readonly Signing[];
  /** null where a record system named the author by name alone. */
  readonly authorId: string | null;
  /** Who made this version, where it is not the author. */
  readonly madeBy: string | null;
  readonly reason: string | null;
  readonly requestSm3: string | null;
  /** The record was taken back for good. */
  readonly withdrawnAt: string | null;
  readonly urgency: { readonly by: string; readonly at: string; readonly reason: string } | null;
}

export interface Signed {
  readonly sm3Before: string;
  readonly sm3After: string;
  readonly size: number;
  readonly certificateSerial: string;
  readonly receivedAt: string;
  /** Time of the signature as the document proves it. */
  readonly signedAt: string;
  /** Told by a time stamp, not by the signer's clock. */
  readonly trusted: boolean;
}

const VERSION = `SELECT r.*, r.version AS current, v.version AS this_version, v.submitted_at, v.document_sm3, v.document_size, v.changes, v.record,
    v.made_by, v.reason, v.request_sm3
  FROM versions v JOIN records r ON r.id = v.record`;

/** A carried line tells when it was signed on its own version. */
const SIGNERS = `SELECT s.*, p.name, p.title,
    CASE s.state WHEN 'carried' THEN (
      SELECT t.signed_at FROM signers t WHERE t.record = s.record AND t.version = s.signed_version AND t.level = s.level
    ) ELSE s.signed_at END AS signed_at
  FROM signers s JOIN persons p ON p.id = s.person`;

export class Register {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  has(id: string, version: number): boolean {
    return this.#store.get('SELECT 1 FROM versions WHERE record = ? AND version = ?', id, version) !== undefined;
  }

  /** Whether any version, as handed in or as signed on the way, is this document. */
  names(sm3: string): boolean {
    return (
      this.#store.get(
        `SELECT 1 FROM versions WHERE ?1 IN (original_sm3, document_sm3)
         UNION ALL SELECT 1 FROM signers WHERE ?1 IN (sm3_before, sm3_after)`,
        sm3,
      ) !== undefined
    );
  }

  /** Whether this signed document came in for another version of the record before: a signature that was withdrawn stays withdrawn. */
  signedElsewhere(id: string, version: number, sm3After: string): boolean {
    const found = this.#store.get(
      'SELECT 1 FROM signers WHERE record = ? AND version <> ? AND sm3_after = ?',
      ...[id, version, sm3After],
    );
    return found !== undefined;
  }

  count(): number {
    return integer(this.#store.get('SELECT count(*) AS n FROM records') ?? {}, 'n');
  }

  add(v: NewVersion, document: { sm3: string; size: number }): void {
    this.#store.transaction(() => {
      this.#store.run(
        `INSERT INTO records (id, type, title, department, ward, patient, author, author_id, urgent, must_review, by_intern, due_at, version)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET type = excluded.type, title = excluded.title, department = excluded.department,
           ward = excluded.ward, patient = excluded.patient, author = excluded.author, author_id = coalesce(excluded.author_id, author_id),
           urgent = excluded.urgent, must_review = excluded.must_review, by_intern = excluded.by_intern,
           due_at = coalesce(excluded.due_at, due_at), version = max(version, excluded.version)`,
        ...[v.id, v.type, v.title, v.department, v.ward, JSON.stringify(v.patient), v.author, v.authorId ?? null],
        ...[Number(v.urgent), Number(v.mustReview), Number(v.byIntern ?? false), v.dueAt ?? null, v.version],
      );
      this.#store.run(
        `INSERT INTO versions (record, version, submitted_at, original_sm3, document_sm3, document_size, changes, content, made_by, reason,
           request_sm3) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[v.id, v.version, v.submittedAt, document.sm3, document.sm3, document.size, JSON.stringify(v.changes)],
        ...[v.content ?? null, v.madeBy ?? null, v.reason ?? null, v.requestSm3 ?? null],
      );
      for (const [level, { personId, rank, rule, carried }] of v.signers
        .map((s) => ({ ...s, rank: s.level ?? null }))
        .entries()) {
        this.#store.run(
          'INSERT INTO signers (record, version, level, person, rank, rule, state, signed_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          ...[v.id, v.version, level, personId, rank, JSON.stringify(rule)],
          ...[carried === undefined ? 'waiting' : 'carried', carried ?? null],
        );
      }
      this.putPatient(v.patient, v.department, v.ward);
    });
  }

  putPatient(patient: NewVersion['patient'], department: string, ward: string): void {
    this.#store.run(
      `INSERT INTO patients (id, department, ward, data) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET department = excluded.department, ward = excluded.ward, data = excluded.data`,
      ...[patient.id, department, ward, JSON.stringify(patient)],
    );
  }

  /** Of one ward, by bed. */
  patients(department: string, ward: string): NewVersion['patient'][] {
    return this.#store
      .all('SELECT data FROM patients WHERE department = ? AND ward = ?', department, ward)
      .map((row) => JSON.parse(text(row, 'data')) as NewVersion['patient'])
      .sort((a, b) => a.bed.localeCompare(b.bed, 'zh', { numeric: true }) || (a.id < b.id ? -1 : 1));
  }

  version(id: string, version: number): Version | undefined {
    const row = this.#store.get(`${VERSION} WHERE v.record = ? AND v.version = ?`, id, version);
    return row === undefined ? undefined : this.#version(row);
  }

  current(id: string): Version | undefined {
    const row = this.#store.get(`${VERSION} AND r.version = v.version WHERE v.record = ?`, id);
    return row === undefined ? undefined : this.#version(row);
  }

  /** Oldest first. */
  versions(id: string): Version[] {
    return this.#store.all(`${VERSION} WHERE v.record = ? ORDER BY v.version`, id).map((row) => this.#version(row));
  }

  /** What the form of a version is rendered from; undefined where there is a document alone. */
  content(id: string, version: number): string | undefined {
    const row = this.#store.get('SELECT content FROM versions WHERE record = ? AND version = ?', id, version);
    return row === undefined ? undefined : (orNull(row, 'content') ?? undefined);
  }

  /** Whether the person signs, has signed or has written any version of the record. */
  concerns(id: string, personId: string): boolean {
    return (
      this.#store.get(
        'SELECT 1 FROM signers WHERE record = ?1 AND person = ?2 UNION ALL SELECT 1 FROM records WHERE id = ?1 AND author_id = ?2',
        ...[id, personId],
      ) !== undefined
    );
  }

  /** Current versions in which the person has a line of this state; for 'waiting' all lower levels have signed. Newest first. */
  list(person: Person, state: 'waiting' | 'signed' | 'returned'): RecordSummary[] {
    return this.#listed(
      `SELECT s.record, s.version FROM signers s
         JOIN records r ON r.id = s.record AND r.version = s.version
         JOIN versions v ON v.record = s.record AND v.version = s.version
         WHERE s.person = ? AND s.state = ? AND (? <> 'waiting' OR (r.withdrawn_at IS NULL AND NOT EXISTS (
           SELECT 1 FROM signers t WHERE t.record = s.record AND t.version = s.version
           AND (t.state IN ('returned', 'withdrawn') OR (t.level < s.level AND t.state NOT IN ('signed', 'carried'))))))
         GROUP BY s.record, s.version ORDER BY v.submitted_at DESC, s.record`,
      [person.id, state, state],
    ).map((v) => forPerson(v.summary, v.signers, person.id, 'to-sign'));
  }

  /** What was returned to the person who wrote it, and what he signed and the next level has not signed yet. Newest first. */
  mine(person: Person, mayWithdraw: (type: string) => boolean): RecordSummary[] {
    return this.#listed(
      `SELECT r.id AS record, r.version FROM records r JOIN versions v ON v.record = r.id AND v.version = r.version
         WHERE r.withdrawn_at IS NULL AND (
           (r.author_id = ?1 AND EXISTS (SELECT 1 FROM signers t WHERE t.record = r.id AND t.version = r.version AND t.state = 'returned'))
           OR (EXISTS (SELECT 1 FROM signers t WHERE t.record = r.id AND t.version = r.version AND t.state = 'signed' AND t.person = ?1)
             AND EXISTS (SELECT 1 FROM signers t WHERE t.record = r.id AND t.version = r.version AND t.state = 'waiting')))
         ORDER BY v.submitted_at DESC, r.id`,
      [person.id],
    ).flatMap(({ summary, signers }) => {
      if (signers.some((s) => s.state === 'returned'))
        return [forPerson(summary, signers, person.id, 'returned-to-me')];
      if (withdrawableLine(signers, person.id) === undefined || !mayWithdraw(summary.type)) return [];
      return [forPerson(summary, signers, person.id, 'signed-by-me')];
    });
  }

  sign(id: string, version: number, level: number, signed: Signed): void {
    this.#store.transaction(() => {
      this.#store.run(
        `UPDATE signers SET state = 'signed', sm3_before = ?, sm3_after = ?, certificate_serial = ?, received_at = ?, signed_at = ?,
           signed_trusted = ?, signed_version = version WHERE record = ? AND version = ? AND level = ?`,
        ...[signed.sm3Before, signed.sm3After, signed.certificateSerial, signed.receivedAt, signed.signedAt],
        ...[Number(signed.trusted), id, version, level],
      );
      this.#store.run(
        'UPDATE versions SET document_sm3 = ?, document_size = ? WHERE record = ? AND version = ?',
        ...[signed.sm3After, signed.size, id, version],
      );
    });
  }

  /** Closes a line: returned by its signer, or the signature on it withdrawn. What was signed stays named. */
  close(id: string, version: number, level: number, state: 'returned' | 'withdrawn', reason: string, at: string): void {
    this.#store.run(
      'UPDATE signers SET state = ?, reason = ?, closed_at = ? WHERE record = ? AND version = ? AND level = ?',
      ...[state, reason, at, id, version, level],
    );
  }

  /** Takes a record off everybody's list for good. */
  withdrawRecord(id: string, at: string): void {
    this.#store.run('UPDATE records SET withdrawn_at = ? WHERE id = ?', at, id);
  }

  urge(id: string, urgency: { by: string; at: string; reason: string } | null): void {
    this.#store.run(
      'UPDATE records SET urgent = ?, urgent_by = ?, urgent_at = ?, urgent_reason = ? WHERE id = ?',
      ...[Number(urgency !== null), urgency?.by ?? null, urgency?.at ?? null, urgency?.reason ?? null, id],
    );
  }

  /** `sql` gives record and version of each, in order. Two queries however long the list is. */
  #listed(sql: string, values: readonly string[]): Version[] {
    const listed = `WITH listed AS (SELECT *, row_number() OVER () AS place FROM (${sql}))`;
    const lines = new Map<string, Signing[]>();
    const key = (row: Row, version: string): string => `${integer(row, version)}/${text(row, 'record')}`;
    const signers = `${listed} ${SIGNERS} JOIN listed l ON l.record = s.record AND l.version = s.version ORDER BY s.level`;
    for (const row of this.#store.all(signers, ...values)) {
      const own = lines.get(key(row, 'version'));
      if (own === undefined) lines.set(key(row, 'version'), [signingOf(row)]);
      else own.push(signingOf(row));
    }
    const versions = `${listed} ${VERSION} JOIN listed l ON l.record = v.record AND l.version = v.version ORDER BY l.place`;
    return this.#store.all(versions, ...values).map((row) => versionOf(row, lines.get(key(row, 'this_version')) ?? []));
  }

  #version(row: Row): Version {
    const lines = this.#store.all(
      `${SIGNERS} WHERE s.record = ? AND s.version = ? ORDER BY s.level`,
      ...[text(row, 'id'), integer(row, 'this_version')],
    );
    return versionOf(row, lines.map(signingOf));
  }
}

function versionOf(row: Row, signers: readonly Signing[]): Version {
  const urgentAt = orNull(row, 'urgent_at');
  return {
    summary: summaryOf(row, signers),
    current: integer(row, 'current'),
    documentSm3: text(row, 'document_sm3'),
    documentSize: integer(row, 'document_size'),
    changes: JSON.parse(text(row, 'changes')) as Change[],
    signers,
    authorId: orNull(row, 'author_id'),
    madeBy: orNull(row, 'made_by'),
    reason: orNull(row, 'reason'),
    requestSm3: orNull(row, 'request_sm3'),
    withdrawnAt: orNull(row, 'withdrawn_at'),
    urgency:
      urgentAt === null ? null : { by: text(row, 'urgent_by'), at: urgentAt, reason: text(row, 'urgent_reason') },
  };
}
