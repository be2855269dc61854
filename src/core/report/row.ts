/** A report in one line. */
import type { VerifyReport } from '#core/verify/index.ts';
import type { ReportRow } from './types.ts';

const LEVELS = ['none', 'B-B', 'B-T', 'B-LT', 'B-LTA'];
const RANK = { PASSED: 0, INDETERMINATE: 1, FAILED: 2 } as const;

/** `name`: path below the folder that was judged. */
export function reportRow(name: string, report: VerifyReport): ReportRow {
  const people = report.signatures.filter((s) => s.kind === 'signature');
  const levels = people.map((s) => s.level).sort((a, b) => LEVELS.indexOf(a) - LEVELS.indexOf(b));
  const times = people.flatMap((s) => (s.trustedTime === undefined ? [] : [s.trustedTime])).sort();
  return {
    name,
    size: report.size,
    verdict: report.verdict,
    signatures: people.length,
    signers: people.map((s) => s.signer?.commonName ?? s.fieldName),
    trustedTime: times.at(-1),
    level: levels[0] ?? '',
    sm3: report.sm3,
    reason: reasonOf(report),
  };
}

/** What weighs most against the file; undefined when nothing does. */
function reasonOf(report: VerifyReport): ReportRow['reason'] {
  const against = [...report.findings, ...report.signatures.flatMap((s) => s.findings)].filter(
    (f) => f.verdict !== 'PASSED',
  );
  const worst = against.sort((a, b) => RANK[b.verdict] - RANK[a.verdict])[0];
  if (worst === undefined) return undefined;
  const change = report.signatures.flatMap((s) => s.changesAfter).find((c) => !c.allowed);
  const { code, zh, en } = worst.code === 'CHANGED_AFTER_SIGNING' && change !== undefined ? change : worst;
  return { code, zh, en };
}
