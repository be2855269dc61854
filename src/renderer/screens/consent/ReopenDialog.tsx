/** Back to the blanks costs the signatures; said before, not after. */
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/Dialog.tsx';
import { reopen } from '../../state/consent.ts';

export function ReopenDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog
      title={t('consent.reopenTitle')}
      onClose={onClose}
      actions={
        <>
          <Button size="large" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            type="primary"
            size="large"
            data-confirm=""
            onClick={() => {
              onClose();
              void reopen();
            }}
          >
            {t('consent.reopen')}
          </Button>
        </>
      }
    >
      <p>{t('consent.reopenText')}</p>
    </Dialog>
  );
}
