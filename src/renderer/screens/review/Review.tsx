/** 审阅与签署: the document at the left, the act at the right. What is signed is byte for byte what is shown. */
import { CheckCircleFilled, DownloadOutlined, EditOutlined } from '@ant-design/icons';
import { App, Button, Input, Modal } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OpenedRecord, SignatureReportView, SignResult } from '#shared/models.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/Notice.tsx';
import { Shape, VerdictTag } from '../../components/Verdict.tsx';
import { dateOnly, dateTime } from '../../format/time.ts';
import { Viewer } from '../../pdf/Viewer.tsx';
import { dialogOpen, typing } from '../../shell/Shortcuts.tsx';
import { go, nextRecord, openRecord, place, returnRecord, setReason, shownRecords, sign } from '../../state/actions.ts';
import { recordKey } from '../../state/list.ts';
import { ask, useDesk, type ReviewState } from '../../state/store.ts';
import { PinDialog } from './PinDialog.tsx';
import { Stamp } from './Stamp.tsx';
import { Steps } from './Steps.tsx';

function PatientStrip({ opened }: { opened: OpenedRecord }) {
  const { t } = useTranslation();
  const p = opened.record.patient;
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
    </div>
  );
}

export function SignatureLine({ s }: { s: SignatureReportView }) {
  const { t } = useTranslation();
  const language = useDesk((x) => x.settings.language);
  const worst = s.findings.find((f) => f.verdict === s.verdict && f.verdict !== 'PASSED');
  return (
    <div className="line">
      <Shape verdict={s.verdict} />
      <div className="grow">
        {s.signer?.commonName ?? s.fieldName} <VerdictTag verdict={s.verdict} />
        <small>
          {s.trustedTime !== null
            ? t('verify.trusted', { at: dateTime(s.trustedTime) })
            : s.claimedTime !== null
              ? t('verify.claimed', { at: dateTime(s.claimedTime) })
              : ''}
        </small>
        {worst !== undefined && <small>{worst[language]}</small>}
      </div>
    </div>
  );
}

function Signed({ result }: { result: NonNullable<SignResult['signed']> }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const save = async () => {
    const r = await ask('documents:saveAs', { handle: result.document.handle });
    if (r.ok && r.value.path !== null) notification.success({ title: t('review.saved', { path: r.value.path }) });
  };
  return (
    <div className="section" data-outcome="signed" data-uploaded={result.uploaded}>
      <div className="line">
        <CheckCircleFilled style={{ color: 'var(--jade)', fontSize: 20 }} />
        <div className="grow">
          <b style={{ fontWeight: 600, fontSize: 16 }}>{t('review.signedTitle')}</b>{' '}
          <VerdictTag verdict={result.report.verdict} />
          <dl className="facts">
            <dt>{t('review.trusted')}</dt>
            <dd data-fact="trusted-time" data-value={result.trustedTime ?? ''}>
              {result.trustedTime === null ? t('review.notTrusted') : dateTime(result.trustedTime)}
            </dd>
            <dt>{t('review.claimed')}</dt>
            <dd data-fact="claimed-time" data-value={result.claimedTime}>
              {dateTime(result.claimedTime)}
            </dd>
            <dt>{t('review.format')}</dt>
            <dd data-fact="format">{result.format}</dd>
            <dt>{t('review.serial')}</dt>
            <dd className="mono" data-fact="serial">
              {result.certificateSerial}
            </dd>
            <dt>{t('review.sm3Before')}</dt>
            <dd className="mono" data-fact="sm3-before">
              {result.sm3Before}
            </dd>
            <dt>{t('review.sm3After')}</dt>
            <dd className="mono" data-fact="sm3-after">
              {result.sm3After}
            </dd>
          </dl>
          <small>{result.uploaded ? t('review.uploaded') : t('review.uploadWaits')}</small>
        </div>
        <Button size="small" icon={<DownloadOutlined />} onClick={() => void save()}>
          {t('review.save')}
        </Button>
      </div>
    </div>
  );
}

function Act({ review, onSign, onReturn }: { review: ReviewState; onSign: () => void; onReturn: () => void }) {
  const { t } = useTranslation();
  const { opened, placement, result } = review;
  const signed = result?.outcome === 'signed' ? result.signed : null;
  const report = signed?.report ?? opened.report;
  const next = signed === null ? undefined : nextRecord();
  return (
    <aside className="act">
      <div className="flow" tabIndex={0} role="region" aria-label={t('nav.review')}>
        <PatientStrip opened={opened} />
        {signed !== null && <Signed result={signed} />}
        {result?.error != null && (
          <div className="section" data-outcome="failed">
            <h3>{t('review.failedTitle')}</h3>
            <ErrorNotice error={result.error} />
          </div>
        )}
        {opened.blocked !== null && (
          <div className="section">
            <h3>{t('review.blocked')}</h3>
            <ErrorNotice error={opened.blocked} tone="amber" />
          </div>
        )}
        {opened.changes.length > 0 && (
          <div className="section diff">
            <h3>
              {t('review.changes')} · {t('review.changesCount', { n: opened.changes.length })}
            </h3>
            {opened.changes.map((c, i) => (
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
        )}
        <div className="section">
          <h3>{t('review.signatures')}</h3>
          {report.signatures.length === 0 ? (
            <div className="muted small">{t('review.noSignatures')}</div>
          ) : (
            report.signatures.map((s) => <SignatureLine key={s.index} s={s} />)
          )}
        </div>
        {signed === null && (
          <div className="section">
            <h3>{t('review.appearance')}</h3>
            {placement === null ? (
              <div className="muted">{t('review.invisible')}</div>
            ) : (
              <div className="line">
                <div className="grow">
                  {t('review.size', { w: placement.width, h: placement.height })}{' '}
                  <span className="tag">{opened.placementRule}</span>
                  <small>{t('review.position', { page: placement.page, x: placement.x, y: placement.y })}</small>
                </div>
                {opened.placement !== null &&
                  (placement.x !== opened.placement.x || placement.y !== opened.placement.y) && (
                    <Button size="small" onClick={() => place(opened.placement)}>
                      {t('review.reset')}
                    </Button>
                  )}
              </div>
            )}
            <div className="small muted">
              {t('review.format')} {t('review.formatText')}
            </div>
            <Input
              aria-label={t('review.reason')}
              placeholder={`${t('review.reason')}（${t('review.reasonPlaceholder')}）`}
              maxLength={200}
              value={review.reason}
              disabled={review.signing}
              onChange={(e) => setReason(e.target.value)}
              style={{ marginTop: 8 }}
            />
          </div>
        )}
      </div>
      <div className="go">
        <Steps progress={review.progress} />
        <div className="buttons">
          {signed !== null ? (
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
          ) : review.signing ? (
            <>
              <Button size="large" onClick={() => void ask('sign:cancel', undefined)}>
                {t('common.cancel')}
              </Button>
              <Button type="primary" size="large" loading>
                {t('worklist.signing')}
              </Button>
            </>
          ) : (
            <>
              <Button size="large" onClick={onReturn}>
                {t('review.return')}
                <kbd>R</kbd>
              </Button>
              <Button type="primary" size="large" disabled={opened.blocked !== null} onClick={onSign}>
                {result !== null ? t('review.retrySign') : t('review.sign')}
                <kbd>Ctrl + Enter</kbd>
              </Button>
            </>
          )}
        </div>
      </div>
    </aside>
  );
}

export function Review() {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const review = useDesk((s) => s.review);
  const opening = useDesk((s) => s.opening);
  const openError = useDesk((s) => s.openError);
  useDesk((s) => s.worklist);
  const [asking, setAsking] = useState<'pin' | 'return' | null>(null);
  const [why, setWhy] = useState('');
  const done = review?.result?.outcome === 'signed';
  const canSign = review !== null && !review.signing && !done && review.opened.blocked === null;
  const startSigning = useCallback(() => setAsking('pin'), []);

  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (dialogOpen()) return;
      if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
        if (canSign) startSigning();
      } else if (typing(e) || e.ctrlKey || e.altKey || e.metaKey) return;
      else if (e.key.toLowerCase() === 'r' && canSign) setAsking('return');
      else if (e.key.toLowerCase() === 'j' && !(review?.signing ?? false)) {
        const n = nextRecord();
        if (n !== undefined) void openRecord(n);
      } else if (e.key === 'Escape') go('worklist');
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [canSign, review, startSigning]);

  if (review === null)
    return opening !== null ? (
      <Empty title={t('common.loading')} />
    ) : (
      <Empty icon={<EditOutlined style={{ fontSize: 34 }} />} title={t('review.none')} text={t('review.noneText')}>
        {openError !== null && <ErrorNotice error={openError} />}
        <Button type="primary" onClick={() => go('worklist')}>
          {t('review.toList')}
        </Button>
      </Empty>
    );

  const { opened, placement } = review;
  const signed = review.result?.signed ?? null;
  const list = shownRecords();
  const at = list.findIndex((r) => recordKey(r) === recordKey(opened.record));
  return (
    <div className="split">
      <Viewer
        url={signed?.document.url ?? opened.document.url}
        reveal={signed === null ? undefined : (placement ?? undefined)}
        title={
          <>
            {opened.record.title} · {t('worklist.nth', { n: opened.record.version })}{' '}
            {at >= 0 && <span className="tag jade">{t('review.position3', { i: at + 1, n: list.length })}</span>}
          </>
        }
        overlay={(page, scale, size) =>
          placement !== null && placement.page === page && signed === null && opened.blocked === null ? (
            <Stamp
              value={placement}
              scale={scale}
              size={size}
              picture={opened.appearanceUrl}
              fixed={review.signing}
              onChange={place}
            />
          ) : null
        }
      />
      <Act review={review} onSign={startSigning} onReturn={() => setAsking('return')} />
      {asking === 'pin' && (
        <PinDialog
          records={[opened.record]}
          onClose={() => setAsking(null)}
          onConfirm={(pin) => {
            setAsking(null);
            void sign(pin);
          }}
        />
      )}
      <Modal
        open={asking === 'return'}
        title={t('review.returnTitle')}
        okText={t('review.return')}
        cancelText={t('common.cancel')}
        okButtonProps={{ disabled: why.trim() === '' }}
        onCancel={() => setAsking(null)}
        onOk={() => {
          setAsking(null);
          void returnRecord(why.trim()).then((ok) => ok && notification.success({ title: t('review.returned') }));
          setWhy('');
        }}
      >
        <Input.TextArea
          rows={4}
          maxLength={500}
          aria-label={t('review.returnReason')}
          placeholder={t('review.returnPlaceholder')}
          value={why}
          onChange={(e) => setWhy(e.target.value)}
        />
      </Modal>
    </div>
  );
}
