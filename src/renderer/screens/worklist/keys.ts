/** What a person does to the list, by mouse and by key. */
import type { InputRef } from 'antd';
import { useEffect, type RefObject } from 'react';
import type { RecordSummary } from '#shared/models.ts';
import { dialogOpen } from '../../components/Dialog.tsx';
import { typing } from '../../shell/Shortcuts.tsx';
import { openRecord } from '../../state/actions.ts';
import { proposeAll } from '../../state/batch.ts';
import { look } from '../../state/life.ts';
import { recordKey, selectable, waiting, type ListRow, type ListTab } from '../../state/list.ts';
import { startRound } from '../../state/round.ts';
import { get, set } from '../../state/store.ts';
import { HEAD, ROW } from './Row.tsx';

export const toggle = (record: RecordSummary): void => {
  if (!selectable(record)) return;
  const key = recordKey(record);
  set((s) => ({
    selected: s.selected.has(key) ? new Set([...s.selected].filter((k) => k !== key)) : new Set([...s.selected, key]),
  }));
};
/** The selected ones of a list, in its order. */
export const selectedOf = (records: readonly RecordSummary[]): RecordSummary[] => {
  const { selected } = get();
  return records.filter((r) => selectable(r) && selected.has(recordKey(r)));
};
let shownNow: readonly RecordSummary[] = [];
/** Opens a record; with several selected, a round through them that begins there. What I have signed is only looked at. */
export const open = (record: RecordSummary): void => {
  if (record.mine === 'signed-by-me') return void look(record, record.version);
  if (!waiting(record)) return;
  const chosen = selectedOf(shownNow);
  if (chosen.length > 1)
    startRound(
      chosen,
      chosen.find((r) => recordKey(r) === recordKey(record)),
    );
  else {
    set({ round: null });
    void openRecord(record);
  }
};
export const toTab = (tab: ListTab): void =>
  set((s) => ({ list: { ...s.list, tab, type: null }, selected: new Set(), cursor: null }));
const nextTab: Readonly<Record<ListTab, ListTab>> = {
  'to-sign': 'returned-to-me',
  'returned-to-me': 'signed-by-me',
  'signed-by-me': 'to-sign',
};
const selectAll = (records: readonly RecordSummary[]): void =>
  set({ selected: new Set(records.filter(selectable).map(recordKey)) });
export const putCursor = (record: RecordSummary): void => set({ cursor: recordKey(record) });
export const toggleGroups = (): void => set((s) => ({ list: { ...s.list, grouped: !s.list.grouped } }));

export function useListKeys(
  records: readonly RecordSummary[],
  rows: readonly ListRow[],
  body: RefObject<HTMLDivElement | null>,
  search: RefObject<InputRef | null>,
): void {
  useEffect(() => {
    shownNow = records;
    const move = (to: number) => {
      const r = records[Math.max(0, Math.min(records.length - 1, to))];
      const el = body.current;
      if (r === undefined || el === null) return;
      putCursor(r);
      const y = rows.findIndex((x) => x.kind === 'record' && x.record === r) * ROW;
      if (y < el.scrollTop) el.scrollTop = y - (rows[y / ROW - 1]?.kind === 'group' ? ROW : 0);
      else if (y + ROW > el.scrollTop + el.clientHeight - HEAD) el.scrollTop = y + ROW + HEAD - el.clientHeight;
    };
    const onKey = (e: KeyboardEvent) => {
      if (dialogOpen() || e.altKey) return;
      if (e.ctrlKey || e.metaKey) {
        if (e.key.toLowerCase() !== 'a' || typing(e)) return;
        selectAll(records);
        e.preventDefault();
        return;
      }
      if (typing(e)) {
        if (e.target === search.current?.input && (e.key === 'Escape' || e.key === 'Enter' || e.key === 'ArrowDown')) {
          body.current?.focus();
          move(0);
        }
        return;
      }
      const at = records.findIndex((r) => recordKey(r) === get().cursor);
      const inHand = records[at];
      const page = Math.max(1, Math.floor((body.current?.clientHeight ?? ROW) / ROW) - 1);
      const inList = !(e.target instanceof HTMLElement) || e.target.closest('button, .ant-select') === null;
      if (e.key === '/') search.current?.focus();
      else if (e.key === 'j' || (e.key === 'ArrowDown' && inList)) move(at + 1);
      else if (e.key === 'k' || (e.key === 'ArrowUp' && inList)) move(at < 0 ? 0 : at - 1);
      else if (e.key === 'PageDown') move(at + page);
      else if (e.key === 'PageUp') move(at - page);
      else if (e.key === 'Home' && inList) move(0);
      else if (e.key === 'End' && inList) move(records.length - 1);
      else if (e.key === 'g') toggleGroups();
      else if (e.key === 't') toTab(nextTab[get().list.tab]);
      else if (e.key === 'b') void proposeAll(selectedOf(records));
      else if (e.key === 'Escape' && get().selected.size > 0) set({ selected: new Set() });
      else if ((e.key === 'x' || (e.key === ' ' && inList)) && inHand !== undefined) toggle(inHand);
      else if (e.key === 'Enter' && inList) {
        // With several selected the round begins at the first of them, wherever the cursor is.
        const r = selectedOf(records)[0] ?? inHand ?? records[0];
        if (r !== undefined) open(r);
      } else return;
      e.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [records, rows, body, search]);
}
