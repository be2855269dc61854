/** As PinConfirm, for a key that lives on a phone: what is about to be signed stays in view beside the code. */
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PhoneAsk } from '#shared/phone.ts';
import { Dialog } from '../Dialog.tsx';
import { PhoneCode } from './PhoneCode.tsx';

export interface PhoneConfirmProps {
  readonly title: string;
  readonly what: PhoneAsk;
  /** Lines of the list. */
  readonly children: ReactNode;
  readonly onConfirm: (ticket: string) => void;
  readonly onClose: () => void;
}

export function PhoneConfirm({ title, what, children, onConfirm, onClose }: PhoneConfirmProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      title={title}
      width={720}
      onClose={onClose}
      aside={<PhoneCode what={what} auto onApproved={({ ticket }) => onConfirm(ticket)} />}
      actions={
        <Button size="large" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      }
    >
      <ul className="approved">{children}</ul>
    </Dialog>
  );
}
