/** 工作台: what waits for this doctor, what came back, what is signed. Virtual rows of 36 px, everything by keyboard. */
import { CheckCircleOutlined, InboxOutlined } from '@ant-design/icons';
import { Button, type InputRef } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/Notice.tsx';
import { timeOnly } from '../../format/time.ts';
import { refreshWorklist } from '../../state/actions.ts';
import { arrange, mineOf, prepare, refusedUpload, rowsOf, selectable } from '../../state/list.ts';
import { useDesk } from '../../state/store.ts';
import { BatchDock } from './BatchDock.tsx';
import { Conflict } from './Conflict.tsx';
import { Grid } from './Grid.tsx';
import { useListKeys } from './keys.ts';
import { useAgo } from './Row.tsx';
import { Tabs } from './Tabs.tsx';
import { Toolbar } from './Toolbar.tsx';

/** Now, told anew every half minute, so that "2 minutes ago" grows. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export function WorkList() {
  const { t } = useTranslation();
  const worklist = useDesk((s) => s.worklist);
  const view = useDesk((s) => s.list);
  const signedCount = useDesk((s) => s.signedCount);
  const search = useRef<InputRef>(null);
  const body = useRef<HTMLDivElement>(null);
  const now = useNow();
  const when = useAgo(now);
  const mine = useDesk((s) => s.mine);
  const all = useMemo(() => mineOf(worklist, mine, view.tab), [worklist, mine, view.tab]);
  useEffect(() => prepare(all), [all]);
  const records = useMemo(() => arrange(all, view), [all, view]);
  const rows = useMemo(() => rowsOf(records, view.grouped), [records, view.grouped]);
  useListKeys(records, rows, body, search);
  useEffect(() => body.current?.focus(), [view.tab]);

  const about = useMemo(() => {
    const open = all.filter((r) => selectable(r) || r.mine === 'signed-by-me');
    return {
      records: open.length,
      patients: new Set(open.map((r) => r.patient.id)).size,
      oldest: open.reduce<string | null>((o, r) => (o === null || r.submittedAt < o ? r.submittedAt : o), null),
      overdue: open.filter((r) => r.mine !== 'signed-by-me' && r.dueAt !== null && Date.parse(r.dueAt) < now).length,
    };
  }, [all, now]);
  const refreshed = worklist?.refreshedAt ?? null;
  const refused = all.find(refusedUpload);
  const done = worklist !== null && all.length === 0 && (worklist.stale === null || view.tab !== 'to-sign');
  return (
    <div className="screen">
      <div className="heading">
        <h1>{t(`worklist.tabs.${view.tab}`)}</h1>
        {about.oldest !== null && (
          <span className="muted">
            {t('worklist.summary', { records: about.records, patients: about.patients, oldest: when(about.oldest) })}
          </span>
        )}
        {about.overdue > 0 && <span className="tag rose">{t('worklist.overdue', { n: about.overdue })}</span>}
        <span className="spring" />
        <Tabs />
      </div>
      <Toolbar all={all} records={records} search={search} />
      {worklist?.stale != null && (
        <div className="gap" data-stale="">
          <ErrorNotice
            error={worklist.stale}
            tone="amber"
            lead={
              refreshed === null
                ? undefined
                : t('worklist.staleSince', { at: timeOnly(refreshed), ago: when(refreshed) })
            }
            action={<Button onClick={() => void refreshWorklist(true)}>{t('common.retry')}</Button>}
          />
        </div>
      )}
      {refused?.error != null && <Conflict record={refused} error={refused.error} />}
      {done ? (
        view.tab === 'to-sign' ? (
          <Empty
            icon={<CheckCircleOutlined className="big-icon" />}
            title={t('worklist.emptyTitle')}
            text={`${signedCount > 0 ? `${t('worklist.doneEmpty', { n: signedCount })} ` : ''}${t('worklist.emptyText')}`}
          />
        ) : (
          <Empty icon={<InboxOutlined className="big-icon" />} title={t(`worklist.emptyTab.${view.tab}`)} />
        )
      ) : (
        <Grid rows={rows} records={records} loading={worklist === null} body={body} now={now} />
      )}
      <BatchDock />
      <footer className="dock">
        {signedCount > 0 && <span className="tag jade">{t('worklist.doneToday', { n: signedCount })}</span>}
        <span className="spring" />
        {refreshed !== null && <span>{t('worklist.refreshed', { at: timeOnly(refreshed) })}</span>}
      </footer>
    </div>
  );
}
