/** Saying no: reasons to be touched rather than typed, none of them compulsory. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import { radioKeys, radioTab } from '../components/radioKeys.ts';
import { Trouble } from './Trouble.tsx';

const REASONS = ['doctor', 'family', 'refuse', 'other'] as const;

export interface DecliningProps {
  readonly onBack: () => void;
  readonly onDecline: (reason: string) => Promise<WireError | null>;
}

export function Declining({ onBack, onDecline }: DecliningProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState<(typeof REASONS)[number] | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const decline = async () => {
    setBusy(true);
    setError(await onDecline(reason === null ? '' : t(`patient.reasons.${reason}`)));
    setBusy(false);
  };
  return (
    <section className="asking" aria-labelledby="decline">
      <div className="question">
        <h2 id="decline">{t('patient.declineTitle')}</h2>
        <p>{t('patient.declineText')}</p>
        <div className="choices" role="radiogroup" aria-labelledby="decline" onKeyDown={radioKeys}>
          {REASONS.map((r, i) => (
            <button
              key={r}
              type="button"
              role="radio"
              aria-checked={r === reason}
              tabIndex={radioTab(i, reason === null ? 0 : REASONS.indexOf(reason))}
              onClick={() => setReason(r)}
            >
              <i aria-hidden="true" />
              {t(`patient.reasons.${r}`)}
            </button>
          ))}
        </div>
        {error !== null && <Trouble error={error} />}
      </div>
      <footer className="feet">
        <button type="button" className="press" disabled={busy} onClick={onBack}>
          {t('patient.declineNo')}
        </button>
        <span className="spring" />
        <button type="button" className="press" data-decline="" disabled={busy} onClick={() => void decline()}>
          {t('patient.declineYes')}
        </button>
      </footer>
    </section>
  );
}
