/** One line per record: its step or how it ended, the milliseconds, and for a failure the cause and the next step. */
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { BatchRow } from '#shared/batch.ts';
import { Shape } from '../../components/Verdict.tsx';
import { span } from '../../format/size.ts';
import { dateTime } from '../../format/time.ts';
import { openSigned } from '../../state/batch.ts';
import { useDesk } from '../../state/store.ts';

/** px */
export const lineHeight = (row: BatchRow): number => (row.error === null ? 36 : 54);

function LineShape({ row }: { row: BatchRow }) {
  if (row.state === 'failed') return <Shape verdict="FAILED" />;
  if (row.state === 'signed') {
    return row.awaitsTime ? (
      <span className="shape late" aria-hidden="true">
        ◷
      </span>
    ) : (
      <Shape verdict="PASSED" />
    );
  }
  return <span className={`shape ${row.state === 'in-hand' ? 'in-hand' : 'waiting'}`} aria-hidden="true" />;
}

export function useSpan(): (ms: number) => string {
  const { t } = useTranslation();
  return (ms) => {
    const s = span(ms);
    return t(`span.${s.unit}`, { n: s.n });
  };
}

export function Line({ row, opening }: { row: BatchRow; opening: boolean }) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  const words = useSpan();
  return (
    <div className="batch-line" data-state={row.state} data-record={row.recordId}>
      <LineShape row={row} />
      <b>{row.patientName}</b>
      <span className="what">
        {row.title} <span className="faint">{t('worklist.nth', { n: row.version })}</span>
      </span>
      <span className="how">
        {row.state === 'signed' &&
          (row.awaitsTime
            ? t('batch.awaitsTime')
            : row.trustedTime === null
              ? t('worklist.signed')
              : t('verify.trusted', { at: dateTime(row.trustedTime) }))}
        {row.state === 'signed' && !row.uploaded && <span className="tag">{t('batch.awaitsUpload')}</span>}
        {row.state === 'in-hand' && (row.step === null ? t('worklist.signing') : t(`steps.${row.step}`))}
        {row.state === 'waiting' && t('batch.waiting')}
        {row.state === 'not-begun' && t('batch.notBegun')}
        {row.state === 'failed' && t('worklist.failed')}
      </span>
      <span className="ms faint">{row.milliseconds === null ? '' : words(row.milliseconds)}</span>
      <span className="act-cell">
        {row.state === 'signed' && (
          <Button size="small" tabIndex={-1} loading={opening} onClick={() => void openSigned(row)}>
            {t('worklist.open')}
          </Button>
        )}
      </span>
      {row.error !== null && (
        <span className={row.state === 'failed' ? 'why bad' : 'why'} title={row.error[language].next}>
          {row.error[language].what} {row.error[language].next} <span className="code">{row.error.code}</span>
        </span>
      )}
    </div>
  );
}
