/** 批量签署: an approved list being signed, how it ended, and after a restart which is which. */
import { ArrowLeftOutlined, CheckCircleOutlined } from '@ant-design/icons';
import { Button, Checkbox } from 'antd';
import { useCallback, useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchView } from '#shared/batch.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice, Notice } from '../../components/Notice.tsx';
import { KeepOpen } from '../../components/phone/KeepOpen.tsx';
import { VirtualList, type VirtualListHandle } from '../../components/VirtualList.tsx';
import { dialogOpen } from '../../components/Dialog.tsx';
import { dateTime } from '../../format/time.ts';
import { typing } from '../../shell/Shortcuts.tsx';
import { go } from '../../state/actions.ts';
import {
  arrangeLines,
  closeOpened,
  leftOver,
  openSigned,
  putAway,
  resume,
  rowKey,
  running,
  setBatchView,
  stopBatch,
  type BatchFilter,
  type BatchState,
} from '../../state/batch.ts';
import { useDesk } from '../../state/store.ts';
import { FileView } from '../verify/FileView.tsx';
import { Line, lineHeight } from './Lines.tsx';
import { openCount, ProgressBar, TimeLeft } from './Progress.tsx';

export function Batch() {
  const { t } = useTranslation();
  const batch = useDesk((s) => s.batch);
  if (batch === null) {
    return (
      <Empty icon={<CheckCircleOutlined className="big-icon" />} title={t('batch.none')}>
        <Button size="large" onClick={() => go('worklist')}>
          {t('review.toList')}
        </Button>
      </Empty>
    );
  }
  if (batch.opened !== null) {
    return (
      <div className="split">
        <FileView
          file={batch.opened}
          title={
            <>
              <Button type="text" size="small" icon={<ArrowLeftOutlined />} data-back="" onClick={closeOpened}>
                {t('batch.back')}
              </Button>{' '}
              {batch.opened.document.name}
            </>
          }
        />
      </div>
    );
  }
  return <Progressing batch={batch} />;
}

/** Each button has a key of its own: one that takes another's place must not inherit its focus. */
function Buttons({ view }: { view: BatchView }) {
  const { t } = useTranslation();
  const again = leftOver(view);
  if (running(view)) {
    return (
      <>
        <Button key="meanwhile" size="large" onClick={() => go('worklist')}>
          {t('batch.meanwhile')}
        </Button>
        <Button key="stop" size="large" data-stop="" disabled={view.state === 'cancelling'} onClick={stopBatch}>
          {t(view.state === 'cancelling' ? 'batch.stopping' : 'batch.stop')}
        </Button>
      </>
    );
  }
  return (
    <>
      <Button type={again > 0 ? 'default' : 'primary'} size="large" data-put-away="" onClick={() => void putAway()}>
        {t(again > 0 ? 'batch.putAwayRest' : 'batch.putAway')}
      </Button>
      {again > 0 && (
        <Button key="resume" type="primary" size="large" data-resume="" onClick={() => void resume()}>
          {t('batch.again', { n: again })}
          <kbd>Ctrl + Enter</kbd>
        </Button>
      )}
    </>
  );
}

function Filters({ batch: { view, filter, failuresFirst } }: { batch: BatchState }) {
  const { t } = useTranslation();
  const inHand = view.rows.filter((r) => r.state === 'in-hand').length;
  const parts: [BatchFilter, string, number][] = [
    ['all', t('batch.all'), view.total],
    ['signed', t('batch.signed'), view.signed],
    ['failed', t('batch.failed'), view.failed],
    ...(running(view)
      ? ([
          ['in-hand', t('batch.inHand'), inHand],
          ['waiting', t('batch.waiting'), Math.max(0, openCount(view) - inHand)],
        ] as [BatchFilter, string, number][])
      : []),
    ...(view.notBegun > 0 || !running(view)
      ? ([['not-begun', t('batch.notBegunShort'), view.notBegun]] as [BatchFilter, string, number][])
      : []),
    ['awaits-time', t('batch.awaitsTimeShort'), view.awaitsTime],
  ];
  return (
    <div className="filters" role="group" aria-label={t('batch.filter')}>
      {parts.map(([name, word, n]) => (
        <button
          key={name}
          type="button"
          data-filter={name}
          data-count={n}
          aria-pressed={filter === name}
          onClick={() => setBatchView({ filter: name })}
        >
          <i aria-hidden="true" data-part={name} />
          {word} <b>{n}</b>
        </button>
      ))}
      <span className="spring" />
      <Checkbox checked={failuresFirst} onChange={(e) => setBatchView({ failuresFirst: e.target.checked })}>
        {t('batch.failuresFirst')} <kbd>F</kbd>
      </Checkbox>
    </div>
  );
}

/** How it ended, in one place: what is left, what follows by itself. */
function Summary({ view }: { view: BatchView }) {
  const { t } = useTranslation();
  if (running(view)) return null;
  const rest = leftOver(view);
  const interrupted = view.state === 'interrupted';
  const calm = !interrupted && rest === 0;
  const title = interrupted
    ? t('batch.interruptedTitle', { at: dateTime(view.startedAt).slice(5, 16) })
    : calm
      ? t('batch.allSigned', { n: view.signed })
      : t('batch.someLeft', { n: rest });
  return (
    <div className="gap" data-summary={view.state}>
      <Notice tone={calm ? 'jade' : 'amber'} title={title}>
        {interrupted && (
          <p>{t('batch.interruptedText', { signed: view.signed, failed: view.failed, notBegun: view.notBegun })}</p>
        )}
        {!interrupted && rest > 0 && <p>{t('batch.leftText')}</p>}
        {calm && view.awaitsUpload === 0 && view.awaitsTime === 0 && <p>{t('batch.allFiled')}</p>}
        {view.awaitsTime > 0 && (
          <p>
            {t('batch.awaitsTimeTitle', { n: view.awaitsTime })} {t('batch.awaitsTimeText')}
          </p>
        )}
        {view.awaitsUpload > view.awaitsTime && (
          <p>
            {t('batch.awaitsUploadTitle', { n: view.awaitsUpload - view.awaitsTime })} {t('batch.awaitsUploadText')}
          </p>
        )}
      </Notice>
    </div>
  );
}

function Progressing({ batch }: { batch: BatchState }) {
  const { t } = useTranslation();
  const { view, filter, failuresFirst } = batch;
  const lines = useMemo(() => arrangeLines(view.rows, { filter, failuresFirst }), [view.rows, filter, failuresFirst]);
  const list = useRef<VirtualListHandle>(null);
  const at = lines.findIndex((r) => rowKey(r) === batch.cursor);
  useEffect(() => list.current?.focus(), []);
  useEffect(() => list.current?.reveal(0), [filter, failuresFirst]);
  const move = useCallback(
    (to: number) => {
      const index = Math.max(0, Math.min(lines.length - 1, to));
      const row = lines[index];
      if (row === undefined) return;
      setBatchView({ cursor: rowKey(row) });
      list.current?.reveal(index);
    },
    [lines],
  );
  useEffect(() => {
    const onKey = (e: globalThis.KeyboardEvent) => {
      if (dialogOpen() || typing(e)) return;
      if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
        if (!running(view) && leftOver(view) > 0) void resume();
      } else if (e.ctrlKey || e.metaKey || e.altKey) return;
      else if (e.key === 'f') setBatchView({ failuresFirst: !failuresFirst });
      else if (e.key === 'j') move(at + 1);
      else if (e.key === 'k') move(at < 0 ? 0 : at - 1);
      else if (e.key === 'Escape') go('worklist');
      else return;
      e.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [view, failuresFirst, move, at]);
  const onKeyDown = (e: KeyboardEvent) => {
    const row = lines[at];
    if (e.key === 'ArrowDown') move(at + 1);
    else if (e.key === 'ArrowUp') move(at < 0 ? 0 : at - 1);
    else if (e.key === 'Home') move(0);
    else if (e.key === 'End') move(lines.length - 1);
    else if (e.key === 'Enter' && row !== undefined && !e.ctrlKey) void openSigned(row);
    else return;
    e.preventDefault();
  };
  return (
    <div className="screen batch-screen" data-batch={running(view) ? 'running' : view.state}>
      <div className="heading">
        <h1>{t(running(view) ? 'batch.title' : 'batch.done', { n: view.total })}</h1>
        <span className="muted" role="status" data-counts="">
          {t('batch.counts', { signed: view.signed, failed: view.failed, left: openCount(view) + view.notBegun })}
        </span>
        <TimeLeft view={view} />
        <span className="spring" />
        <div className="buttons">
          <Buttons view={view} />
        </div>
      </div>
      <ProgressBar view={view} />
      {running(view) && <KeepOpen />}
      <Summary view={view} />
      {batch.error !== null && (
        <div className="gap">
          <ErrorNotice error={batch.error} />
        </div>
      )}
      <Filters batch={batch} />
      {lines.length === 0 ? (
        <Empty title={t('batch.noLine')}>
          <Button onClick={() => setBatchView({ filter: 'all' })}>{t('worklist.clear')}</Button>
        </Empty>
      ) : (
        <VirtualList
          className="batch"
          id="batch-line"
          label={t('batch.lines')}
          items={lines}
          keyOf={rowKey}
          height={lineHeight}
          handle={list}
          current={at}
          onKeyDown={onKeyDown}
          render={(row) => <Line row={row} opening={batch.opening === rowKey(row)} />}
        />
      )}
    </div>
  );
}
