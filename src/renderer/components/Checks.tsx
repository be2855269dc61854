/** The steps of a check, in their order: what was looked at, and how it came out. */
import type { FindingView } from '#shared/models.ts';
import { useDesk } from '../state/store.ts';
import { Shape, VerdictWord } from './Verdict.tsx';

export function Checks({ findings, label }: { findings: readonly FindingView[]; label: string }) {
  const language = useDesk((s) => s.settings.language);
  return (
    <ol className="findings" aria-label={label}>
      {findings.map((f, i) => (
        <li key={`${f.code}-${i}`} data-check={f.code} data-verdict={f.verdict}>
          <Shape verdict={f.verdict} />
          <span>
            <VerdictWord verdict={f.verdict} />
            {f[language]}{' '}
            <span className="faint code">{f.detail === undefined ? f.code : `${f.code} · ${f.detail}`}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
