/** The register of records: versions, who has to sign them, what came of it. Plain data access; the rules stand in records.ts. */
import type { Person } from '../login/persons.ts';
import { integer, text, type Row, type Store } from '../store/database.ts';
import type { Change, NewVersion, Patient, RecordSummary, SignedBy, SigningRule } from './types.ts';

export interface Version {
  readonly summary: RecordSummary;
  /** The newest version of this record. */
  readonly current: number;
  readonly documentSm3: string;
  readonly documentSize: number;
  readonly changes: readonly Change[];
  readonly signers: readonly Signing[];
}

/** One line of the list of signers. */
export interface Signing {
  readonly level: number;
  readonly personId: string;
  readonly rule: SigningRule;
  readonly state: 'waiting' | 'signed' | 'returned';
  readonly sm3Before: string;
  readonly sm3After: string;
  readonly certificateSerial: string;
  readonly receivedAt: string;
}

export interface Signed {
  readonly sm3Before: string;
  readonly sm3After: string;
  readonly size: number;
  readonly certificateSerial: string;
  readonly receivedAt: string;
  /** Time of the signature as the document proves it. */
  readonly signedAt: string;
}

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

  count(): number {
    return integer(this.#store.get('SELECT count(*) AS n FROM records') ?? {}, 'n');
  }

  add(v: NewVersion, document: { sm3: string; size: number }): void {
    this.#store.transaction(() => {
      this.#store.run(
        `INSERT INTO records (id, type, title, department, ward, patient, author, urgent, must_review, version)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET type = excluded.type, title = excluded.title, department = excluded.department,
           ward = excluded.ward, patient = excluded.patient, author = excluded.author, urgent = excluded.urgent,
           must_review = excluded.must_review, version = max(version, excluded.version)`,
        v.id,
        v.type,
        v.title,
        v.department,
        v.ward,
        JSON.stringify(v.patient),
        v.author,
        Number(v.urgent),
        Number(v.mustReview),
        v.version,
      );
      this.#store.run(
        `INSERT INTO versions (record, version, submitted_at, original_sm3, document_sm3, document_size, changes)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        v.id,
        v.version,
        v.submittedAt,
        document.sm3,
        document.sm3,
        document.size,
        JSON.stringify(v.changes),
      );
      for (const [level, signer] of v.signers.entries()) {
        this.#store.run(
          `INSERT INTO signers (record, version, level, person, rule, state) VALUES (?, ?, ?, ?, ?, 'waiting')`,
          v.id,
          v.version,
          level,
          signer.personId,
          JSON.stringify(signer.rule),
        );
      }
    });
  }

  version(id: string, version: number): Version | undefined {
    const row = this.#store.get(
      `SELECT r.*, r.version AS current, v.version AS this_version, v.submitted_at, v.document_sm3, v.document_size, v.changes
       FROM versions v JOIN records r ON r.id = v.record WHERE v.record = ? AND v.version = ?`,
      id,
      version,
    );
    if (row === undefined) return undefined;
    const signers = this.#store
      .all(
        `SELECT s.*, p.name, p.title FROM signers s JOIN persons p ON p.id = s.person
         WHERE s.record = ? AND s.version = ? ORDER BY s.level`,
        id,
        version,
      )
      .map((s) => ({ signing: signingOf(s), by: signedBy(s) }));
    return {
      summary: summaryOf(
        row,
        signers.flatMap(({ by }) => (by === undefined ? [] : [by])),
      ),
      current: integer(row, 'current'),
      documentSm3: text(row, 'document_sm3'),
      documentSize: integer(row, 'document_size'),
      changes: JSON.parse(text(row, 'changes')) as Change[],
      signers: signers.map(({ signing }) => signing),
    };
  }

  /** Current versions in which the person has a line of this state; for 'waiting' all lower levels have signed. Newest first. */
  list(person: Person, state: Signing['state']): RecordSummary[] {
    return this.#store
      .all(
        `SELECT s.record, s.version FROM signers s
         JOIN records r ON r.id = s.record AND r.version = s.version
         JOIN versions v ON v.record = s.record AND v.version = s.version
         WHERE s.person = ? AND s.state = ? AND (? <> 'waiting' OR NOT EXISTS (
           SELECT 1 FROM signers t WHERE t.record = s.record AND t.version = s.version
           AND (t.state = 'returned' OR (t.level < s.level AND t.state <> 'signed'))))
         GROUP BY s.record, s.version ORDER BY v.submitted_at DESC, s.record`,
        person.id,
        state,
        state,
      )
      .flatMap((row) => this.version(text(row, 'record'), integer(row, 'version'))?.summary ?? []);
  }

  sign(id: string, version: number, level: number, signed: Signed): void {
    this.#store.transaction(() => {
      this.#store.run(
        `UPDATE signers SET state = 'signed', sm3_before = ?, sm3_after = ?, certificate_serial = ?, received_at = ?, signed_at = ?
         WHERE record = ? AND version = ? AND level = ?`,
        signed.sm3Before,
        signed.sm3After,
        signed.certificateSerial,
        signed.receivedAt,
        signed.signedAt,
        id,
        version,
        level,
      );
      this.#store.run(
        'UPDATE versions SET document_sm3 = ?, document_size = ? WHERE record = ? AND version = ?',
        signed.sm3After,
        signed.size,
        id,
        version,
      );
    });
  }

  return(id: string, version: number, level: number, reason: string, at: string): void {
    this.#store.run(
      `UPDATE signers SET state = 'returned', reason = ?, received_at = ? WHERE record = ? AND version = ? AND level = ?`,
      reason,
      at,
      id,
      version,
      level,
    );
  }
}

function summaryOf(row: Row, signed: readonly SignedBy[]): RecordSummary {
  return {
    id: text(row, 'id'),
    version: integer(row, 'this_version'),
    type: text(row, 'type'),
    title: text(row, 'title'),
    department: text(row, 'department'),
    ward: text(row, 'ward'),
    patient: JSON.parse(text(row, 'patient')) as Patient,
    signedBy: signed,
    author: text(row, 'author'),
    submittedAt: text(row, 'submitted_at'),
    urgent: integer(row, 'urgent') === 1,
    mustReview: integer(row, 'must_review') === 1,
  };
}

function signingOf(row: Row): Signing {
  return {
    level: integer(row, 'level'),
    personId: text(row, 'person'),
    // Rules written by an earlier version name neither layout nor seal.
    rule: { layout: null, seal: null, ...(JSON.parse(text(row, 'rule')) as Omit<SigningRule, 'layout' | 'seal'>) },
    state: text(row, 'state') as Signing['state'],
    sm3Before: text(row, 'sm3_before'),
    sm3After: text(row, 'sm3_after'),
    certificateSerial: text(row, 'certificate_serial'),
    receivedAt: text(row, 'received_at'),
  };
}

function signedBy(row: Row): SignedBy | undefined {
  if (text(row, 'state') !== 'signed') return undefined;
  return { name: text(row, 'name'), title: text(row, 'title'), at: text(row, 'signed_at') };
}
