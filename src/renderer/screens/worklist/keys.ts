/** What a person does to the list, by mouse and by key. */
import type { InputRef } from 'antd';
import { useEffect, type RefObject } from 'react';
import type { RecordSummary } from '#shared/models.ts';
import { dialogOpen } from '../../components/Dialog.tsx';
import { typing } from '../../shell/Shortcuts.tsx';
import { openRecord } from '../../state/actions.ts';
import { recordKey, waiting, type ListRow } from '../../state/list.ts';
import { get, set } from '../../state/store.ts';
import { HEAD, ROW } from './Row.tsx';

export const toggle = (record: RecordSummary): void => {
  if (!waiting(record)) return;
  const key = recordKey(record);
  set((s) => ({
    selected: s.selected.has(key) ? new Set([...s.selected].filter((k) => k !== key)) : new Set([...s.selected, key]),
  }));
};
export const open = (record: RecordSummary): void => {
  if (waiting(record)) void openRecord(record);
};
export const putCursor = (record: RecordSummary): void => set({ cursor: recordKey(record) });
export const toggleGroups = (): void => set((s) => ({ list: { ...s.list, grouped: !s.list.grouped } }));

export function useListKeys(
  records: readonly RecordSummary[],
  rows: readonly ListRow[],
  body: RefObject<HTMLDivElement | null>,
  search: RefObject<InputRef | null>,
): void {
  useEffect(() => {
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
      if (dialogOpen() || e.ctrlKey || e.metaKey || e.altKey) return;
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
      else if ((e.key === 'x' || (e.key === ' ' && inList)) && inHand !== undefined) toggle(inHand);
      else if (e.key === 'Enter' && inList) {
        const r = inHand ?? records[0];
        if (r !== undefined) open(r);
      } else return;
      e.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [records, rows, body, search]);
}
