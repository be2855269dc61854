import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/Dialog.tsx';

export function ReturnDialog({ onConfirm, onClose }: { onConfirm: (reason: string) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const [why, setWhy] = useState('');
  const confirm = () => why.trim() !== '' && onConfirm(why.trim());
  return (
    <Dialog
      title={t('review.returnTitle')}
      onClose={onClose}
      actions={
        <>
          <Button size="large" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="primary" size="large" disabled={why.trim() === ''} onClick={confirm}>
            {t('review.return')}
            <kbd>Ctrl + Enter</kbd>
          </Button>
        </>
      }
    >
      <Input.TextArea
        rows={4}
        maxLength={500}
        aria-label={t('review.returnReason')}
        placeholder={t('review.returnPlaceholder')}
        value={why}
        onChange={(e) => setWhy(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) confirm();
        }}
      />
    </Dialog>
  );
}
