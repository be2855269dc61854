/** Giving a form up: with a reason, and said what is destroyed. */
import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorNotice } from '../../components/Notice.tsx';
import { abandon, useConsent } from '../../state/consent.ts';

const WHY = ['paper', 'patient', 'wrong', 'cancelled'] as const;

export function AbandonDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const [reason, setReason] = useState('');
  const [error, setError] = useState<WireError | null>(null);
  const busy = useConsent((s) => s.busy === 'abandon');
  const go = async () => {
    if (reason.trim() === '') return;
    const failed = await abandon(reason.trim());
    setError(failed);
    if (failed !== null) return;
    notification.success({ title: t('consent.abandonedTitle') });
    onClose();
  };
  return (
    <Dialog
      title={t('consent.abandonTitle')}
      onClose={onClose}
      actions={
        <>
          <Button size="large" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            type="primary"
            danger
            size="large"
            data-confirm=""
            disabled={reason.trim() === ''}
            loading={busy}
            onClick={() => void go()}
          >
            {t('consent.abandon')}
          </Button>
        </>
      }
    >
      <p>{t('consent.abandonText')}</p>
      <div className="why-not">
        {WHY.map((w) => (
          <Button key={w} size="small" onClick={() => setReason(t(`consent.abandonWhy.${w}`))}>
            {t(`consent.abandonWhy.${w}`)}
          </Button>
        ))}
      </div>
      <Input.TextArea
        aria-label={t('consent.abandonReason')}
        placeholder={t('consent.abandonPlaceholder')}
        rows={2}
        maxLength={200}
        value={reason}
        onChange={(e) => setReason(e.target.value)}
      />
      {error !== null && <ErrorNotice error={error} />}
    </Dialog>
  );
}
