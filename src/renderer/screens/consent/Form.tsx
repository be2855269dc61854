/** The form in hand: contents or pages at the left, the act at the right. Its stage, which main keeps, decides what stands where. */
import { ArrowLeftOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConsentView } from '#shared/consent.ts';
import { dialogOpen } from '../../components/Dialog.tsx';
import { Viewer } from '../../pdf/Viewer.tsx';
import { closeConsent, complete, finish, present, showPatient, useConsent } from '../../state/consent.ts';
import { AbandonDialog } from './AbandonDialog.tsx';
import { Blanks } from './Blanks.tsx';
import { canFinish, isFilling, lacks, type Asking } from './complete.ts';
import { ConsentPin } from './ConsentPin.tsx';
import { Panel } from './Panel.tsx';
import { ReopenDialog } from './ReopenDialog.tsx';
import { Signer } from './Signer.tsx';

function Contents({ view }: { view: ConsentView }) {
  const { t } = useTranslation();
  return (
    <div className="screen scroll consent-form" tabIndex={0} role="region" aria-label={view.template.title}>
      <div className="heading">
        <Back />
        <h1>{view.template.title}</h1>
        <span className="muted">{t('consent.versionOf', { n: view.template.version })}</span>
      </div>
      <Blanks template={view.template} />
      <Signer view={view} />
    </div>
  );
}

function Back() {
  const { t } = useTranslation();
  return (
    <Button
      icon={<ArrowLeftOutlined />}
      aria-label={t('consent.back')}
      title={t('consent.back')}
      data-back=""
      onClick={() => void closeConsent()}
    />
  );
}

export function Form({ view }: { view: ConsentView }) {
  const draft = useConsent((s) => s.draft);
  const [asking, setAsking] = useState<Asking>(null);
  const document = view.signed?.document ?? view.document;
  const missing = draft === null || !isFilling(view) ? [] : lacks(view.template, draft);

  const handOver = async () => {
    if (missing.length === 0 && (await present())) await showPatient('patient');
  };
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (!(e.ctrlKey || e.metaKey) || e.key !== 'Enter' || dialogOpen()) return;
      if (isFilling(view)) void handOver();
      else if (canFinish(view)) setAsking('pin');
      else return;
      e.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  const { t } = useTranslation();
  const close = () => setAsking(null);
  const item = [{ id: view.id, name: view.patient.name, title: view.template.title }];
  return (
    <div className="split consent-split" data-stage={view.stage}>
      {isFilling(view) || document === null ? (
        <Contents view={view} />
      ) : (
        <Viewer
          key={document.handle}
          url={document.url}
          title={
            <>
              <Back /> {view.template.title}
            </>
          }
        />
      )}
      <Panel view={view} missing={missing} onHandOver={() => void handOver()} onAsk={setAsking} />
      {asking === 'pin' && (
        <ConsentPin
          title={t('consent.pinTitle')}
          items={item}
          onClose={close}
          onConfirm={(pin) => {
            close();
            void finish(pin);
          }}
        />
      )}
      {asking === 'complete' && (
        <ConsentPin
          title={t('consent.pinTitleMany', { n: 1 })}
          items={item}
          onClose={close}
          onConfirm={(pin) => {
            close();
            void complete([view.id], pin);
          }}
        />
      )}
      {asking === 'abandon' && <AbandonDialog onClose={close} />}
      {asking === 'reopen' && <ReopenDialog onClose={close} />}
    </div>
  );
}
