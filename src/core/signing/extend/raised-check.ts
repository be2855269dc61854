/** The judge's word on what was raised: no signature worse than before, every PAdES signature at the level asked for. */
import { YqError } from '#core/errors/index.ts';
import type { SignatureReport, Verdict, VerifyReport } from '#core/verify/index.ts';
import type { SignatureLevel } from '../types.ts';

const VERDICTS: readonly Verdict[] = ['FAILED', 'INDETERMINATE', 'PASSED'];
const LEVELS: readonly SignatureReport['level'][] = ['none', 'B-B', 'B-T', 'B-LT', 'B-LTA'];

export const isAtLeast = (level: SignatureReport['level'], asked: SignatureLevel): boolean =>
  LEVELS.indexOf(level) >= LEVELS.indexOf(asked);

/** The lowest level of the PAdES signatures; undefined when the file has other formats only. */
export function lowestLevel({ signatures }: VerifyReport): SignatureLevel | undefined {
  const reached = signatures.flatMap(({ kind, level }) => (kind === 'signature' && level !== 'none' ? [level] : []));
  return reached.toSorted((a, b) => LEVELS.indexOf(a) - LEVELS.indexOf(b))[0];
}

/** @throws LASTING_SELF_CHECK */
export function checkRaised(
  before: VerifyReport,
  after: VerifyReport,
  { level, sm3 }: { readonly level: SignatureLevel; readonly sm3: string },
): void {
  const refuse = (detail: string): YqError => new YqError('LASTING_SELF_CHECK', { detail });
  if (after.sm3 !== sm3) throw refuse(`SM3 ${after.sm3} instead of ${sm3}`);
  if (after.signatures.length < before.signatures.length) throw refuse('a signature is lost');
  for (const [i, old] of before.signatures.entries()) {
    const now = after.signatures[i];
    if (now === undefined || now.fieldName !== old.fieldName) throw refuse(`signature ${old.fieldName} is lost`);
    if (isWorse(now, old)) throw refuse(`${now.fieldName}: ${old.verdict} became ${codes(now)}`);
  }
  const short = after.signatures.find(
    (s) => s.kind === 'signature' && s.level !== 'none' && !isAtLeast(s.level, level),
  );
  if (short !== undefined) throw refuse(`${short.fieldName} reached ${short.level}: ${codes(short)}`);
  const stamp = after.signatures.find((s) => s.kind === 'document-timestamp' && s.verdict !== 'PASSED');
  if (stamp !== undefined) throw refuse(`${stamp.fieldName}: ${codes(stamp)}`);
}

const isWorse = (now: SignatureReport, old: SignatureReport): boolean =>
  VERDICTS.indexOf(now.verdict) < VERDICTS.indexOf(old.verdict) ||
  LEVELS.indexOf(now.level) < LEVELS.indexOf(old.level) ||
  (old.trustedTime !== undefined && now.trustedTime === undefined);

const codes = ({ verdict, findings }: SignatureReport): string => {
  const bad = findings.filter((f) => f.verdict !== 'PASSED');
  return [verdict, ...bad.map((f) => `${f.code}${f.detail === undefined ? '' : ` (${f.detail})`}`)].join(' ');
};
