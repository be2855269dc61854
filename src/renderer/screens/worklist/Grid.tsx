/** The rows of the work list, of which only those in view are in the page. */
import { Button, Checkbox } from 'antd';
import { useEffect, useMemo, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordSummary } from '#shared/models.ts';
import { Empty } from '../../components/Empty.tsx';
import { approvedKeys } from '../../state/actions.ts';
import { recordKey, selectable, type ListRow } from '../../state/list.ts';
import { set, useDesk } from '../../state/store.ts';
import { open, putCursor, toggle } from './keys.ts';
import { HEAD, Row, ROW } from './Row.tsx';

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

export interface GridProps {
  readonly rows: readonly ListRow[];
  readonly records: readonly RecordSummary[];
  readonly loading: boolean;
  readonly body: RefObject<HTMLDivElement | null>;
  readonly now: number;
}

export function Grid({ rows, records, loading, body, now }: GridProps) {
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
  const choosable = useMemo(() => records.filter(selectable), [records]);
  const everyone = useMemo(
    () => selected.size > 0 && choosable.length > 0 && choosable.every((r) => selected.has(recordKey(r))),
    [choosable, selected],
  );
  const from = Math.max(0, Math.floor(top / ROW) - 6);
  const to = Math.min(rows.length, Math.ceil((top + height - HEAD) / ROW) + 6);
  const cursorAt = useMemo(
    () => rows.findIndex((row) => row.kind === 'record' && recordKey(row.record) === cursor),
    [rows, cursor],
  );
  const done = useMemo(() => approvedKeys(approved), [approved]);
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
                approved={done.has(key)}
                child={view.grouped}
                onCursor={putCursor}
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
