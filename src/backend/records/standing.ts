/** Who may do what with a record now. One place for it: what the desk is shown as possible is what is accepted. */
import { YqError } from '#core/errors/index.ts';
import type { Person } from '../login/persons.ts';
import { nextLine, withdrawableLine, type Signing } from './lines.ts';
import type { Version } from './register.ts';
import type { RecordRules } from './rules.ts';

/** How the record type words a line. */
export function roleOf(
  rules: RecordRules,
  type: string,
  line: Pick<Signing, 'rank' | 'rule'>,
): { zh: string; en: string } {
  const named = rules.type(type)?.levels.find((l) => l.level === line.rank)?.role;
  return named ?? { zh: line.rule.role, en: line.rule.role };
}

/** Throws RECORD_LEVEL when the person's title does not reach what the line asks for, or he is not licensed here. */
export function refuseLevel(rules: RecordRules, type: string, line: Signing, person: Person): void {
  if (rules.reaches(person.title, line.rank)) return;
  const role = roleOf(rules, type, line);
  throw new YqError('RECORD_LEVEL', { params: { 'role.zh': role.zh, 'role.en': role.en } });
}

export interface May {
  readonly edit: boolean;
  readonly sign: boolean;
  readonly return: boolean;
  readonly withdraw: boolean;
  readonly urge: boolean;
}

/** Of the current version. `editable`: the version has a text that can be changed here. */
export function mayOf(rules: RecordRules, version: Version, person: Person, editable: boolean): May {
  const { signers, authorId, withdrawnAt } = version;
  if (withdrawnAt !== null) return { edit: false, sign: false, return: false, withdraw: false, urge: false };
  const next = nextLine(signers);
  const isNext = next?.personId === person.id;
  const isAuthor = authorId === person.id;
  const returned = signers.some((s) => s.state === 'returned');
  const reaches = next !== undefined && rules.reaches(person.title, next.rank);
  return {
    edit: editable && ((isNext && (reaches || isAuthor)) || (returned && isAuthor)),
    sign: isNext && reaches,
    return: isNext && !isAuthor,
    withdraw: (returned && isAuthor) || withdrawalOf(rules, version, person) !== undefined,
    urge: returned || signers.some((s) => s.state === 'waiting'),
  };
}

/** The line whose signature the person may take back. */
export function withdrawalOf(rules: RecordRules, { signers, summary }: Version, person: Person): Signing | undefined {
  if (rules.type(summary.type)?.mayWithdraw === false) return undefined;
  return withdrawableLine(signers, person.id);
}
