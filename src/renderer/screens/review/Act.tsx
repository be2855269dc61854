/** The act beside the page: who the patient is, what changed, who signed, where my hand will stand, and the one button. */
import { CheckOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { OpenedRecord, RecordSummary } from '#shared/models.ts';
import { ErrorNotice, Notice } from '../../components/Notice.tsx';
import { KeepOpen } from '../../components/phone/KeepOpen.tsx';
import { dateOnly, dateTime } from '../../format/time.ts';
import { approve, go, isApproved, neighbour, openRecord, setReason, withdraw } from '../../state/actions.ts';
import { ACTIVE_CONTENT, cancelSigning, mayNot, signable, toSign } from '../../state/signing.ts';
import { useDesk, type ReviewState } from '../../state/store.ts';
import { LifePanel, VersionsPanel } from '../life/LifePanel.tsx';
import { Marks } from '../life/Marks.tsx';
import { ActiveContent } from './ActiveContent.tsx';
import { PlacingPanel } from './placing/PlacingPanel.tsx';
import { SignatureLine } from './Signatures.tsx';
import { Signed } from './Signed.tsx';
import { Steps } from './Steps.tsx';

export function PatientStrip({ record }: { record: RecordSummary }) {
  const { t } = useTranslation();
  const p = record.patient;
  return (
    <div className="strip">
      <div className="name">
        {p.name}
        <small>
          {t(`review.${p.sex}`)} · {t('review.age', { n: p.age })} · {t('worklist.bed', { bed: p.bed })}
        </small>
      </div>
      <div className="id">
        {t('review.admission', { n: p.admissionNumber })} · {t('review.admitted', { date: dateOnly(p.admittedOn) })}
      </div>
      <Marks record={record} />
    </div>
  );
}

function Changes({ changes }: { changes: OpenedRecord['changes'] }) {
  const { t } = useTranslation();
  return (
    <div className="section diff">
      <h3>
        {t('review.changes')} · {t('review.changesCount', { n: changes.length })}
      </h3>
      {changes.map((c, i) => (
        <div className="line" key={i}>
          <div className="grow">
            {c.before !== '' && <del>{c.before}</del>} {c.after !== '' && <ins>{c.after}</ins>}
            <small>
              {c.where} · {c.by} {dateTime(c.at).slice(5, 16)}
            </small>
          </div>
        </div>
      ))}
    </div>
  );
}

function Reason({ review }: { review: ReviewState }) {
  const { t } = useTranslation();
  return (
    <div className="section">
      <div className="small muted">
        {t('review.format')} {t(review.sealId === null ? 'review.formatText' : 'review.formatSeal')}
      </div>
      <Input
        className="reason"
        aria-label={t('review.reason')}
        placeholder={t('review.reasonPlaceholder')}
        maxLength={200}
        value={review.reason}
        disabled={review.signing}
        onChange={(e) => setReason(e.target.value)}
      />
    </div>
  );
}

export interface ActProps {
  readonly review: ReviewState;
  readonly onSign: () => void;
  readonly onReturn: () => void;
  readonly onEdit: () => void;
  /** Brings my appearance into view. */
  readonly onShow: () => void;
}

export function Act({ review, onSign, onReturn, onEdit, onShow }: ActProps) {
  const { t } = useTranslation();
  const { opened, result } = review;
  const signed = result?.outcome === 'signed' ? result.signed : null;
  const report = signed?.report ?? opened.report;
  return (
    <aside className="act">
      <PatientStrip record={opened.record} />
      <div className="flow" tabIndex={0} role="region" aria-label={t('review.about')}>
        {signed !== null && <Signed result={signed} />}
        {result?.error != null && signed === null && (
          <div className="section" data-outcome="failed">
            <h3>{t('review.failedTitle')}</h3>
            <ErrorNotice error={result.error} />
          </div>
        )}
        {opened.blocked?.code === ACTIVE_CONTENT && (
          <ActiveContent review={review} error={opened.blocked} signed={signed !== null} />
        )}
        {opened.blocked !== null && opened.blocked.code !== ACTIVE_CONTENT && (
          <div className="section">
            <h3>{t('review.blocked')}</h3>
            <ErrorNotice error={opened.blocked} tone="amber" />
          </div>
        )}
        {review.unseen && (
          <div className="section">
            <Notice tone="amber" title={t('review.unseen')}>
              {t('review.unseenText')}
            </Notice>
          </div>
        )}
        {signed === null && <LifePanel review={review} onEdit={onEdit} />}
        {opened.changes.length > 0 && signed === null && <Changes changes={opened.changes} />}
        <div className="section">
          <h3>{t('review.signatures')}</h3>
          {report.signatures.length === 0 ? (
            <div className="muted small">{t('review.noSignatures')}</div>
          ) : (
            report.signatures.map((s) => <SignatureLine key={s.index} s={s} />)
          )}
        </div>
        {signed === null && !mayNot(review) && <PlacingPanel review={review} onShow={onShow} />}
        {signed === null && !mayNot(review) && <Reason review={review} />}
        {signed === null && review.life !== null && (
          <VersionsPanel record={opened.record} life={review.life} shown={opened.record.version} />
        )}
      </div>
      <div className="go">
        <Steps progress={review.progress} />
        {review.signing && <KeepOpen />}
        <div className="buttons">
          <Buttons review={review} onSign={onSign} onReturn={onReturn} />
        </div>
      </div>
    </aside>
  );
}

function Buttons({ review, onSign, onReturn }: Pick<ActProps, 'review' | 'onSign' | 'onReturn'>) {
  const { t } = useTranslation();
  const approved = useDesk((s) => s.approved);
  const { record } = review.opened;
  const waiting = approved.length;
  if (review.signing) {
    return (
      <>
        <Button size="large" onClick={cancelSigning}>
          {t('common.cancel')}
        </Button>
        <Button type="primary" size="large" loading>
          {t('worklist.signing')}
        </Button>
      </>
    );
  }
  if (review.result?.outcome === 'signed') {
    const next = neighbour(1);
    return (
      <>
        <Button size="large" onClick={() => go('worklist')}>
          {t('review.backToList')}
        </Button>
        {next !== undefined && (
          <Button type="primary" size="large" onClick={() => void openRecord(next)}>
            {t('review.next')}
            <kbd>J</kbd>
          </Button>
        )}
      </>
    );
  }
  const mine = isApproved(approved, record);
  const n = toSign().length;
  return (
    <>
      <Button size="large" disabled={review.life?.may.return === false} onClick={onReturn}>
        {t('review.return')}
        <kbd>R</kbd>
      </Button>
      <Button
        size="large"
        aria-pressed={mine}
        icon={mine ? <CheckOutlined /> : undefined}
        disabled={!signable(review)}
        title={t('review.approveHint')}
        onClick={() => (mine ? withdraw(record) : approve())}
      >
        {mine ? t('review.approved') : t('review.approve')}
        <kbd>{t('shortcuts.space')}</kbd>
      </Button>
      <Button type="primary" size="large" disabled={n === 0} onClick={onSign}>
        {review.result !== null
          ? t('review.retrySign')
          : waiting > 0 && n > 0
            ? t('review.signMany', { n })
            : t('review.sign')}
        <kbd>Ctrl + Enter</kbd>
      </Button>
    </>
  );
}
