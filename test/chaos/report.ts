/** What a run has done and found: deaths by the kind of point at which they fell, violations, time. */
import type { Violation } from './invariants/check.ts';

export interface Struck {
  readonly flow: string;
  /** Name of the point, or why it was struck from outside. */
  readonly point: string;
  readonly how: string;
}

export interface Report {
  readonly strikes: Struck[];
  readonly violations: (Violation & { readonly after: string })[];
  /** Told of each strike and what was found after it, as it happens. */
  tell: (line: string) => void;
  /** Rounds in which the chosen point was not reached any more. */
  missed: number;
  readonly notes: string[];
}

export const newReport = (tell: Report['tell'] = () => undefined): Report => ({
  strikes: [],
  violations: [],
  missed: 0,
  notes: [],
  tell,
});

/** `store UPDATE upload after` → `store upload`: which part of the way, not which side of which call. */
export function stageOf({ flow, point }: Struck): string {
  if (flow === 'network') return point;
  const words = point.replace(/ (before|after|asked|answered)$/, '').split(' ');
  switch (words[0]) {
    case 'store':
      return words[2] === undefined ? 'store: transaction' : `store: ${words[2]}`;
    case 'file':
      return `file: ${words.at(-1)!}`;
    case 'key':
      return `key: ${words[1]!}`;
    case 'network':
      return `network: ${words.slice(1).join(' ')}`;
    case 'told':
      return `signing: ${words[2] ?? ''}`;
    default:
      return point;
  }
}

export function histogram(strikes: readonly Struck[]): string[] {
  const counts = new Map<string, number>();
  for (const s of strikes) {
    const key = `${s.flow.padEnd(10)} ${stageOf(s)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([stage, n]) => `  ${String(n).padStart(4)}  ${stage}`);
}

export const countOf = (report: Report, kind: Violation['kind']): number =>
  report.violations.filter((v) => v.kind === kind).length;
