/** Thousands of rows of which only those in view are in the page; everything by keyboard. */
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { FolderRow } from '#shared/models.ts';
import { Empty } from '../../../components/Empty.tsx';
import { usePrinting } from '../../../components/usePrinting.ts';
import { Shape } from '../../../components/Verdict.tsx';
import { dateTime } from '../../../format/time.ts';
import { openRow, setFolderView, type FolderSort, type FolderState } from '../../../state/folder.ts';
import { useDesk } from '../../../state/store.ts';

/** px; the virtual table counts on them. */
const ROW = 36;
const HEAD = 34;

const COLUMNS: readonly (FolderSort | 'reason')[] = ['verdict', 'name', 'signers', 'time', 'level', 'reason'];

function Head({ sort }: { sort: FolderState['sort'] }) {
  const { t } = useTranslation();
  return (
    <div className="row head" role="row" aria-rowindex={1}>
      {COLUMNS.map((c) => (
        <span
          key={c}
          role="columnheader"
          aria-sort={sort.by === c ? (sort.down ? 'descending' : 'ascending') : undefined}
        >
          {c === 'reason' ? (
            t('folder.reason')
          ) : (
            <button
              type="button"
              data-sort={c}
              onClick={() => setFolderView({ sort: { by: c, down: sort.by === c && !sort.down } })}
            >
              {t(`folder.${c}`)}
              <i aria-hidden="true">{sort.by === c ? (sort.down ? ' ↓' : ' ↑') : ''}</i>
            </button>
          )}
        </span>
      ))}
    </div>
  );
}

function Row({ row, index, cursor }: { row: FolderRow; index: number; cursor: boolean }) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  const verdict = row.verdict ?? 'unreadable';
  return (
    <div
      id={`file-${index}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={cursor}
      className={cursor ? 'row cursor' : 'row'}
      data-file={row.name}
      data-verdict={verdict}
      style={{ top: index * ROW }}
      onClick={() => setFolderView({ cursor: row.name })}
      onDoubleClick={() => void openRow(row.name)}
    >
      <span role="gridcell" className="verdict">
        {row.verdict === null ? <span className="shape neutral" aria-hidden="true" /> : <Shape verdict={row.verdict} />}
        {row.verdict === null ? t('folder.unreadable') : t(`verify.${row.verdict}`)}
      </span>
      <span role="gridcell" title={row.name}>
        {row.name}
      </span>
      <span role="gridcell">{row.signers.join(t('common.comma')) || '—'}</span>
      <span role="gridcell">{row.trustedTime === null ? '—' : dateTime(row.trustedTime).slice(0, 16)}</span>
      <span role="gridcell">{row.level === 'none' || row.level === '' ? '—' : row.level}</span>
      <span role="gridcell" className="muted" title={row.reason?.[language]}>
        {row.reason?.[language] ?? ''}
      </span>
    </div>
  );
}

export interface FolderTableProps {
  readonly rows: readonly FolderRow[];
  readonly folder: FolderState;
  readonly running: boolean;
}

export function FolderTable({ rows, folder, running }: FolderTableProps) {
  const { t } = useTranslation();
  const body = useRef<HTMLDivElement>(null);
  const printing = usePrinting();
  const [top, setTop] = useState(folder.scroll);
  const [height, setHeight] = useState(700);
  const last = useRef(folder.scroll);
  useEffect(() => {
    const el = body.current;
    if (el === null) return;
    el.scrollTop = folder.scroll;
    el.focus();
    const watch = new ResizeObserver(() => setHeight(el.clientHeight));
    watch.observe(el);
    return () => {
      watch.disconnect();
      setFolderView({ scroll: last.current });
    };
    // Where the table stood is read once, when it comes back.
  }, []);
  const at = rows.findIndex((r) => r.name === folder.cursor);
  const from = printing ? 0 : Math.max(0, Math.floor(top / ROW) - 6);
  const to = printing ? rows.length : Math.min(rows.length, Math.ceil((top + height) / ROW) + 6);

  const toRow = (index: number) => {
    const i = Math.min(rows.length - 1, Math.max(0, index));
    const row = rows[i];
    const el = body.current;
    if (row === undefined || el === null) return;
    setFolderView({ cursor: row.name });
    const y = i * ROW;
    if (y < el.scrollTop) el.scrollTop = y;
    else if (y + ROW + HEAD > el.scrollTop + el.clientHeight) el.scrollTop = y + ROW + HEAD - el.clientHeight;
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.target !== e.currentTarget || e.ctrlKey || e.metaKey || e.altKey) return;
    const page = Math.max(1, Math.floor((height - HEAD) / ROW) - 1);
    const move = {
      ArrowDown: 1,
      j: 1,
      ArrowUp: -1,
      k: -1,
      PageDown: page,
      PageUp: -page,
      Home: -rows.length,
      End: rows.length,
    }[e.key];
    const row = rows[at];
    if (move !== undefined) toRow(at < 0 && move > 0 && move < rows.length ? 0 : at + move);
    else if (e.key === 'Enter' && row !== undefined) void openRow(row.name);
    else return;
    e.preventDefault();
  };
  return (
    <div className="grid file-grid">
      <div
        className="body"
        ref={body}
        tabIndex={0}
        role="grid"
        aria-label={t('folder.table')}
        aria-rowcount={rows.length + 1}
        aria-busy={running}
        aria-activedescendant={at >= from && at < to ? `file-${at}` : undefined}
        onScroll={(e) => {
          last.current = e.currentTarget.scrollTop;
          setTop(e.currentTarget.scrollTop);
        }}
        onKeyDown={onKeyDown}
      >
        <Head sort={folder.sort} />
        {rows.length === 0 && !running && (
          <div role="row">
            <div role="gridcell">
              <Empty title={t('folder.none')} />
            </div>
          </div>
        )}
        <div className="rows" style={{ height: rows.length * ROW }} role="presentation">
          {rows.slice(from, to).map((row, i) => (
            <Row key={row.name} row={row} index={from + i} cursor={folder.cursor === row.name} />
          ))}
        </div>
        {folder.opening && (
          <span role="status" className="visually-hidden">
            {t('folder.opening')}
          </span>
        )}
      </div>
    </div>
  );
}
