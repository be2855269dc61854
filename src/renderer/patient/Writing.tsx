/** The signature: write, take a stroke back, start over, say that it is done. What is kept is said as it is kept. */
import { CheckOutlined, LoadingOutlined, WarningOutlined } from '@ant-design/icons';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientPage } from '#shared/consent.ts';
import { InkSurface } from './InkSurface.tsx';
import type { Ink } from './useInk.ts';

export interface WritingProps {
  readonly page: PatientPage;
  readonly ink: Ink;
  readonly onAgain: () => void;
  readonly onDone: () => void;
  readonly onDecline: () => void;
}

function Kept({ ink }: { ink: Ink }) {
  const { t } = useTranslation();
  if (ink.failing !== null)
    return (
      <>
        <WarningOutlined /> {t('patient.failing')}{' '}
        {ink.failing !== 'silent' && <span className="code">{ink.failing.code}</span>}
      </>
    );
  if (!ink.settled)
    return (
      <>
        <LoadingOutlined /> {t('patient.keeping')}
      </>
    );
  if (ink.strokes.length === 0) return null;
  return (
    <>
      <CheckOutlined /> {t('patient.kept', { n: ink.kept })}
    </>
  );
}

export function Writing({ page, ink, onAgain, onDone, onDecline }: WritingProps) {
  const { t } = useTranslation();
  const [pen, setPen] = useState(false);
  const wiping = useRef<HTMLDialogElement>(null);
  const none = ink.strokes.length === 0;
  return (
    <section className="writing" aria-labelledby="write">
      <div className="line">
        <h2 id="write">{t('patient.writeTitle', { name: page.signerName })}</h2>
        <span className="spring" />
        <button type="button" className="press quiet" onClick={onAgain}>
          {t('patient.again')}
        </button>
        <button type="button" className="press quiet" onClick={onDecline}>
          {t('patient.decline')}
        </button>
      </div>
      <InkSurface
        surface={page.surface}
        strokes={ink.strokes}
        openedAt={ink.openedAt}
        onStroke={ink.add}
        onPen={() => setPen(true)}
        label={t('patient.surface')}
      />
      {pen && <p className="visually-hidden">{t('patient.penOnly')}</p>}
      <footer className="feet">
        <button type="button" className="press" data-undo="" disabled={none} onClick={ink.undo}>
          {t('patient.undo')}
        </button>
        <button
          type="button"
          className="press"
          data-clear=""
          disabled={none}
          onClick={() => wiping.current?.showModal()}
        >
          {t('patient.clear')}
        </button>
        <p
          className={ink.failing === null ? 'kept' : 'kept failing'}
          role="status"
          data-kept={ink.kept}
          data-settled={ink.settled}
        >
          <Kept ink={ink} />
        </p>
        <button type="button" className="press primary" data-done="" disabled={none || !ink.settled} onClick={onDone}>
          {t('patient.done')}
        </button>
      </footer>
      <dialog ref={wiping} className="patient-dialog" aria-labelledby="wipe">
        <h2 id="wipe">{t('patient.clearTitle')}</h2>
        <div className="feet">
          <button type="button" className="press" onClick={() => wiping.current?.close()}>
            {t('patient.clearNo')}
          </button>
          <span className="spring" />
          <button
            type="button"
            className="press primary"
            data-wipe=""
            onClick={() => {
              wiping.current?.close();
              ink.clear();
            }}
          >
            {t('patient.clearYes')}
          </button>
        </div>
      </dialog>
    </section>
  );
}
