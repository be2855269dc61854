/** A verdict is shape, word and colour together, never colour alone. */
import { useTranslation } from 'react-i18next';

export type VerdictName = 'PASSED' | 'FAILED' | 'INDETERMINATE';
const shapes = { PASSED: '✓', FAILED: '✕', INDETERMINATE: '?' } as const;
const tones = { PASSED: 'jade', FAILED: 'rose', INDETERMINATE: 'amber' } as const;

export function Shape({ verdict }: { verdict: VerdictName }) {
  return (
    <span className={`shape ${verdict}`} aria-hidden="true">
      {shapes[verdict]}
    </span>
  );
}
export function VerdictTag({ verdict }: { verdict: VerdictName }) {
  const { t } = useTranslation();
  return <span className={`tag ${tones[verdict]}`}>{t(`verify.${verdict}`)}</span>;
}
/** For ears only, where the shape already says it to the eye. */
export function VerdictWord({ verdict }: { verdict: VerdictName }) {
  const { t } = useTranslation();
  return <span className="visually-hidden">{t(`verify.${verdict}`)} </span>;
}
