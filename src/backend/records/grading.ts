/**
 * What grading inspections count (电子病历系统应用水平分级评价标准 2018, table 4): 01.06.6 signature record = {id of the signed content,
 * signing time, signing doctor} and submit time ≤ signing time; 01.06.5 modification record = {modifying doctor, time, content after}.
 */
import { YqError } from '#core/errors/index.ts';
import type { Persons } from '../login/persons.ts';
import { integer, text, type Row, type Store } from '../store/database.ts';
import { orNull } from './lines.ts';
import type { RecordEvent } from './trace.ts';
import type { Level } from './types.ts';

export interface GradingRoom {
  readonly store: Store;
  readonly persons: Persons;
  readonly clock: () => Date;
}

export interface Who {
  readonly id: string;
  readonly name: string;
}

export interface GradingSignature {
  /** record/version/SM3 of the document that was signed. */
  readonly contentId: string;
  readonly recordId: string;
  readonly version: number;
  readonly contentSm3: string;
  /** Of the document with this signature. */
  readonly signedSm3: string;
  readonly type: string;
  readonly level: Level | null;
  readonly role: string;
  readonly doctor: Who;
  readonly signedAt: string;
  readonly trusted: boolean | null;
  readonly submittedAt: string;
  readonly submittedFirst: boolean;
  readonly certificateSerial: string;
  readonly complete: boolean;
  /** Taken back later; it was made all the same. */
  readonly withdrawn: boolean;
}

export interface GradingModification {
  readonly recordId: string;
  readonly version: number;
  readonly type: string;
  readonly doctor: Who;
  readonly at: string;
  readonly where: string;
  readonly before: string;
  readonly after: string;
  readonly reason: string;
  readonly complete: boolean;
}

export interface GradingRates {
  readonly signatures: number;
  readonly complete: number;
  readonly submittedFirst: number;
  readonly trusted: number;
  readonly modifications: number;
  readonly modificationsComplete: number;
  readonly completeRate: number | null;
  readonly submittedFirstRate: number | null;
  readonly trustedRate: number | null;
  readonly modificationsCompleteRate: number | null;
}

/** `from` and `to`: a day of the hospital (UTC+8), `to` to its end, or an instant. */
export function grading(room: GradingRoom, { from, to }: { readonly from?: string; readonly to?: string }) {
  const [start, end] = [instant(from, 0), instant(to, DAY)];
  const within = (at: string): boolean => (start === null || at >= start) && (end === null || at < end);
  const signatures = signatureRecords(room).filter((s) => within(s.signedAt));
  const modifications = modificationRecords(room).filter((m) => within(m.at));
  const names = [...new Set([...signatures, ...modifications].map((r) => r.type))].sort((a, b) =>
    a.localeCompare(b, 'zh'),
  );
  const total = ratesOf(signatures, modifications);
  const counted = [total.completeRate, total.submittedFirstRate, total.modificationsCompleteRate].filter(
    (r) => r !== null,
  );
  return {
    from: start,
    to: end,
    at: room.clock().toISOString(),
    signatures,
    modifications,
    types: names.map((type) => ({
      type,
      ...ratesOf(
        signatures.filter((s) => s.type === type),
        modifications.filter((m) => m.type === type),
      ),
    })),
    total,
    qualityIndex: counted.length === 0 ? null : Math.min(...counted),
  };
}

const DAY = 86_400_000;

function instant(given: string | undefined, length: number): string | null {
  if (given === undefined) return null;
  const at = given.includes('T') ? Date.parse(given) : Date.parse(`${given}T00:00:00+08:00`) + length;
  if (Number.isNaN(at)) throw new YqError('BACKEND_REQUEST', { params: { where: `query ${given}` } });
  return new Date(at).toISOString();
}

function signatureRecords({ store }: GradingRoom): GradingSignature[] {
  return store
    .all(
      `SELECT s.*, r.type, v.submitted_at, p.name FROM signers s
       JOIN records r ON r.id = s.record JOIN versions v ON v.record = s.record AND v.version = s.version
       JOIN persons p ON p.id = s.person WHERE s.sm3_after IS NOT NULL ORDER BY s.signed_at, s.record, s.version, s.level`,
    )
    .map((row) => {
      const [recordId, version, contentSm3] = [text(row, 'record'), integer(row, 'version'), text(row, 'sm3_before')];
      const doctor = { id: text(row, 'person'), name: text(row, 'name') };
      const [signedAt, submittedAt] = [text(row, 'signed_at'), text(row, 'submitted_at')];
      return {
        contentId: `${recordId}/${version}/${contentSm3}`,
        ...{ recordId, version, contentSm3, signedSm3: text(row, 'sm3_after'), type: text(row, 'type') },
        level: orNull(row, 'rank') as Level | null,
        role: roleOf(row),
        ...{ doctor, signedAt, submittedAt },
        trusted: row['signed_trusted'] == null ? null : integer(row, 'signed_trusted') === 1,
        // A time stamp tells whole seconds.
        submittedFirst: seconds(submittedAt) <= seconds(signedAt),
        certificateSerial: text(row, 'certificate_serial'),
        complete: [recordId, contentSm3, signedAt, doctor.id, doctor.name].every((part) => part !== ''),
        withdrawn: text(row, 'state') === 'withdrawn',
      };
    });
}

const seconds = (at: string): number => Math.floor(Date.parse(at) / 1000);
const roleOf = (row: Row): string => (JSON.parse(text(row, 'rule')) as { role?: string }).role ?? '';

/** One per changed place; a text that was taken out has nothing after it, and its place says what is gone. */
function modificationRecords({ store, persons }: GradingRoom): GradingModification[] {
  return store
    .all(
      `SELECT e.record, e.version, e.at, e.person, e.detail, r.type FROM record_events e JOIN records r ON r.id = e.record
       WHERE e.act = 'changed' ORDER BY e.id`,
    )
    .flatMap((row) => {
      const { changes = [], reason = '' } = JSON.parse(text(row, 'detail')) as RecordEvent['detail'];
      const doctor = { id: text(row, 'person'), name: persons.get(text(row, 'person'))?.name ?? '' };
      const at = text(row, 'at');
      return changes.map(({ where, before, after }) => ({
        ...{ recordId: text(row, 'record'), version: integer(row, 'version'), type: text(row, 'type'), doctor, at },
        ...{ where, before, after, reason },
        complete: doctor.id !== '' && doctor.name !== '' && at !== '' && where !== '',
      }));
    });
}

function ratesOf(signatures: readonly GradingSignature[], modifications: readonly GradingModification[]): GradingRates {
  const count = <T>(of: readonly T[], which: (one: T) => boolean): number => of.filter(which).length;
  const [complete, submittedFirst] = [count(signatures, (s) => s.complete), count(signatures, (s) => s.submittedFirst)];
  const trusted = count(signatures, (s) => s.trusted === true);
  const modificationsComplete = count(modifications, (m) => m.complete);
  const rate = (part: number, all: readonly unknown[]): number | null => (all.length === 0 ? null : part / all.length);
  return {
    ...{ signatures: signatures.length, complete, submittedFirst, trusted },
    ...{ modifications: modifications.length, modificationsComplete },
    completeRate: rate(complete, signatures),
    submittedFirstRate: rate(submittedFirst, signatures),
    trustedRate: rate(trusted, signatures),
    modificationsCompleteRate: rate(modificationsComplete, modifications),
  };
}
