/** 工作台: what waits for this doctor. Virtual rows of 36 px, everything by keyboard. */
import { CheckCircleOutlined, ReloadOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input, Select, type InputRef } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordSummary } from '#shared/models.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/Notice.tsx';
import { ago, timeOnly } from '../../format/time.ts';
import { dialogOpen, typing } from '../../shell/Shortcuts.tsx';
import { openRecord, refreshWorklist } from '../../state/actions.ts';
import { arrange, recordKey, rowsOf, waiting, type SortKey } from '../../state/list.ts';
import { set, useDesk } from '../../state/store.ts';

const ROW = 36;

function Note({ record }: { record: RecordSummary }) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  if (record.state === 'failed' && record.error !== null)
    return <span className="tag rose">{`${t('worklist.failed')}：${record.error[language].what}`}</span>;
  if (record.state === 'upload-pending') return <span className="tag amber">{t('worklist.uploadPending')}</span>;
  if (record.state === 'signing') return <span className="tag jade">{t('worklist.signing')}</span>;
  return (
    <>
      {record.urgent && <span className="tag rose">{t('worklist.urgent')}</span>}{' '}
      {record.mustReview && <span className="tag amber">{t('worklist.mustReview')}</span>}
    </>
  );
}

export function WorkList() {
  const { t } = useTranslation();
  const worklist = useDesk((s) => s.worklist);
  const view = useDesk((s) => s.list);
  const cursor = useDesk((s) => s.cursor);
  const selected = useDesk((s) => s.selected);
  const signedCount = useDesk((s) => s.signedCount);
  const search = useRef<InputRef>(null);
  const body = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [now, setNow] = useState(() => Date.now());
  const [refreshing, setRefreshing] = useState(false);

  const all = useMemo(
    () => (worklist?.records ?? []).filter((r) => waiting(r) || r.state === 'upload-pending'),
    [worklist],
  );
  const records = useMemo(() => arrange(all, view), [all, view]);
  const rows = useMemo(() => rowsOf(records, view.grouped), [records, view.grouped]);
  const types = useMemo(() => [...new Map(all.map((r) => [r.type, r.title])).entries()], [all]);
  const when = (iso: string) => {
    const a = ago(iso, now);
    return a.unit === 'now' ? t('time.now') : t(`time.${a.unit}`, { n: a.n });
  };

  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    body.current?.focus();
    return () => clearInterval(timer);
  }, []);

  const toggle = (key: string) => {
    const next = new Set(selected);
    if (!next.delete(key)) next.add(key);
    set({ selected: next });
  };

  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (dialogOpen() || e.ctrlKey || e.metaKey || e.altKey) return;
      if (typing(e)) {
        if (e.key === 'Escape' || e.key === 'Enter') body.current?.focus();
        return;
      }
      const at = records.findIndex((r) => recordKey(r) === cursor);
      const move = (to: number) => {
        const r = records[Math.max(0, Math.min(records.length - 1, to))];
        if (r === undefined) return;
        e.preventDefault();
        set({ cursor: recordKey(r) });
        const index = rows.findIndex((x) => x.kind === 'record' && x.record === r);
        const el = body.current;
        if (el !== null && index >= 0) {
          if (index * ROW < el.scrollTop) el.scrollTop = index * ROW;
          else if ((index + 1) * ROW > el.scrollTop + el.clientHeight)
            el.scrollTop = (index + 1) * ROW - el.clientHeight;
        }
      };
      const inHand = records[at];
      if (e.key === '/') {
        e.preventDefault();
        search.current?.focus();
      } else if (e.key === 'j' || e.key === 'ArrowDown') move(at + 1);
      else if (e.key === 'k' || e.key === 'ArrowUp') move(at < 0 ? 0 : at - 1);
      else if (e.key === 'Home') move(0);
      else if (e.key === 'End') move(records.length - 1);
      else if (e.key === 'x' && inHand !== undefined) toggle(recordKey(inHand));
      else if (e.key === 'Enter' && !(e.target instanceof HTMLButtonElement)) {
        const r = inHand ?? records[0];
        if (r !== undefined) void openRecord(r);
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });

  const refresh = async () => {
    setRefreshing(true);
    await refreshWorklist(true);
    setRefreshing(false);
  };
  const open = () => {
    const first =
      records.find((r) => selected.has(recordKey(r))) ?? records.find((r) => recordKey(r) === cursor) ?? records[0];
    if (first !== undefined) void openRecord(first);
  };

  const oldest = all.reduce<string | null>((o, r) => (o === null || r.submittedAt < o ? r.submittedAt : o), null);
  const height = body.current?.clientHeight ?? 600;
  const first = Math.max(0, Math.floor(top / ROW) - 6);
  const last = Math.min(rows.length, Math.ceil((top + height) / ROW) + 6);
  const everyone = records.length > 0 && records.every((r) => selected.has(recordKey(r)));

  return (
    <div className="screen">
      <div className="heading">
        <h1>{t('worklist.title')}</h1>
        {oldest !== null && (
          <span className="muted">
            {t('worklist.summary', {
              records: all.length,
              patients: new Set(all.map((r) => r.patient.id)).size,
              oldest: when(oldest),
            })}
          </span>
        )}
      </div>
      <div className="bar">
        <Input
          ref={search}
          allowClear
          style={{ width: 250 }}
          placeholder={t('worklist.search')}
          aria-label={t('worklist.searchLabel')}
          value={view.search}
          onChange={(e) => set({ list: { ...view, search: e.target.value } })}
        />
        <Select
          aria-label={t('worklist.allTypes')}
          value={view.type ?? ''}
          style={{ minWidth: 132 }}
          onChange={(v) => set({ list: { ...view, type: v === '' ? null : v } })}
          options={[{ value: '', label: t('worklist.allTypes') }, ...types.map(([value, label]) => ({ value, label }))]}
        />
        <Select<SortKey>
          aria-label={t('worklist.sort')}
          value={view.sort}
          style={{ minWidth: 112 }}
          onChange={(sort) => set({ list: { ...view, sort } })}
          options={(['newest', 'oldest', 'byPatient', 'byType'] as const).map((value) => ({
            value,
            label: t(`worklist.${value}`),
          }))}
        />
        <Checkbox checked={view.grouped} onChange={(e) => set({ list: { ...view, grouped: e.target.checked } })}>
          {t('worklist.group')}
        </Checkbox>
        <span className="spring" />
        {selected.size > 0 && <span className="muted">{t('worklist.selected', { n: selected.size })}</span>}
        <Button
          icon={<ReloadOutlined />}
          loading={refreshing}
          aria-label={t('common.refresh')}
          onClick={() => void refresh()}
        />
        <Button type="primary" disabled={records.length === 0} onClick={open}>
          {t('worklist.review')}
          <kbd>Enter</kbd>
        </Button>
      </div>
      {worklist?.stale != null && (
        <div style={{ marginBottom: 10 }}>
          <ErrorNotice
            error={worklist.stale}
            tone="amber"
            action={<Button onClick={() => void refresh()}>{t('common.retry')}</Button>}
          />
        </div>
      )}
      {worklist !== null && all.length === 0 && worklist.stale === null ? (
        <Empty
          icon={<CheckCircleOutlined style={{ fontSize: 40, color: 'var(--jade)' }} />}
          title={t('worklist.emptyTitle')}
          text={t('worklist.emptyText')}
        />
      ) : (
        <div className="grid" role="grid" aria-label={t('worklist.title')} aria-rowcount={rows.length}>
          <div className="row head" role="row">
            <span role="columnheader">
              <Checkbox
                aria-label={t('worklist.selectAll')}
                checked={everyone}
                indeterminate={!everyone && selected.size > 0}
                onChange={() => set({ selected: everyone ? new Set() : new Set(records.map(recordKey)) })}
              />
            </span>
            {(['patient', 'record', 'version', 'signedBy', 'submitted', 'note'] as const).map((c) => (
              <span role="columnheader" key={c}>
                {t(`worklist.${c}`)}
              </span>
            ))}
          </div>
          <div
            className="body"
            ref={body}
            tabIndex={0}
            role="rowgroup"
            onScroll={(e) => setTop(e.currentTarget.scrollTop)}
          >
            {worklist === null ? (
              Array.from({ length: 10 }, (_, i) => (
                <div className="row" key={i} style={{ top: i * ROW }} aria-hidden="true">
                  <span />
                  {[60, 80, 30, 40, 50, 20].map((w, k) => (
                    <span key={k}>
                      <div className="skeleton" style={{ width: `${w}%` }} />
                    </span>
                  ))}
                </div>
              ))
            ) : records.length === 0 ? (
              <Empty title={t('worklist.noMatch')}>
                <Button onClick={() => set({ list: { ...view, search: '', type: null } })}>
                  {t('worklist.clear')}
                </Button>
              </Empty>
            ) : (
              <div style={{ height: rows.length * ROW }} role="presentation">
                {rows.slice(first, last).map((row, i) => {
                  const y = (first + i) * ROW;
                  if (row.kind === 'group')
                    return (
                      <div className="group" key={`g${row.patient.id}`} style={{ top: y }} role="row">
                        <span role="gridcell">
                          <b>{row.patient.name}</b>
                          <span className="bed">{t('worklist.bed', { bed: row.patient.bed })}</span>
                          <span className="tag" style={{ marginLeft: 8 }}>
                            {row.count}
                          </span>
                        </span>
                      </div>
                    );
                  const r = row.record;
                  const key = recordKey(r);
                  return (
                    <div
                      key={key}
                      role="row"
                      data-record={r.id}
                      aria-selected={selected.has(key)}
                      className={`row${selected.has(key) ? ' selected' : ''}${cursor === key ? ' cursor' : ''}`}
                      style={{ top: y }}
                      onClick={() => set({ cursor: key })}
                      onDoubleClick={() => void openRecord(r)}
                    >
                      <span role="gridcell" onDoubleClick={(e) => e.stopPropagation()}>
                        <Checkbox
                          aria-label={t('worklist.select', { name: r.patient.name, title: r.title })}
                          checked={selected.has(key)}
                          onChange={() => toggle(key)}
                        />
                      </span>
                      <span role="gridcell">
                        <b>{r.patient.name}</b>
                        <span className="bed">{t('worklist.bed', { bed: r.patient.bed })}</span>
                      </span>
                      <span role="gridcell">{r.title}</span>
                      <span role="gridcell">{t('worklist.nth', { n: r.version })}</span>
                      <span role="gridcell">{r.signedBy.map((s) => s.name).join('、') || '—'}</span>
                      <span role="gridcell" title={timeOnly(r.submittedAt)}>
                        {when(r.submittedAt)}
                      </span>
                      <span role="gridcell">
                        <Note record={r} />
                      </span>
                    </div>
                  );
                })}
              </div>
            )}
          </div>
        </div>
      )}
      <footer className="dock">
        {signedCount > 0 && <span className="tag jade">{t('worklist.doneToday', { n: signedCount })}</span>}
        <span className="spring" />
        {worklist?.refreshedAt != null && (
          <span>{t('worklist.refreshed', { at: timeOnly(worklist.refreshedAt) })}</span>
        )}
      </footer>
    </div>
  );
}
