/** What came of it: the verdicts of the desk's own check, both times, where it is; or that it waits, or that it was given up. */
import { DownloadOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ConsentView } from '#shared/consent.ts';
import { Notice } from '../../components/Notice.tsx';
import { Shape } from '../../components/Verdict.tsx';
import { ago, dateTime } from '../../format/time.ts';
import { ask, useDesk } from '../../state/store.ts';
import { SignatureLine } from '../review/Signatures.tsx';

/** By the form's own fields (ConsentPatient, ConsentWitness, ConsentStaff). */
const partyOf = (fieldName: string): 'patient' | 'witness' | 'staff' | null => {
  const name = /^Consent(Patient|Witness|Staff)$/.exec(fieldName)?.[1];
  return name === 'Patient' ? 'patient' : name === 'Witness' ? 'witness' : name === 'Staff' ? 'staff' : null;
};

function Times({ view }: { view: ConsentView }) {
  const { t } = useTranslation();
  return (
    <dl className="facts">
      <dt>{t('consent.writtenAt')}</dt>
      <dd data-fact="written-at">{view.writtenAt === null ? '' : dateTime(view.writtenAt)}</dd>
      <dt>{t('consent.trustedAt')}</dt>
      <dd data-fact="trusted-time">
        {view.trustedTime === null ? t('consent.notTrusted') : dateTime(view.trustedTime)}
      </dd>
    </dl>
  );
}

/** How long the claimed time and the trusted one lie apart, where that is worth a word. */
function Late({ view }: { view: ConsentView }) {
  const { t } = useTranslation();
  if (!view.offline || view.writtenAt === null || view.trustedTime === null) return null;
  const { unit, n } = ago(view.writtenAt, Date.parse(view.trustedTime));
  if (unit === 'now') return null;
  return <p className="tag amber block">{t('consent.late', { n: t(`consent.span.${unit}`, { n }) })}</p>;
}

export function Result({ view }: { view: ConsentView }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const language = useDesk((s) => s.settings.language);
  const down = useDesk((s) => s.health?.backend.state === 'down');
  const { signed } = view;
  if (view.stage === 'abandoned')
    return (
      <div className="section" data-outcome="abandoned">
        <Notice tone="amber" title={t('consent.abandonedTitle')}>
          {t('consent.abandonedText')}
        </Notice>
      </div>
    );
  if (view.stage === 'queued' || signed === null)
    return (
      <div className="section" data-outcome="queued">
        <Notice tone="amber" title={t('consent.queuedOne')}>
          {t('consent.queuedOneText')} {down && t('consent.stillOffline')}
        </Notice>
        <Times view={view} />
      </div>
    );
  const save = async () => {
    const r = await ask('documents:saveAs', { handle: signed.document.handle });
    if (!r.ok) notification.error({ title: r.error[language].what, description: r.error[language].next });
    else if (r.value.path !== null) notification.success({ title: t('consent.saved', { path: r.value.path }) });
  };
  return (
    <>
      <div className="section signed" data-outcome="done" data-uploaded={signed.uploaded}>
        <div className="headline">
          <Shape verdict={signed.report.verdict} />
          <b>{t('consent.doneTitle')}</b>
          <span className="muted">{t(`check.${signed.report.verdict}`)}</span>
          <span className="spring" />
          <Button size="small" icon={<DownloadOutlined />} onClick={() => void save()}>
            {t('consent.save')}
          </Button>
        </div>
        <Times view={view} />
        <Late view={view} />
        <p className={signed.uploaded ? 'muted small' : 'tag amber block'}>
          {t(signed.uploaded ? 'consent.uploaded' : 'consent.uploadWaits')}
        </p>
      </div>
      <div className="section" data-verdicts={signed.report.signatures.map((s) => s.verdict).join(' ')}>
        <h3>{t('consent.signatures')}</h3>
        {signed.report.signatures.map((s) => {
          const party = partyOf(s.fieldName);
          return (
            <div key={s.index} className="party" data-party={party ?? ''}>
              {party !== null && <span className="tag">{t(`consent.parties.${party}`)}</span>}
              <SignatureLine s={s} />
            </div>
          );
        })}
      </div>
    </>
  );
}
