/** 知情同意: the list, a new form, the form in hand. */
import { Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/Notice.tsx';
import { closeConsent, loadConsents, saveDraft, useConsent } from '../../state/consent.ts';
import { ConsentList } from './ConsentList.tsx';
import { Form } from './Form.tsx';
import { Start } from './Start.tsx';

export function Consent() {
  const { t } = useTranslation();
  const starting = useConsent((s) => s.starting);
  const opening = useConsent((s) => s.opening);
  const openError = useConsent((s) => s.openError);
  const view = useConsent((s) => s.view);
  useEffect(() => {
    void loadConsents();
    // Leaving the place: what was typed goes to main at once.
    return () => void saveDraft();
  }, []);
  if (starting) return <Start />;
  if (opening !== null) return <Empty title={t('consent.opening')} />;
  if (openError !== null)
    return (
      <Empty title={t('consent.gone')}>
        <ErrorNotice error={openError} />
        <Button onClick={() => void closeConsent()}>{t('consent.back')}</Button>
      </Empty>
    );
  return view === null ? <ConsentList /> : <Form view={view} />;
}
