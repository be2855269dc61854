/** 工作台: what waits for this doctor. Virtual rows of 36 px, everything by keyboard. */
import { CheckCircleOutlined, ReloadOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input, Select, type InputRef } from 'antd';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordSummary } from '#shared/models.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/Notice.tsx';
import { timeOnly } from '../../format/time.ts';
import { dismissUpload, isApproved, refreshWorklist } from '../../state/actions.ts';
import {
  arrange,
  listed,
  recordKey,
  refusedUpload,
  rowsOf,
  waiting,
  type ListRow,
  type SortKey,
} from '../../state/list.ts';
import { get, set, useDesk } from '../../state/store.ts';
import { open, putCursor, toggle, toggleGroups, useListKeys } from './keys.ts';
import { Row, ROW, useAgo } from './Row.tsx';

/** Now, told anew every half minute, so that "2 minutes ago" grows. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function Toolbar({
  all,
  records,
  search,
}: {
  all: readonly RecordSummary[];
  records: readonly RecordSummary[];
  search: React.RefObject<InputRef | null>;
}) {
  const { t } = useTranslation();
  const view = useDesk((s) => s.list);
  const selected = useDesk((s) => s.selected);
  const [refreshing, setRefreshing] = useState(false);
  const types = useMemo(() => [...new Set(all.map((r) => r.type))], [all]);
  const change = (patch: Partial<typeof view>) => set({ list: { ...view, ...patch } });
  const refresh = async () => {
    setRefreshing(true);
    await refreshWorklist(true);
    setRefreshing(false);
  };
  const first =
    records.find((r) => selected.has(recordKey(r))) ??
    records.find((r) => recordKey(r) === get().cursor && waiting(r)) ??
    records.find(waiting);
  return (
    <div className="bar">
      <Input
        ref={search}
        allowClear
        className="search"
        placeholder={t('worklist.search')}
        aria-label={t('worklist.searchLabel')}
        value={view.search}
        onChange={(e) => change({ search: e.target.value })}
      />
      <Select
        className="types"
        aria-label={t('worklist.record')}
        value={view.type ?? ''}
        onChange={(v) => change({ type: v === '' ? null : v })}
        options={[{ value: '', label: t('worklist.allTypes') }, ...types.map((value) => ({ value, label: value }))]}
      />
      <Select<SortKey>
        className="order"
        aria-label={t('worklist.sort')}
        value={view.sort}
        onChange={(sort) => change({ sort })}
        options={(['newest', 'oldest', 'byPatient', 'byType'] as const).map((value) => ({
          value,
          label: t(`worklist.${value}`),
        }))}
      />
      <Checkbox checked={view.grouped} onChange={toggleGroups}>
        {t('worklist.group')}
      </Checkbox>
      <span className="spring" />
      {selected.size > 0 && <span className="muted chosen">{t('worklist.selected', { n: selected.size })}</span>}
      <Button
        icon={<ReloadOutlined />}
        loading={refreshing}
        aria-label={t('common.refresh')}
        title={t('common.refresh')}
        onClick={() => void refresh()}
      />
      <Button type="primary" disabled={first === undefined} onClick={() => first !== undefined && open(first)}>
        {selected.size > 0 ? t('worklist.reviewMany', { n: selected.size }) : t('worklist.review')}
        <kbd>Enter</kbd>
      </Button>
    </div>
  );
}

function Skeletons() {
  return Array.from({ length: 12 }, (_, i) => (
    <div className="row" key={i} style={{ top: i * ROW }} aria-hidden="true">
      <span />
      {[60, 80, 30, 40, 50, 20].map((w, k) => (
        <span key={k}>
          <div className="skeleton" style={{ width: `${w}%` }} />
        </span>
      ))}
    </div>
  ));
}

function Grid({
  rows,
  records,
  loading,
  body,
  now,
}: {
  rows: readonly ListRow[];
  records: readonly RecordSummary[];
  loading: boolean;
  body: React.RefObject<HTMLDivElement | null>;
  now: number;
}) {
  const { t } = useTranslation();
  const view = useDesk((s) => s.list);
  const cursor = useDesk((s) => s.cursor);
  const selected = useDesk((s) => s.selected);
  const approved = useDesk((s) => s.approved);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(700);
  useEffect(() => {
    const el = body.current;
    if (el === null) return;
    const watch = new ResizeObserver(() => setHeight(el.clientHeight));
    watch.observe(el);
    return () => watch.disconnect();
  }, [body]);
  const choosable = records.filter(waiting);
  const everyone = choosable.length > 0 && choosable.every((r) => selected.has(recordKey(r)));
  const from = Math.max(0, Math.floor(top / ROW) - 6);
  const to = Math.min(rows.length, Math.ceil((top + height) / ROW) + 6);
  const cursorAt = rows.findIndex((row) => row.kind === 'record' && recordKey(row.record) === cursor);
  const onCursor = useCallback(putCursor, []);
  return (
    <div className="grid">
      <div
        className="body"
        ref={body}
        tabIndex={0}
        role="grid"
        aria-label={t('worklist.title')}
        aria-rowcount={rows.length + 1}
        aria-multiselectable="true"
        aria-busy={loading}
        aria-activedescendant={cursorAt >= from && cursorAt < to ? `row-${cursorAt}` : undefined}
        onScroll={(e) => setTop(e.currentTarget.scrollTop)}
      >
        <div className="row head" role="row" aria-rowindex={1}>
          <span role="columnheader">
            <Checkbox
              aria-label={t('worklist.selectAll')}
              checked={everyone}
              indeterminate={!everyone && selected.size > 0}
              onChange={() => set({ selected: everyone ? new Set() : new Set(choosable.map(recordKey)) })}
            />
          </span>
          {(['patient', 'record', 'version', 'signedBy', 'submitted', 'note'] as const).map((c) => (
            <span role="columnheader" key={c}>
              {t(`worklist.${c}`)}
            </span>
          ))}
        </div>
        {loading && (
          <div className="rows" role="presentation">
            <Skeletons />
          </div>
        )}
        {!loading && records.length === 0 && (
          <div role="row">
            <div role="gridcell">
              <Empty title={t('worklist.noMatch')}>
                <Button onClick={() => set({ list: { ...view, search: '', type: null } })}>
                  {t('worklist.clear')}
                </Button>
              </Empty>
            </div>
          </div>
        )}
        <div className="rows" style={{ height: rows.length * ROW }} role="presentation">
          {rows.slice(from, to).map((row, i) => {
            const index = from + i;
            if (row.kind === 'group') {
              return (
                <div
                  className="group"
                  key={`g-${row.patient.id}`}
                  style={{ top: index * ROW }}
                  role="row"
                  aria-rowindex={index + 2}
                >
                  <span role="gridcell">
                    <b>{row.patient.name}</b> <span className="bed">{t('worklist.bed', { bed: row.patient.bed })}</span>{' '}
                    <span className="faint">{t('review.admission', { n: row.patient.admissionNumber })}</span>{' '}
                    <span className="tag jade">{row.count}</span>
                  </span>
                </div>
              );
            }
            const key = recordKey(row.record);
            return (
              <Row
                key={key}
                id={`row-${index}`}
                record={row.record}
                y={index * ROW}
                index={index}
                now={now}
                cursor={cursor === key}
                selected={selected.has(key)}
                approved={isApproved(approved, row.record)}
                child={view.grouped}
                onCursor={onCursor}
                onOpen={open}
                onToggle={toggle}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
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
  const all = useMemo(() => (worklist?.records ?? []).filter(listed), [worklist]);
  const records = useMemo(() => arrange(all, view), [all, view]);
  const rows = useMemo(() => rowsOf(records, view.grouped), [records, view.grouped]);
  useListKeys(records, rows, body, search);
  useEffect(() => body.current?.focus(), []);

  const mine = all.filter(waiting);
  const oldest = mine.reduce<string | null>((o, r) => (o === null || r.submittedAt < o ? r.submittedAt : o), null);
  const refreshed = worklist?.refreshedAt ?? null;
  const refused = all.find(refusedUpload);
  const done = worklist !== null && all.length === 0 && worklist.stale === null;
  return (
    <div className="screen">
      <div className="heading">
        <h1>{t('worklist.title')}</h1>
        {oldest !== null && (
          <span className="muted">
            {t('worklist.summary', {
              records: mine.length,
              patients: new Set(mine.map((r) => r.patient.id)).size,
              oldest: when(oldest),
            })}
          </span>
        )}
      </div>
      <Toolbar all={all} records={records} search={search} />
      {worklist?.stale != null && (
        <div className="gap">
          <ErrorNotice
            error={worklist.stale}
            tone="amber"
            lead={refreshed === null ? undefined : t('worklist.staleSince', { at: timeOnly(refreshed) })}
            action={<Button onClick={() => void refreshWorklist(true)}>{t('common.retry')}</Button>}
          />
        </div>
      )}
      {refused?.error != null && (
        <div className="gap" data-refused={refused.id}>
          <ErrorNotice
            error={refused.error}
            lead={t('worklist.refused', { patient: refused.patient.name, title: refused.title })}
            action={<Button onClick={() => void dismissUpload(refused)}>{t('worklist.dismiss')}</Button>}
          />
        </div>
      )}
      {done ? (
        <Empty
          icon={<CheckCircleOutlined className="big-icon" />}
          title={t('worklist.emptyTitle')}
          text={`${signedCount > 0 ? `${t('worklist.doneEmpty', { n: signedCount })} ` : ''}${t('worklist.emptyText')}`}
        />
      ) : (
        <Grid rows={rows} records={records} loading={worklist === null} body={body} now={now} />
      )}
      <footer className="dock">
        {signedCount > 0 && <span className="tag jade">{t('worklist.doneToday', { n: signedCount })}</span>}
        <span className="spring" />
        {refreshed !== null && <span>{t('worklist.refreshed', { at: timeOnly(refreshed) })}</span>}
      </footer>
    </div>
  );
}
