/** 挂失: a key that lies where its person can't reach it is stopped, with the reason for the log. */
import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import type { PhoneKey } from '#shared/phone.ts';
import { Dialog } from '../../../components/Dialog.tsx';
import { ErrorNotice } from '../../../components/Notice.tsx';
import { ask } from '../../../state/store.ts';

const reasons = ['lost', 'stolen', 'pin', 'changed'] as const;

export interface StopDialogProps {
  readonly of: PhoneKey;
  readonly onStopped: (keys: readonly PhoneKey[]) => void;
  readonly onClose: () => void;
}

export function StopDialog({ of, onStopped, onClose }: StopDialogProps) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const ready = reason.trim() !== '';
  const run = async () => {
    if (!ready || busy) return;
    setBusy(true);
    setError(null);
    const r = await ask('phone:stop', { keyId: of.keyId, reason: reason.trim() });
    setBusy(false);
    if (!r.ok) return setError(r.error);
    notification.success({ title: t('phone.stopped') });
    onStopped(r.value.keys);
  };
  return (
    <Dialog
      title={t('phone.stopTitle', { device: of.deviceName })}
      onClose={onClose}
      actions={
        <>
          <Button size="large" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="primary" danger size="large" disabled={!ready} loading={busy} onClick={() => void run()}>
            {t('phone.stop')}
          </Button>
        </>
      }
    >
      <div className="stack" data-phone-stop={of.keyId}>
        <p>{t('phone.stopLead')}</p>
        {error !== null && <ErrorNotice error={error} />}
        <div>
          <label htmlFor="phone-reason">{t('phone.stopReason')}</label>
          <div className="reasons">
            {reasons.map((r) => (
              <Button
                key={r}
                type={reason === t(`phone.reasons.${r}`) ? 'primary' : 'default'}
                onClick={() => setReason(t(`phone.reasons.${r}`))}
              >
                {t(`phone.reasons.${r}`)}
              </Button>
            ))}
          </div>
          <Input
            id="phone-reason"
            maxLength={200}
            value={reason}
            onChange={(e) => setReason(e.target.value)}
            onPressEnter={() => void run()}
          />
        </div>
      </div>
    </Dialog>
  );
}
