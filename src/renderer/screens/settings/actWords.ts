/** What an act of the chain is called; an act of a newer desk keeps its own name. */
import { useTranslation } from 'react-i18next';

const ACTS = [
  'sign-in',
  'sign-out',
  'lock',
  'approve-list',
  'sign',
  'time-stamp',
  'upload',
  'upload-refused',
  'return',
  'withdraw',
  'edit',
  'urge',
  'consent-start',
  'consent-allow',
  'consent-sign',
  'consent-abandon',
  'evidence-sealed',
  'verify',
  'export',
  'key-test',
  'pin-change',
  'store-repaired',
] as const;
const known = (act: string): act is (typeof ACTS)[number] => (ACTS as readonly string[]).includes(act);

export function useActWords(): (act: string) => string {
  const { t } = useTranslation();
  return (act) => (known(act) ? t(`audit.act.${act}`) : act);
}
