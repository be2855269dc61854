/** An approved list being signed: one bar, one line per record, and what came of each. */
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { SignResult } from '#shared/models.ts';
import { ErrorNotice } from '../../components/Notice.tsx';
import { Shape } from '../../components/Verdict.tsx';
import { dateTime } from '../../format/time.ts';
import { go, openRecord } from '../../state/actions.ts';
import { recordKey } from '../../state/list.ts';
import { cancelSigning } from '../../state/signing.ts';
import { set, useDesk, type Approved, type Batch as BatchState } from '../../state/store.ts';

type LineState = 'signed' | 'failed' | 'in-hand' | 'waiting';

function stateOf(item: Approved, batch: BatchState, result: SignResult | undefined): LineState {
  const { id } = item.opened.record;
  if (result !== undefined)
    return result.outcome === 'signed' ? 'signed' : result.outcome === 'failed' ? 'failed' : 'waiting';
  if (batch.finished.has(id)) return 'signed';
  if (batch.failed.has(id)) return 'failed';
  return batch.inHand?.recordId === id && batch.results === null ? 'in-hand' : 'waiting';
}

function Line({
  item,
  state,
  result,
  batch,
}: {
  item: Approved;
  state: LineState;
  result: SignResult | undefined;
  batch: BatchState;
}) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  const { record } = item.opened;
  const trusted = result?.signed?.trustedTime ?? null;
  return (
    <li data-state={state}>
      {state === 'signed' ? (
        <Shape verdict="PASSED" />
      ) : state === 'failed' ? (
        <Shape verdict="FAILED" />
      ) : (
        <span className={`shape ${state}`} aria-hidden="true" />
      )}
      <b>{record.patient.name}</b>
      <span>
        {record.title} <span className="faint">{t('worklist.nth', { n: record.version })}</span>
      </span>
      <span className="muted">
        {state === 'signed' &&
          (trusted === null ? t('worklist.signed') : t('verify.trusted', { at: dateTime(trusted) }))}
        {state === 'in-hand' && batch.inHand !== null && t(`steps.${batch.inHand.step}`)}
        {state === 'waiting' && t(batch.results === null ? 'batch.waiting' : 'batch.notBegun')}
        {result?.error != null && result.outcome !== 'not-begun' && ` ${result.error[language].what}`}
      </span>
      {state === 'failed' && batch.results !== null && (
        <Button size="small" onClick={() => void openRecord(record)}>
          {t('worklist.open')}
        </Button>
      )}
    </li>
  );
}

export function Batch({ batch, onSign }: { batch: BatchState; onSign: () => void }) {
  const { t } = useTranslation();
  const again = useDesk((s) => s.approved.length);
  const { items, results } = batch;
  const lines = items.map((item) => {
    const key = recordKey(item.opened.record);
    const result = results?.find((r) => recordKey({ id: r.recordId, version: r.version }) === key);
    return { item, result, state: stateOf(item, batch, result) };
  });
  const count = (s: LineState) => lines.filter((l) => l.state === s).length;
  const [signed, failed] = [count('signed'), count('failed')];
  const left = items.length - signed - failed;
  const running = results === null;
  return (
    <div className="screen scroll" tabIndex={0} role="region" aria-label={t('batch.title', { n: items.length })}>
      <div className="heading">
        <h1>{t(running ? 'batch.title' : 'batch.done', { n: items.length })}</h1>
        <span className="muted" role="status">
          {t('batch.counts', { signed, failed, left })}
        </span>
        <span className="spring" />
        {running ? (
          <Button size="large" disabled={batch.cancelling} onClick={cancelSigning}>
            {t(batch.cancelling ? 'review.cancelling' : 'batch.stop')}
          </Button>
        ) : (
          <div className="buttons">
            <Button
              type={again > 0 ? 'default' : 'primary'}
              size="large"
              onClick={() => {
                set({ batch: null });
                go('worklist');
              }}
            >
              {t('review.backToList')}
            </Button>
            {again > 0 && (
              <Button type="primary" size="large" onClick={onSign}>
                {t('batch.again', { n: again })}
                <kbd>Ctrl + Enter</kbd>
              </Button>
            )}
          </div>
        )}
      </div>
      <div
        className="progress"
        role="progressbar"
        aria-label={t('review.progress')}
        aria-valuemin={0}
        aria-valuemax={items.length}
        aria-valuenow={signed + failed}
      >
        <i style={{ width: `${(signed / items.length) * 100}%` }} />
        <em style={{ width: `${(failed / items.length) * 100}%` }} />
      </div>
      {batch.error !== null && <ErrorNotice error={batch.error} />}
      <ul className="batch" data-batch={running ? 'running' : 'done'}>
        {lines.map(({ item, result, state }) => (
          <Line key={recordKey(item.opened.record)} item={item} result={result} state={state} batch={batch} />
        ))}
      </ul>
      {!running && again > 0 && <p className="muted after">{t('batch.leftText')}</p>}
    </div>
  );
}
