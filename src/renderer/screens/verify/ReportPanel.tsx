/** The report of one file: the verdict first, then each signature, then what other software will say of it. */
import { DiffOutlined, DownloadOutlined, EllipsisOutlined, PlusOutlined } from '@ant-design/icons';
import { App, Button, Dropdown } from 'antd';
import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChangeReportView, VerifyReportView } from '#shared/models.ts';
import { dialogOpen } from '../../components/Dialog.tsx';
import { usePrinting } from '../../components/usePrinting.ts';
import { Shape } from '../../components/Verdict.tsx';
import { dateTime } from '../../format/time.ts';
import { ask, useDesk } from '../../state/store.ts';
import { verifyChosen } from '../../state/verifying.ts';
import { isLocked, Password } from './Password.tsx';
import { reasonsOf, SignatureCard } from './SignatureCard.tsx';

export interface ReportPanelProps {
  readonly report: VerifyReportView;
  readonly handle: string;
  readonly name: string;
  /** Index of the signature whose place is shown on the page. */
  readonly current: number | null;
  readonly onCurrent: (index: number) => void;
  readonly onSee: (change: ChangeReportView) => void;
  readonly comparing: boolean;
  readonly onCompare: () => void;
}

/** What readers of other makers can do with the file: by the algorithms and by the way its seals are kept. */
function Viewers({ report }: { report: VerifyReportView }) {
  const { t } = useTranslation();
  const sm2 = report.signatures.some((s) => (s.algorithm ?? '').toUpperCase().includes('SM2'));
  const carriers = new Set(report.signatures.map((s) => s.seal?.carrier));
  return (
    <div className="section">
      <h3>{t('verify.others')}</h3>
      <div className="small muted">{sm2 ? t('verify.adobe') : t('verify.adobeOk')}</div>
      {carriers.has('attribute') && <div className="small muted">{t('verify.viewersSeal')}</div>}
      {carriers.has('contents') && <div className="small muted">{t('verify.viewersContents')}</div>}
    </div>
  );
}

function useExport(handle: string): (kind: 'pdf' | 'json') => Promise<void> {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const language = useDesk((s) => s.settings.language);
  const run = useCallback(
    async (kind: 'pdf' | 'json') => {
      const r = await ask('verify:exportReport', { handle, kind });
      if (!r.ok) notification.error({ title: r.error[language].what, description: r.error[language].next });
      else if (r.value.path !== null) notification.success({ title: t('verify.exported', { path: r.value.path }) });
    },
    [handle, language, notification, t],
  );
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (!((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'e') || dialogOpen()) return;
      e.preventDefault();
      void run('pdf');
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [run]);
  return run;
}

function Head({ report, comparing, onCompare }: Pick<ReportPanelProps, 'report' | 'comparing' | 'onCompare'>) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  const count = (v: string) => report.signatures.filter((s) => s.verdict === v).length;
  const tone = { PASSED: 'passed', FAILED: 'failed', INDETERMINATE: 'unsure' }[report.verdict];
  const worst = report.signatures.find((s) => s.verdict === report.verdict && s.verdict !== 'PASSED');
  const why =
    report.findings.find((f) => f.verdict === report.verdict && f.verdict !== 'PASSED') ??
    (worst && reasonsOf(worst)[0]);
  return (
    <div className={`strip ${tone}`} data-verdict={report.verdict}>
      <div className="headline">
        <Shape verdict={report.verdict} />
        <span className="name">{t(`verify.${report.verdict}`)}</span>
        <span className="spring" />
        {report.changedPages.length > 0 && (
          <Button icon={<DiffOutlined />} data-compare-open="" aria-pressed={comparing} onClick={onCompare}>
            {t('verify.compare')}
          </Button>
        )}
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
  );
}

export function ReportPanel(p: ReportPanelProps) {
  const { t } = useTranslation();
  const { report, handle } = p;
  const printing = usePrinting();
  const exportAs = useExport(handle);
  const locked = isLocked(report);
  return (
    <aside className="act report">
      <h1 className="print-only">{p.name}</h1>
      <Head report={report} comparing={p.comparing} onCompare={p.onCompare} />
      <div className="flow" tabIndex={0} role="region" aria-label={t('verify.title')}>
        {locked && <Password handle={handle} />}
        {report.signatures.map((s) => (
          <SignatureCard
            key={s.index}
            s={s}
            revisions={report.revisions}
            current={p.current === s.index}
            printing={printing}
            onShow={() => p.onCurrent(s.index)}
            onSee={p.onSee}
          />
        ))}
        {report.signatures.length > 0 && <Viewers report={report} />}
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
          <Dropdown
            trigger={['click']}
            menu={{
              items: [
                { key: 'json', label: t('verify.exportJson'), onClick: () => void exportAs('json') },
                { key: 'print', label: t('verify.print'), onClick: () => print() },
              ],
            }}
          >
            <Button size="large" icon={<EllipsisOutlined />} aria-label={t('verify.more')} title={t('verify.more')} />
          </Dropdown>
          <Button
            type="primary"
            size="large"
            icon={<DownloadOutlined />}
            disabled={locked}
            onClick={() => void exportAs('pdf')}
          >
            {t('verify.export')}
            <kbd>Ctrl + E</kbd>
          </Button>
        </div>
      </div>
    </aside>
  );
}
