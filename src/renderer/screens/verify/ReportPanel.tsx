/** The report of one file: the verdict first, then each signature, then what other software will say of it. */
import { DownloadOutlined, PlusOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { VerifyReportView } from '#shared/models.ts';
import { dialogOpen } from '../../components/Dialog.tsx';
import { Shape } from '../../components/Verdict.tsx';
import { dateTime } from '../../format/time.ts';
import { ask, useDesk } from '../../state/store.ts';
import { verifyChosen } from '../../state/verifying.ts';
import { reasonsOf, SignatureCard } from './SignatureCard.tsx';

export interface ReportPanelProps {
  readonly report: VerifyReportView;
  readonly handle: string;
  /** Index of the signature whose place is shown on the page. */
  readonly current: number | null;
  readonly onCurrent: (index: number) => void;
}

export function ReportPanel({ report, handle, current, onCurrent }: ReportPanelProps) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const language = useDesk((s) => s.settings.language);
  const exportReport = useCallback(async () => {
    const r = await ask('verify:exportReport', { handle, kind: 'pdf' });
    if (!r.ok) notification.error({ title: r.error[language].what, description: r.error[language].next });
    else if (r.value.path !== null) notification.success({ title: t('verify.exported', { path: r.value.path }) });
  }, [handle, language, notification, t]);
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (!((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'e') || dialogOpen()) return;
      e.preventDefault();
      void exportReport();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [exportReport]);

  const count = (v: string) => report.signatures.filter((s) => s.verdict === v).length;
  const sm2 = report.signatures.some((s) => (s.algorithm ?? '').toUpperCase().includes('SM2'));
  const tone = { PASSED: 'passed', FAILED: 'failed', INDETERMINATE: 'unsure' }[report.verdict];
  const worst = report.signatures.find((s) => s.verdict === report.verdict && s.verdict !== 'PASSED');
  const why =
    report.findings.find((f) => f.verdict === report.verdict && f.verdict !== 'PASSED') ??
    (worst && reasonsOf(worst)[0]);
  return (
    <aside className="act">
      <div className={`strip ${tone}`} data-verdict={report.verdict}>
        <div className="headline">
          <Shape verdict={report.verdict} />
          <span className="name">{t(`verify.${report.verdict}`)}</span>
        </div>
        {why !== undefined && <div>{why[language]}</div>}
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
      <div className="flow" tabIndex={0} role="region" aria-label={t('verify.title')}>
        {report.signatures.map((s) => (
          <SignatureCard
            key={s.index}
            s={s}
            revisions={report.revisions}
            current={current === s.index}
            onShow={() => onCurrent(s.index)}
          />
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
          <Button size="large" icon={<PlusOutlined />} onClick={() => void verifyChosen()}>
            {t('verify.add')}
          </Button>
          <Button type="primary" size="large" icon={<DownloadOutlined />} onClick={() => void exportReport()}>
            {t('verify.export')}
            <kbd>Ctrl + E</kbd>
          </Button>
        </div>
      </div>
    </aside>
  );
}
