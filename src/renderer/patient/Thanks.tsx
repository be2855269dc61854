/** Done: what comes next, in one sentence. */
import { useTranslation } from 'react-i18next';
import type { PatientPage } from '#shared/consent.ts';
import { BigWords } from './Big.tsx';

export function Thanks({ page }: { page: PatientPage }) {
  const { t } = useTranslation();
  const finger = page.asks.fingerprint && page.allowed?.fingerprint === true;
  const photo = page.asks.photo && page.allowed?.photo === true;
  const next = finger && photo ? 'thanksBoth' : finger ? 'thanksFingerprint' : photo ? 'thanksPhoto' : 'thanksText';
  return <BigWords title={t('patient.thanks')} text={t(`patient.${next}`)} mark="done" />;
}
