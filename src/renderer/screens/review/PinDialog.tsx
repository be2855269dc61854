/** One PIN for one approved list: what is about to be signed stands above the field, the tries left below it. */
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/Dialog.tsx';
import { PinField } from '../../components/PinField.tsx';
import { recordKey } from '../../state/list.ts';
import { sealById } from '../../state/seals.ts';
import { useDesk, type Approved } from '../../state/store.ts';

export interface PinDialogProps {
  readonly items: readonly Approved[];
  readonly onConfirm: (pin: string) => void;
  readonly onClose: () => void;
}

export function PinDialog({ items, onConfirm, onClose }: PinDialogProps) {
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
      title={t('review.pinTitle', { n: items.length })}
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
        {items.map(({ opened: { record: r }, sealId }) => (
          <li key={recordKey(r)}>
            <b>{r.patient.name}</b>
            <span>{r.title}</span>
            <span className="muted">{t('worklist.nth', { n: r.version })}</span>
            {sealId !== null && <span className="tag">{sealById(sealId)?.name ?? t('seals.title')}</span>}
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
