/** What is special about a record, in words: urgent, due, an intern's, returned, to be read one by one. */
import { useTranslation } from 'react-i18next';
import type { RecordSummary } from '#shared/models.ts';
import { due } from '../../format/due.ts';

export function DueTag({ at, now }: { at: string; now: number }) {
  const { t } = useTranslation();
  const d = due(at, now);
  const word = t(d.state === 'over' ? `life.over.${d.unit}` : `life.due.${d.unit}`, { n: d.n });
  return (
    <span className={`tag ${d.state === 'over' ? 'rose' : d.state === 'soon' ? 'amber' : ''}`} data-due={d.state}>
      {d.state === 'over' && <span aria-hidden="true">! </span>}
      {word}
    </span>
  );
}

export function Marks({ record, now = Date.now() }: { record: RecordSummary; now?: number }) {
  const { t } = useTranslation();
  const any = record.urgent || record.byIntern || record.dueAt !== null || record.level !== null || record.mustReview;
  if (!any) return null;
  return (
    <div className="marks">
      {record.urgent && <span className="tag ink">{t('worklist.urgent')}</span>}
      {record.dueAt !== null && <DueTag at={record.dueAt} now={now} />}
      {record.level !== null && <span className="tag">{t('life.level', record.level)}</span>}
      {record.byIntern && <span className="tag amber">{t('life.intern')}</span>}
      {record.mustReview && <span className="tag amber">{t('worklist.mustReview')}</span>}
    </div>
  );
}
