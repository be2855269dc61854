/** The six steps as a line that fills, with the milliseconds each took. */
import { useTranslation } from 'react-i18next';
import type { SigningStep, SignProgress } from '#shared/models.ts';

export const STEPS: readonly SigningStep[] = ['prepare', 'sign', 'timestamp', 'seal', 'selfcheck', 'archive'];

export function Steps({ progress }: { progress: Readonly<Partial<Record<SigningStep, SignProgress>>> }) {
  const { t } = useTranslation();
  return (
    <ol className="steps" aria-label={t('review.progress')}>
      {STEPS.map((s) => {
        const p = progress[s];
        return (
          <li
            key={s}
            className={p?.state ?? ''}
            data-step={s}
            data-state={p?.state ?? 'waiting'}
            data-milliseconds={p?.milliseconds}
          >
            {t(`steps.${s}`)}
            <small>
              {p === undefined
                ? ''
                : p.state === 'begun'
                  ? '…'
                  : p.state === 'failed'
                    ? '✕'
                    : `${Math.round(p.milliseconds ?? 0)} ms`}
            </small>
          </li>
        );
      })}
    </ol>
  );
}
