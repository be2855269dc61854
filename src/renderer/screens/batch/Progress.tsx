/** One bar for the whole list: signed, signed without a trusted time, failed; and how long it will still take. */
import { useTranslation } from 'react-i18next';
import type { BatchView } from '#shared/batch.ts';
import { useSpan } from './Lines.tsx';

type Counts = Omit<BatchView, 'rows'>;
export const openCount = (v: Counts): number => Math.max(0, v.total - v.signed - v.failed - v.notBegun);

export function ProgressBar({ view }: { view: Counts }) {
  const { t } = useTranslation();
  const share = (n: number) => `${view.total === 0 ? 0 : (n / view.total) * 100}%`;
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={t('review.progress')}
      aria-valuemin={0}
      aria-valuemax={view.total}
      aria-valuenow={view.signed + view.failed}
      aria-valuetext={t('batch.counts', { signed: view.signed, failed: view.failed, left: openCount(view) })}
    >
      <i style={{ width: share(view.signed - view.awaitsTime) }} />
      <b style={{ width: share(view.awaitsTime) }} />
      <em style={{ width: share(view.failed) }} />
    </div>
  );
}

export function TimeLeft({ view }: { view: Counts }) {
  const { t } = useTranslation();
  const words = useSpan();
  if (view.state === 'finished' || view.state === 'interrupted')
    return <span className="muted">{t('batch.took', { time: words(view.elapsed) })}</span>;
  return (
    <span className="muted" data-left={view.left ?? ''}>
      {view.left === null ? t('batch.reckoning') : t('batch.left', { time: words(view.left) })}
    </span>
  );
}
