/** What went wrong, for the patient in calm words and for the phone call to IT as a code. */
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import { usePatient } from './page.ts';

export function Trouble({ error }: { error: WireError }) {
  const { t, i18n } = useTranslation();
  const language = usePatient((s) => s.page?.language) ?? (i18n.language === 'en' ? 'en' : 'zh');
  return (
    <p className="trouble" role="alert">
      {error[language].what} {t('patient.trouble')} <span className="code">{error.code}</span>
    </p>
  );
}
