/** 诊断: one page that tells IT over the phone what is wrong. */
import { CopyOutlined, ReloadOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DiagnosisLine } from '#shared/models.ts';
import { ErrorNotice } from '../../components/Notice.tsx';
import { Shape } from '../../components/Verdict.tsx';
import { dateTime } from '../../format/time.ts';
import { runDiagnosis } from '../../state/actions.ts';
import { ask, useDesk } from '../../state/store.ts';
import { Services } from './Services.tsx';

const groups = ['tokens', 'network', 'time', 'policy', 'storage', 'system', 'runtime'] as const;
const shape = { ok: 'PASSED', warning: 'INDETERMINATE', error: 'FAILED' } as const;

function Line({ line }: { line: DiagnosisLine }) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  return (
    <tr>
      <td>
        {line.state !== 'info' && <Shape verdict={shape[line.state]} />}
        <span className="visually-hidden">{t(`diagnosis.${line.state}`)}</span>
      </td>
      <td>{line[language]}</td>
      <td>
        {line.words?.[language] ?? line.value}
        {line.next !== undefined && line.state !== 'ok' && <div className="small next">{line.next[language]}</div>}
      </td>
    </tr>
  );
}

export function Diagnosis() {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const diagnosis = useDesk((s) => s.diagnosis);
  const error = useDesk((s) => s.diagnosisError);
  const language = useDesk((s) => s.settings.language);
  const [running, setRunning] = useState(false);
  const run = async () => {
    setRunning(true);
    await runDiagnosis();
    setRunning(false);
  };
  useEffect(() => void run(), []);
  const copy = async () => {
    const r = await ask('diagnose:copy', undefined);
    if (r.ok) notification.success({ title: t('common.copied') });
    else notification.error({ title: r.error[language].what, description: r.error[language].next });
  };
  return (
    <div className="screen scroll" tabIndex={0} role="region" aria-label={t('diagnosis.title')}>
      <div className="heading">
        <h1>{t('diagnosis.title')}</h1>
        <span className="muted">{t('diagnosis.lead')}</span>
        <span className="spring" />
        <Button icon={<ReloadOutlined />} loading={running} onClick={() => void run()}>
          {t('diagnosis.run')}
        </Button>
        <Button type="primary" icon={<CopyOutlined />} disabled={diagnosis === null} onClick={() => void copy()}>
          {t('diagnosis.copy')}
        </Button>
      </div>
      <Services />
      {error !== null && (
        <div className="card">
          <ErrorNotice error={error} lead={t('diagnosis.failed')} />
        </div>
      )}
      {diagnosis === null && error === null && (
        <section className="card" aria-busy="true">
          <p className="muted">{t('diagnosis.running')}</p>
          {[70, 50, 80, 60].map((w) => (
            <p key={w} className="skeleton" style={{ width: `${w}%` }} />
          ))}
        </section>
      )}
      {groups.map((g) => {
        const lines = diagnosis?.lines.filter((l) => l.group === g) ?? [];
        if (lines.length === 0) return null;
        return (
          <section className="card" key={g}>
            <h2>{t(`diagnosis.${g}`)}</h2>
            <table className="checks">
              <tbody>
                {lines.map((l, i) => (
                  <Line key={`${l.id}-${i}`} line={l} />
                ))}
              </tbody>
            </table>
          </section>
        );
      })}
      {diagnosis !== null && <p className="small muted at">{t('diagnosis.at', { at: dateTime(diagnosis.at) })}</p>}
    </div>
  );
}
