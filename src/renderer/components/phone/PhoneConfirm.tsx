/** As PinConfirm, for a key that lives on a phone: what is about to be signed stays in view beside the code. */
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PhoneAsk } from '#shared/phone.ts';
import { Dialog } from '../Dialog.tsx';
import { PhoneCode } from './PhoneCode.tsx';

export interface PhoneConfirmProps {
  readonly what: PhoneAsk;
  /** Lines of the list. */
  readonly children: ReactNode;
  readonly onConfirm: (ticket: string) => void;
  readonly onClose: () => void;
}

/** Documents that one approval is for. */
const countOf = (what: PhoneAsk): number =>
  what.kind === 'records' ? what.items.length : what.kind === 'consent' ? what.ids.length : 0;

export function PhoneConfirm({ what, children, onConfirm, onClose }: PhoneConfirmProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      title={t('phone.title', { n: countOf(what) })}
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
