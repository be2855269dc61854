/** Taking in a record: its chain of signers is held against the rules of its type before anybody is asked to sign. */
import { YqError } from '#core/errors/index.ts';
import type { Persons } from '../login/persons.ts';
import type { Store } from '../store/database.ts';
import type { Register } from './register.ts';
import { rankOf, type RecordRules, type TypeRule } from './rules.ts';
import type { Trace } from './trace.ts';
import type { Level, NewSigner, NewVersion } from './types.ts';

export interface IntakeRoom {
  readonly store: Store;
  readonly register: Register;
  readonly rules: RecordRules;
  readonly persons: Persons;
  readonly trace: Trace;
}

export interface HandedIn extends NewVersion {
  /** When the deadline begins: admission, end of the operation … ISO 8601. */
  readonly eventAt?: string | undefined;
}

const HOUR = 3_600_000;

/**
 * Registers a version of a record with its document. Levels that are not named come from the signers' titles.
 * @throws YqError RECORD_RULES when the chain does not fit the type
 */
export function takeIn(room: IntakeRoom, given: HandedIn, document: { sm3: string; size: number }): NewVersion {
  const rule = room.rules.type(given.type);
  const { eventAt, ...version } = given;
  const signers = given.signers.map((s): NewSigner => ({ ...s, level: s.level ?? levelOf(room, s.personId) }));
  const author = given.authorId === undefined ? undefined : room.persons.get(given.authorId);
  const byIntern = author !== undefined && room.rules.standing(author.title)?.licensed === false;
  if (rule !== undefined) checkChain(room, rule, signers, byIntern || signers.some((s) => s.level === 'intern'));
  const admitted: NewVersion = {
    ...version,
    signers,
    byIntern,
    urgent: given.urgent || (rule?.urgent ?? false),
    mustReview: given.mustReview || (rule !== undefined && (rule.mustReview || !rule.batchAllowed)),
    dueAt:
      eventAt === undefined || rule?.deadline == null
        ? null
        : new Date(Date.parse(eventAt) + rule.deadline.hours * HOUR).toISOString(),
  };
  room.store.transaction(() => {
    room.register.add(admitted, document);
    room.trace.add(given.id, {
      version: given.version,
      at: given.submittedAt,
      person: given.authorId ?? null,
      act: 'submitted',
      detail: { sm3After: document.sm3, ...(given.changes.length > 0 && { changes: given.changes }) },
    });
  });
  return admitted;
}

function levelOf(room: IntakeRoom, personId: string): Level | undefined {
  return room.rules.standing(room.persons.get(personId)?.title ?? '')?.level;
}

function checkChain(room: IntakeRoom, rule: TypeRule, signers: readonly NewSigner[], byIntern: boolean): void {
  const refuse = (zh: string, en: string): never => {
    throw new YqError('RECORD_RULES', {
      params: { 'type.zh': rule.name, 'type.en': rule.en, 'reason.zh': zh, 'reason.en': en },
    });
  };
  const ranks = signers.map((s) => (s.level === undefined ? -1 : rankOf(s.level)));
  for (const [i, { personId, level }] of signers.entries()) {
    const person = room.persons.get(personId);
    if (person === undefined) return refuse(`没有工号 ${personId}`, `there is no person ${personId}`);
    if ((ranks[i] ?? 0) < (ranks[i - 1] ?? -1)) refuse('签署次序应由低到高', 'signers go from low to high');
    if (level !== undefined && level !== 'intern' && !room.rules.reaches(person.title, level)) {
      refuse(`${person.name}（${person.title}）不能签署这一级`, `${person.name} may not sign at this level`);
    }
  }
  for (const { level, role, required } of rule.levels) {
    if (required && !signers.some((s) => s.level === level)) refuse(`缺少${role.zh}`, `the ${role.en} is missing`);
  }
  if (!byIntern) return;
  const needs = rule.internNeeds;
  if (needs === null) return refuse('实习人员不得书写', 'interns do not write it');
  const superior = signers.some(
    ({ personId, level }) =>
      level !== undefined &&
      rankOf(level) >= rankOf(needs) &&
      room.rules.standing(room.persons.get(personId)?.title ?? '')?.licensed === true,
  );
  if (!superior)
    refuse('实习人员书写的病历须由本机构注册的上级医师签署', 'an intern’s record needs a superior licensed here');
}
