/** What is done to a co-sign key besides signing: renew, move, suspend, take off this PC. */
import { App, Button, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import type { TokenView } from '#shared/models.ts';
import { Dialog } from '../../../components/Dialog.tsx';
import { ErrorNotice } from '../../../components/Notice.tsx';
import { PinField } from '../../../components/PinField.tsx';
import { timeOnly } from '../../../format/time.ts';
import { ask, set } from '../../../state/store.ts';

export type Care = 'refresh' | 'move' | 'suspend' | 'forget';

const done = { refresh: 'refreshed', suspend: 'suspended', forget: 'forgotten' } as const;

export function CareDialog({ token, care, onClose }: { token: TokenView; care: Care; onClose: () => void }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const [pin, setPin] = useState('');
  const [reason, setReason] = useState('');
  const [code, setCode] = useState<{ readonly code: string; readonly expiresAt: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const tokenId = token.id;
  useEffect(() => {
    if (care !== 'move') return;
    let gone = false;
    void ask('cosign:code', { moves: tokenId }).then((r) => {
      if (gone) return;
      if (r.ok) setCode(r.value);
      else setError(r.error);
    });
    return () => {
      gone = true;
    };
  }, [care, tokenId]);
  const ready = care === 'forget' || (care === 'refresh' ? pin !== '' : reason.trim() !== '');

  const run = async () => {
    if (care === 'move' || !ready || busy) return;
    setBusy(true);
    setError(null);
    const r =
      care === 'refresh'
        ? await ask('cosign:refresh', { tokenId, pin })
        : care === 'suspend'
          ? await ask('cosign:suspend', { tokenId, reason: reason.trim() })
          : await ask('cosign:forget', { tokenId });
    setBusy(false);
    setPin('');
    if (!r.ok) return setError(r.error);
    set({ tokens: r.value });
    notification.success({ title: t(`cosign.${done[care]}`) });
    onClose();
  };

  return (
    <Dialog
      title={t(`cosign.${care}`)}
      onClose={onClose}
      actions={
        <>
          <Button size="large" onClick={onClose}>
            {care === 'move' ? t('common.close') : t('common.cancel')}
          </Button>
          {care !== 'move' && (
            <Button
              type="primary"
              danger={care === 'forget'}
              size="large"
              disabled={!ready}
              loading={busy}
              onClick={() => void run()}
            >
              {t(`cosign.${care}`)}
            </Button>
          )}
        </>
      }
    >
      <div className="stack" data-cosign-care={care}>
        <div className="muted">{token.label}</div>
        <p>{t(`cosign.${care}Lead`)}</p>
        {error !== null && <ErrorNotice error={error} />}
        {care === 'refresh' && (
          <PinField
            value={pin}
            onChange={setPin}
            onEnter={() => void run()}
            tries={token.pinTries}
            label={t('session.pinPlaceholder')}
          />
        )}
        {care === 'move' && code !== null && (
          <p>
            <b className="mono big-code">{code.code.replace(/(.{4})(?=.)/g, '$1 ')}</b>{' '}
            <span className="tag">{t('cosign.codeUntil', { time: timeOnly(code.expiresAt) })}</span>
          </p>
        )}
        {care === 'suspend' && (
          <div>
            <label htmlFor="cosign-reason">{t('cosign.reason')}</label>
            <Input
              id="cosign-reason"
              maxLength={200}
              value={reason}
              onChange={(e) => setReason(e.target.value)}
              onPressEnter={() => void run()}
            />
          </div>
        )}
      </div>
    </Dialog>
  );
}
