/** What one PIN will sign: the list, counted and totalled, what is not in it and why, and in the same dialog the PIN or the phone's code. */
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApprovedList } from '#shared/batch.ts';
import { useSignsByPhone } from '../../components/ApproveWith.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorNotice, Notice } from '../../components/Notice.tsx';
import { PhoneCode } from '../../components/phone/PhoneCode.tsx';
import { PinField } from '../../components/PinField.tsx';
import { VirtualList } from '../../components/VirtualList.tsx';
import { bytesText, digestStart } from '../../format/size.ts';
import { approveList, MOST, proposeAgain, rowKey, withdrawProposal, type Proposal } from '../../state/batch.ts';
import { useDesk } from '../../state/store.ts';

export function Approval() {
  const proposal = useDesk((s) => s.proposal);
  return proposal === null ? null : <ApprovalDialog proposal={proposal} />;
}

function ApprovalDialog({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  const { list, error, busy } = proposal;
  const [pin, setPin] = useState('');
  const token = useDesk((s) => s.tokens?.tokens.find((x) => x.id === s.session?.tokenId));
  const confirm = () => {
    if (pin === '' || busy) return;
    const value = pin;
    setPin('');
    void approveList(value);
  };
  const changed = error?.code === 'BATCH_LIST_CHANGED';
  const open = list !== null && list.count > 0 && !changed;
  const byPhone = useSignsByPhone();
  return (
    <Dialog
      title={
        list === null
          ? t(error === null ? 'approval.making' : 'approval.failed')
          : list.count === 0
            ? t('approval.none')
            : t('approval.title', { n: list.count })
      }
      width={byPhone && open ? 900 : 620}
      onClose={withdrawProposal}
      aside={byPhone && open ? <ByPhone key={list.digest} list={list} /> : undefined}
      foot={
        byPhone && error === null ? undefined : (
          <>
            {error !== null && (
              <div className="gap">
                <ErrorNotice error={error} />
              </div>
            )}
            {open && !byPhone && (
              <PinField
                key={error?.code ?? ''}
                value={pin}
                onChange={setPin}
                onEnter={confirm}
                disabled={busy}
                tries={
                  token?.pinTries ?? (list.triesLeft === null ? undefined : { kind: 'count', left: list.triesLeft })
                }
                label={t('session.pinPlaceholder')}
              />
            )}
            {open && !byPhone && token?.testOnly === true && <p className="test-key">{t('session.testKeyNote')}</p>}
          </>
        )
      }
      actions={
        <>
          <Button size="large" disabled={busy} onClick={withdrawProposal}>
            {t(list !== null && list.count === 0 ? 'common.close' : 'common.cancel')}
          </Button>
          {(changed || (list === null && error !== null)) && (
            <Button type="primary" size="large" onClick={proposeAgain}>
              {t(changed ? 'approval.again' : 'common.retry')}
            </Button>
          )}
          {open && !byPhone && (
            <Button type="primary" size="large" loading={busy} disabled={pin === ''} data-confirm="" onClick={confirm}>
              {t('approval.confirm', { n: list.count })}
              <kbd>Enter</kbd>
            </Button>
          )}
        </>
      }
    >
      <div data-approval={list === null ? (error === null ? 'making' : 'failed') : 'ready'}>
        {list === null && error === null && <Making proposal={proposal} />}
        {list !== null && <Contents list={list} beyond={proposal.beyond} />}
      </div>
    </Dialog>
  );
}

/** Once more after a failure, when the person asks for it. */
function ByPhone({ list }: { list: ApprovedList }) {
  const [failures, setFailures] = useState(0);
  return (
    <PhoneCode
      key={failures}
      what={{ kind: 'batch', listId: list.listId, digest: list.digest }}
      auto={failures === 0}
      onApproved={({ ticket }) => void approveList(ticket).then(() => setFailures((n) => n + 1))}
    />
  );
}

function Making({ proposal: { fetched } }: { proposal: Proposal }) {
  const { t } = useTranslation();
  const share = fetched.total === 0 ? 0 : (fetched.done / fetched.total) * 100;
  return (
    <div className="making" role="status">
      <p>{t('approval.fetching', { done: fetched.done, total: fetched.total })}</p>
      <div
        className="progress"
        role="progressbar"
        aria-label={t('approval.making')}
        aria-valuemin={0}
        aria-valuemax={fetched.total}
        aria-valuenow={fetched.done}
      >
        <i style={{ width: `${share}%` }} />
      </div>
      <p className="muted small">{t('approval.fetchingText')}</p>
    </div>
  );
}

function Contents({ list, beyond }: { list: ApprovedList; beyond: number }) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  const reviewed = list.rows.filter((r) => r.reviewed).length;
  return (
    <>
      {list.count > 0 && (
        <>
          <dl className="totals">
            <div>
              <dt>{t('approval.records')}</dt>
              <dd data-total="count">{list.count}</dd>
            </div>
            <div>
              <dt>{t('approval.patients')}</dt>
              <dd data-total="patients">{list.patients}</dd>
            </div>
            <div>
              <dt>{t('approval.size')}</dt>
              <dd data-total="bytes">{bytesText(list.bytes)}</dd>
            </div>
            <div>
              <dt>{t('approval.read')}</dt>
              <dd data-total="reviewed">{t('approval.readOf', { n: reviewed, of: list.count })}</dd>
            </div>
          </dl>
          <p className="kinds">
            {list.types.map((k) => (
              <span key={k.type}>
                {k.type} <b>{k.count}</b>
              </span>
            ))}
          </p>
        </>
      )}
      {list.excluded.length > 0 && (
        <div className="gap" data-excluded={list.excluded.length}>
          <Notice tone="amber" title={t('approval.excluded', { n: list.excluded.length })}>
            <ul className="excluded" tabIndex={0} aria-label={t('approval.excluded', { n: list.excluded.length })}>
              {list.excluded.map((x) => (
                <li key={rowKey(x)}>
                  <b>{x.title}</b> {x.error[language].what} {x.error[language].next}{' '}
                  <span className="code">{x.error.code}</span>
                </li>
              ))}
            </ul>
          </Notice>
        </div>
      )}
      {list.count > 0 && (
        <>
          <VirtualList
            className="approved"
            id="approved"
            label={t('approval.list')}
            items={list.rows}
            keyOf={rowKey}
            height={32}
            render={(r) => (
              <div className="approved-row" data-approved={r.recordId}>
                <b>{r.patientName}</b>
                <span className="grow">
                  {r.title} <span className="faint">{t('worklist.nth', { n: r.version })}</span>
                </span>
                <span className="faint">{r.admissionNumber}</span>
                <span className="faint">{bytesText(r.size)}</span>
              </div>
            )}
          />
          <p className="small muted digest-line">
            {t('approval.digest')}{' '}
            <span className="mono" data-digest={list.digest} title={list.digest}>
              {digestStart(list.digest)}…
            </span>{' '}
            {t('approval.bound')}
          </p>
        </>
      )}
      {beyond > 0 && <p className="tag amber block">{t('approval.beyond', { n: beyond, most: MOST })}</p>}
      {list.count > 0 && list.alwaysAuthenticate && (
        <p className="tag amber block" data-always-authenticate="">
          {t('approval.always')}
        </p>
      )}
      {list.count > 0 && list.timeLater && (
        <p className="tag amber block" data-time-later="">
          {t('approval.timeLater')}
        </p>
      )}
    </>
  );
}
