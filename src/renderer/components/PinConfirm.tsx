/** The one dialog that takes a PIN for an act: what is about to be signed stands above the field, the tries left beside it. */
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useDesk } from '../state/store.ts';
import { Dialog } from './Dialog.tsx';
import { PinField } from './PinField.tsx';

export interface PinConfirmProps {
  readonly title: string;
  /** Lines of the list. */
  readonly children: ReactNode;
  readonly onConfirm: (pin: string) => void;
  readonly onClose: () => void;
}

export function PinConfirm({ title, children, onConfirm, onClose }: PinConfirmProps) {
  const { t } = useTranslation();
  const [pin, setPin] = useState('');
  const token = useDesk((s) => s.tokens?.tokens.find((x) => x.id === s.session?.tokenId));
  const confirm = () => {
    if (pin === '') return;
    const value = pin;
    setPin('');
    onConfirm(value);
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button size="large" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="primary" size="large" disabled={pin === ''} onClick={confirm}>
            {t('review.confirm')}
            <kbd>Enter</kbd>
          </Button>
        </>
      }
    >
      <ul className="approved">{children}</ul>
      <PinField
        value={pin}
        onChange={setPin}
        onEnter={confirm}
        tries={token?.pinTries}
        label={t('session.pinPlaceholder')}
      />
      {token?.testOnly === true && <p className="test-key">{t('session.testKeyNote')}</p>}
    </Dialog>
  );
}
