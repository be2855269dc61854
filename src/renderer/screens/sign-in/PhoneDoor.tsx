/** The door by phone: a code to scan in place of a key and its PIN. */
import { KeyOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import { ErrorNotice } from '../../components/Notice.tsx';
import { PhoneCode } from '../../components/phone/PhoneCode.tsx';
import type { PhoneApproved } from '../../components/phone/usePhone.ts';
import { refreshTokens } from '../../state/actions.ts';
import { sessionChanged } from '../../state/session.ts';
import { ask } from '../../state/store.ts';

export interface PhoneDoorProps {
  /** Shows a code at once: the person has just asked for it. */
  readonly auto: boolean;
  readonly onBack: () => void;
}

export function PhoneDoor({ auto, onBack }: PhoneDoorProps) {
  const { t } = useTranslation();
  const [failure, setFailure] = useState<{ readonly error: WireError; readonly nth: number } | null>(null);
  const enter = async ({ tokenId, keyId, ticket }: PhoneApproved) => {
    const r = await ask('session:signIn', { tokenId, keyId, pin: ticket });
    if (r.ok) return sessionChanged(r.value);
    setFailure((f) => ({ error: r.error, nth: (f?.nth ?? 0) + 1 }));
    void refreshTokens();
  };
  return (
    <div className="phone-door" data-phone-door="">
      {failure !== null && <ErrorNotice error={failure.error} />}
      <PhoneCode
        key={failure?.nth ?? 0}
        what={{ kind: 'login' }}
        auto={auto && failure === null}
        onApproved={(approved) => void enter(approved)}
      />
      <Button icon={<KeyOutlined />} data-by-key="" onClick={onBack}>
        {t('phone.byKey')}
      </Button>
    </div>
  );
}
