/** "This is my signature": the ink once more, and the last word. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientPage } from '#shared/consent.ts';
import type { WireError } from '#shared/errors.ts';
import { InkSurface } from './InkSurface.tsx';
import { Trouble } from './Trouble.tsx';
import type { Ink } from './useInk.ts';

export interface ConfirmingProps {
  readonly page: PatientPage;
  readonly ink: Ink;
  readonly onChange: () => void;
  readonly onConfirm: () => Promise<WireError | null>;
}

export function Confirming({ page, ink, onChange, onConfirm }: ConfirmingProps) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const confirm = async () => {
    setBusy(true);
    setError(await onConfirm());
    setBusy(false);
  };
  return (
    <section className="writing" aria-labelledby="confirm">
      <div className="line">
        <h2 id="confirm">{t('patient.confirmTitle')}</h2>
        <span className="spring" />
        <p className="soft">{t('patient.confirmText')}</p>
      </div>
      <InkSurface surface={page.surface} strokes={ink.strokes} label={t('patient.picture')} />
      {error !== null && <Trouble error={error} />}
      <footer className="feet">
        <button type="button" className="press" disabled={busy} onClick={onChange}>
          {t('patient.change')}
        </button>
        <span className="spring" />
        <button
          type="button"
          className="press primary"
          data-confirm=""
          disabled={busy || !ink.settled}
          onClick={() => void confirm()}
        >
          {t('patient.confirm')}
        </button>
      </footer>
    </section>
  );
}
