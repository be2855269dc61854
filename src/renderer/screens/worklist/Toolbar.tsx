/** Search, type, order; and what is done with the records: one by one, or all under one PIN. */
import { ReloadOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input, Select, type InputRef } from 'antd';
import { useMemo, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordSummary } from '#shared/models.ts';
import { refreshWorklist } from '../../state/actions.ts';
import { proposeAll } from '../../state/batch.ts';
import { recordKey, selectable, type SortKey } from '../../state/list.ts';
import { get, set, useDesk } from '../../state/store.ts';
import { open, selectedOf, toggleGroups } from './keys.ts';

export interface ToolbarProps {
  /** Of the tab. */
  readonly all: readonly RecordSummary[];
  /** Of these, what the filter lets through. */
  readonly records: readonly RecordSummary[];
  readonly search: RefObject<InputRef | null>;
}

const ORDERS: readonly SortKey[] = ['newest', 'oldest', 'due', 'byPatient', 'byType'];

export function Toolbar({ all, records, search }: ToolbarProps) {
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
  const first = useMemo(
    () => records.find((r) => selected.has(recordKey(r))) ?? records.find(selectable),
    [records, selected],
  );
  const begin = () => {
    const at = records.find((r) => recordKey(r) === get().cursor);
    const to = selected.size > 0 ? first : (at ?? first);
    if (to !== undefined) open(to);
  };
  const many = selected.size;
  const read = view.tab === 'signed-by-me';
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
        options={ORDERS.map((value) => ({ value, label: t(`worklist.${value}`) }))}
      />
      <Checkbox checked={view.grouped} onChange={toggleGroups} className="group-by">
        {t('worklist.group')}
      </Checkbox>
      <span className="spring" />
      {many > 0 && <span className="muted chosen">{t('worklist.selected', { n: many })}</span>}
      <Button
        icon={<ReloadOutlined />}
        loading={refreshing}
        aria-label={t('common.refresh')}
        title={t('common.refresh')}
        onClick={() => void refresh()}
      />
      {!read && many > 0 && (
        <Button data-review-many="" onClick={begin}>
          {t('worklist.reviewMany', { n: many })}
          <kbd>Enter</kbd>
        </Button>
      )}
      {!read && many > 0 ? (
        <Button type="primary" data-sign-all="" onClick={() => void proposeAll(selectedOf(records))}>
          {t('worklist.signAll', { n: many })}
          <kbd>B</kbd>
        </Button>
      ) : (
        <Button type="primary" disabled={records.length === 0} onClick={begin}>
          {t(read ? 'worklist.open' : 'worklist.review')}
          <kbd>Enter</kbd>
        </Button>
      )}
    </div>
  );
}
