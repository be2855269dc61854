import { Checkbox } from 'antd';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordSummary } from '#shared/models.ts';
import { ago, dateTime } from '../../format/time.ts';
import { refusedUpload, selectable } from '../../state/list.ts';
import { useDesk } from '../../state/store.ts';
import { DueTag } from '../life/Marks.tsx';

/** px; the virtual list counts on it. */
export const ROW = 36;
/** px; the head stays at the top of the list. */
export const HEAD = 34;

export function useAgo(now: number): (iso: string) => string {
  const { t } = useTranslation();
  return (iso) => {
    const a = ago(iso, now);
    return a.unit === 'now' ? t('time.now') : t(`time.${a.unit}`, { n: a.n });
  };
}

function Note({ record, approved, now }: { record: RecordSummary; approved: boolean; now: number }) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  if (record.state === 'upload-pending') return <span className="tag jade">{t('worklist.uploadPending')}</span>;
  if (record.state === 'signing') return <span className="tag jade">{t('worklist.signing')}</span>;
  if (approved) return <span className="tag jade">{t('worklist.approvedTag')}</span>;
  const open = record.mine !== 'signed-by-me';
  return (
    <>
      {record.urgent && <span className="tag ink">{t('worklist.urgent')}</span>}
      {refusedUpload(record) && (
        <span className="tag rose">
          {t('worklist.refusedTag')}
          {record.error !== null && ` · ${record.error[language].what}`}
        </span>
      )}
      {record.state === 'failed' && !refusedUpload(record) && (
        <span className="tag rose">
          {t('worklist.failed')}
          {record.error !== null && ` · ${record.error[language].what}`}
        </span>
      )}
      {record.returnReason !== null && (
        <span className="tag amber" title={record.returnReason}>
          {t('worklist.returnedFor', { reason: record.returnReason })}
        </span>
      )}
      {open && record.dueAt !== null && <DueTag at={record.dueAt} now={now} />}
      {record.byIntern && <span className="tag amber">{t('life.intern')}</span>}
      {open && record.mustReview && <span className="tag amber">{t('worklist.mustReview')}</span>}
      {record.level !== null && record.level.of > 1 && record.returnReason === null && (
        <span className="tag">{t('life.level', record.level)}</span>
      )}
    </>
  );
}

export interface RowProps {
  readonly id: string;
  readonly record: RecordSummary;
  /** px from the top of the list. */
  readonly y: number;
  readonly index: number;
  readonly now: number;
  readonly cursor: boolean;
  readonly selected: boolean;
  readonly approved: boolean;
  readonly child: boolean;
  readonly onCursor: (record: RecordSummary) => void;
  readonly onOpen: (record: RecordSummary) => void;
  readonly onToggle: (record: RecordSummary) => void;
}

export const Row = memo(function Row(p: RowProps) {
  const { t } = useTranslation();
  const when = useAgo(p.now);
  const r = p.record;
  const classes = [
    'row',
    p.selected && 'selected',
    p.cursor && 'cursor',
    p.child && 'child',
    r.state === 'upload-pending' && 'away',
  ];
  return (
    <div
      id={p.id}
      role="row"
      aria-rowindex={p.index + 2}
      data-record={r.id}
      aria-selected={p.selected}
      className={classes.filter(Boolean).join(' ')}
      style={{ top: p.y }}
      onClick={() => p.onCursor(r)}
      onDoubleClick={() => p.onOpen(r)}
    >
      <span role="gridcell" onDoubleClick={(e) => e.stopPropagation()}>
        <Checkbox
          tabIndex={-1}
          aria-label={t('worklist.select', { name: r.patient.name, title: r.title })}
          checked={p.selected}
          disabled={!selectable(r)}
          onChange={() => p.onToggle(r)}
        />
      </span>
      <span role="gridcell" className="patient">
        <b>{r.patient.name}</b>
        <span className="bed">{t('worklist.bed', { bed: r.patient.bed })}</span>
      </span>
      <span role="gridcell">{r.title}</span>
      <span role="gridcell">{t('worklist.nth', { n: r.version })}</span>
      <span role="gridcell">{r.signedBy.map((s) => s.name).join(t('common.comma')) || '—'}</span>
      <span role="gridcell" title={dateTime(r.submittedAt)}>
        {when(r.submittedAt)}
      </span>
      <span role="gridcell" className="note">
        <Note record={r} approved={p.approved} now={p.now} />
      </span>
    </div>
  );
});
