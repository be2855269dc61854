/** Rows of the register as objects. */
import { integer, text, type Row } from '../store/database.ts';
import type { Level, Patient, RecordSummary, SignedBy, SigningRule } from './types.ts';

/** One line of the list of signers. */
export interface Signing {
  /** Place in the chain, from 0. */
  readonly level: number;
  readonly personId: string;
  readonly name: string;
  readonly title: string;
  /** What the line asks for; null where nobody has said. */
  readonly rank: Level | null;
  readonly rule: SigningRule;
  /** carried: signed on an earlier version, and not to be signed again on this one. */
  readonly state: 'waiting' | 'signed' | 'returned' | 'withdrawn' | 'carried';
  readonly sm3Before: string;
  readonly sm3After: string;
  readonly certificateSerial: string;
  readonly receivedAt: string;
  /** Time of the signature as the document proves it; of `carried`, on the version that was signed. */
  readonly signedAt: string;
  /** null: taken in before this was kept. */
  readonly signedTrusted: boolean | null;
  readonly signedVersion: number | null;
  /** Of a return or a withdrawal. */
  readonly closedAt: string;
  readonly reason: string;
}

/** Whether the line stands in nobody's way. */
export const isSettled = ({ state }: Pick<Signing, 'state'>): boolean => state === 'signed' || state === 'carried';

export const orNull = (row: Row, column: string): string | null => (row[column] == null ? null : text(row, column));

export function signingOf(row: Row): Signing {
  return {
    level: integer(row, 'level'),
    personId: text(row, 'person'),
    name: text(row, 'name'),
    title: text(row, 'title'),
    rank: orNull(row, 'rank') as Level | null,
    // Rules written by an earlier version name neither layout nor seal.
    rule: { layout: null, seal: null, ...(JSON.parse(text(row, 'rule')) as Omit<SigningRule, 'layout' | 'seal'>) },
    state: text(row, 'state') as Signing['state'],
    sm3Before: text(row, 'sm3_before'),
    sm3After: text(row, 'sm3_after'),
    certificateSerial: text(row, 'certificate_serial'),
    receivedAt: text(row, 'received_at'),
    signedAt: text(row, 'signed_at'),
    signedTrusted: row['signed_trusted'] == null ? null : integer(row, 'signed_trusted') === 1,
    signedVersion: row['signed_version'] == null ? null : integer(row, 'signed_version'),
    closedAt: text(row, 'closed_at'),
    reason: text(row, 'reason'),
  };
}

export function summaryOf(row: Row, lines: readonly Signing[]): RecordSummary {
  const returned = lines.find((l) => l.state === 'returned');
  return {
    id: text(row, 'id'),
    version: integer(row, 'this_version'),
    type: text(row, 'type'),
    title: text(row, 'title'),
    department: text(row, 'department'),
    ward: text(row, 'ward'),
    patient: JSON.parse(text(row, 'patient')) as Patient,
    signedBy: lines.filter(isSettled).map(({ name, title, signedAt }): SignedBy => ({ name, title, at: signedAt })),
    author: text(row, 'author'),
    submittedAt: text(row, 'submitted_at'),
    urgent: integer(row, 'urgent') === 1,
    mustReview: integer(row, 'must_review') === 1,
    mine: 'to-sign',
    level: null,
    dueAt: orNull(row, 'due_at'),
    returnReason: returned?.reason ?? null,
    byIntern: integer(row, 'by_intern') === 1,
  };
}

/** The line that is to be signed now. */
export function nextLine(lines: readonly Signing[]): Signing | undefined {
  if (lines.some((s) => s.state === 'returned' || s.state === 'withdrawn')) return undefined;
  return lines.find((s) => s.state === 'waiting');
}

/** The person's signature that the next level has not yet built upon; undefined when the record is signed by all. */
export function withdrawableLine(lines: readonly Signing[], personId: string): Signing | undefined {
  if (nextLine(lines) === undefined) return undefined;
  const last = lines.filter((s) => s.state === 'signed').at(-1);
  return last?.personId === personId ? last : undefined;
}

/** The summary as it is to one person. */
export function forPerson(
  summary: RecordSummary,
  lines: readonly Signing[],
  personId: string,
  mine: RecordSummary['mine'],
) {
  const next = nextLine(lines);
  const own = next?.personId === personId ? next : lines.filter((l) => l.personId === personId).at(-1);
  return { ...summary, mine, level: own === undefined ? null : { at: own.level + 1, of: lines.length } };
}
