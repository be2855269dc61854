/** The PIN, with what it will sign above it. */
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/Dialog.tsx';
import { PinField } from '../../components/PinField.tsx';
import { useDesk } from '../../state/store.ts';

export interface ConsentPinProps {
  readonly title: string;
  readonly items: readonly { readonly id: string; readonly name: string; readonly title: string }[];
  readonly onConfirm: (pin: string) => void;
  readonly onClose: () => void;
}

export function ConsentPin({ title, items, onConfirm, onClose }: ConsentPinProps) {
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
      <ul className="approved">
        {items.map((c) => (
          <li key={c.id}>
            <b>{c.name}</b>
            <span>{c.title}</span>
          </li>
        ))}
      </ul>
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
