/** 验签: one card per signature, from verdict to evidence. */
import { CloseOutlined, DownloadOutlined, FolderOpenOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useEffect, useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { SignatureReportView, VerifyReportView } from '#shared/models.ts';
import { ErrorNotice } from '../../components/Notice.tsx';
import { Shape, VerdictTag } from '../../components/Verdict.tsx';
import { dateOnly, dateTime } from '../../format/time.ts';
import { Viewer } from '../../pdf/Viewer.tsx';
import { closeChecked, verifyChosen, verifyPaths } from '../../state/verifying.ts';
import { ask, set, useDesk } from '../../state/store.ts';

function Card({ s, revisions }: { s: SignatureReportView; revisions: number }) {
  const { t } = useTranslation();
  const language = useDesk((x) => x.settings.language);
  const [open, setOpen] = useState(false);
  const reasons = s.findings.filter((f) => f.verdict !== 'PASSED');
  return (
    <div className="section" data-signature={s.fieldName} data-verdict={s.verdict}>
      <div className="line">
        <Shape verdict={s.verdict} />
        <div className="grow">
          <b style={{ fontWeight: 500 }}>{s.signer?.commonName ?? s.fieldName}</b>{' '}
          {s.kind === 'document-timestamp' && <span className="tag">{t('verify.timestamp')}</span>}{' '}
          <VerdictTag verdict={s.verdict} />
          <small>
            {s.trustedTime !== null
              ? t('verify.trusted', { at: dateTime(s.trustedTime) })
              : s.claimedTime !== null
                ? t('verify.claimed', { at: dateTime(s.claimedTime) })
                : ''}
          </small>
          <small>
            {s.coverage.wholeFile
              ? t('verify.coversWhole')
              : t('verify.covers', { n: s.coverage.revision ?? '?', all: revisions })}
            {s.level !== 'none' && ` · ${t('verify.level', { level: s.level })}`}
            {s.algorithm !== null && ` · ${s.algorithm}`}
          </small>
          {reasons.map((f, i) => (
            <small key={i}>
              {f[language]} <span className="faint">{f.code}</span>
            </small>
          ))}
          {s.changesAfter
            .filter((c) => !c.allowed)
            .map((c, i) => (
              <small key={`c${i}`}>
                {c[language]}{' '}
                <span className="faint">{`${c.code} · ${t('verify.revisionOf', { n: c.revision })}`}</span>
              </small>
            ))}
          <Button type="link" size="small" style={{ padding: 0 }} aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? t('verify.hide') : t('verify.evidence')}
          </Button>
          {open && (
            <dl className="facts">
              {s.reason !== null && (
                <>
                  <dt>{t('verify.reason')}</dt>
                  <dd>{s.reason}</dd>
                </>
              )}
              <dt>{t('verify.chain')}</dt>
              <dd>
                {s.chain.map((c) => (
                  <div key={c.serial + c.subject}>
                    {c.commonName || c.subject}{' '}
                    <span className="faint">
                      {dateOnly(c.notBefore)} – {dateOnly(c.notAfter)} <span className="mono">{c.serial}</span>
                    </span>
                  </div>
                ))}
              </dd>
              {s.timeStampAuthority !== null && (
                <>
                  <dt>{t('verify.tsa')}</dt>
                  <dd>{s.timeStampAuthority.commonName}</dd>
                </>
              )}
              <dt>{t('verify.algorithm')}</dt>
              <dd>{[s.algorithm, s.digest, s.subFilter].filter(Boolean).join(' · ')}</dd>
              <dt>{t('verify.revocation')}</dt>
              <dd>{t(`verify.${s.revocation}`)}</dd>
              <dt>{t('verify.range')}</dt>
              <dd className="mono">[{s.coverage.byteRange.join(' ')}]</dd>
              <dt>{t('verify.field')}</dt>
              <dd>{s.fieldName}</dd>
              <dt>{t('verify.after')}</dt>
              <dd>
                {s.changesAfter.length === 0
                  ? t('verify.noChange')
                  : s.changesAfter.map((c, i) => <div key={i}>{c[language]}</div>)}
              </dd>
            </dl>
          )}
        </div>
      </div>
    </div>
  );
}

function Panel({ report, handle }: { report: VerifyReportView; handle: string }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const language = useDesk((s) => s.settings.language);
  const count = (v: string) => report.signatures.filter((s) => s.verdict === v).length;
  const sm2 = report.signatures.some((s) => s.algorithm?.toUpperCase().includes('SM2') ?? false);
  const exportReport = async () => {
    const r = await ask('verify:exportReport', { handle });
    if (r.ok && r.value.path !== null) notification.success({ title: t('verify.exported', { path: r.value.path }) });
  };
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (!(e.ctrlKey && e.key.toLowerCase() === 'e')) return;
      e.preventDefault();
      void exportReport();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  const tone = { PASSED: 'passed', FAILED: 'failed', INDETERMINATE: 'unsure' }[report.verdict];
  const shape = { PASSED: '✓', FAILED: '✕', INDETERMINATE: '?' }[report.verdict];
  const headline =
    report.findings.find((f) => f.verdict === report.verdict && f.verdict !== 'PASSED') ??
    report.signatures.flatMap((s) => s.findings).find((f) => f.verdict === report.verdict && f.verdict !== 'PASSED');
  return (
    <aside className="act">
      <div className="flow" tabIndex={0} role="region" aria-label={t('verify.title')}>
        <div className={`strip ${tone}`} data-verdict={report.verdict}>
          <div className="name">
            {shape} {t(`verify.${report.verdict}`)}
          </div>
          {headline !== undefined && <div>{headline[language]}</div>}
          <div className="id">
            {report.signatures.length === 0
              ? t('verify.noSignature')
              : t('verify.counts', {
                  all: report.signatures.length,
                  ok: count('PASSED'),
                  bad: count('FAILED'),
                  unsure: count('INDETERMINATE'),
                })}
          </div>
        </div>
        {report.signatures.map((s) => (
          <Card key={s.index} s={s} revisions={report.revisions} />
        ))}
        {report.signatures.length > 0 && (
          <div className="section">
            <h3>{t('verify.others')}</h3>
            <div className="small muted">{sm2 ? t('verify.adobe') : t('verify.adobeOk')}</div>
          </div>
        )}
        <div className="section">
          <dl className="facts">
            <dt>{t('verify.sm3')}</dt>
            <dd className="mono">{report.sm3}</dd>
          </dl>
          <div className="small muted">{t('verify.judged', { at: dateTime(report.judgedAt) })}</div>
        </div>
      </div>
      <div className="go">
        <div className="buttons">
          <Button size="large" icon={<FolderOpenOutlined />} onClick={() => void verifyChosen()}>
            {t('verify.choose')}
          </Button>
          <Button type="primary" size="large" icon={<DownloadOutlined />} onClick={() => void exportReport()}>
            {t('verify.export')}
          </Button>
        </div>
      </div>
    </aside>
  );
}

export function Verify() {
  const { t } = useTranslation();
  const checked = useDesk((s) => s.checked);
  const shown = useDesk((s) => s.checkedShown);
  const checking = useDesk((s) => s.checking);
  const error = useDesk((s) => s.verifyError);
  const [over, setOver] = useState(false);
  const drop = {
    onDragOver: (e: DragEvent) => {
      e.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (e: DragEvent) => {
      e.preventDefault();
      setOver(false);
      void verifyPaths([...e.dataTransfer.files].map((f) => window.yiqian.pathForFile(f)).filter((p) => p !== ''));
    },
  };
  const current = checked[shown];
  if (current === undefined)
    return (
      <div className="screen" {...drop}>
        <h1>{t('verify.title')}</h1>
        {error !== null && <ErrorNotice error={error} />}
        <div className={over ? 'drop over' : 'drop'}>
          <SafetyCertificateOutlined style={{ fontSize: 38, color: 'var(--jade)' }} />
          <div className="big" style={{ fontSize: 18, fontWeight: 500 }}>
            {checking ? t('verify.checking') : t('verify.dropTitle')}
          </div>
          <div>{t('verify.dropText')}</div>
          <Button
            type="primary"
            size="large"
            loading={checking}
            icon={<FolderOpenOutlined />}
            onClick={() => void verifyChosen()}
          >
            {t('verify.choose')}
          </Button>
        </div>
      </div>
    );
  return (
    <div className="split" {...drop}>
      <Viewer
        key={current.document.handle}
        url={current.document.url}
        title={current.document.name}
        side={
          checked.length > 1 ? (
            <nav className="files" aria-label={t('verify.files')}>
              {checked.map((c, i) => (
                <button
                  type="button"
                  key={c.document.handle}
                  aria-current={i === shown}
                  onClick={() => set({ checkedShown: i })}
                >
                  <Shape verdict={c.report.verdict} />
                  <span title={c.document.name}>{c.document.name}</span>
                </button>
              ))}
              <button type="button" onClick={() => closeChecked(shown)}>
                <CloseOutlined /> <span>{t('verify.close')}</span>
              </button>
            </nav>
          ) : undefined
        }
      />
      <Panel report={current.report} handle={current.document.handle} />
    </div>
  );
}
