/** A co-sign key for this PC: the code that says whose it is, and a PIN. */
import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import { Dialog } from '../../../components/Dialog.tsx';
import { ErrorNotice } from '../../../components/Notice.tsx';
import { PinField } from '../../../components/PinField.tsx';
import { timeOnly } from '../../../format/time.ts';
import { ask, set, useDesk } from '../../../state/store.ts';

/** As the service asks for it. */
const MINIMUM = 6;
const CODE_LENGTH = 12;

export function EnrolDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const signedIn = useDesk((s) => s.session?.state === 'signed-in');
  const [code, setCode] = useState('');
  const [until, setUntil] = useState<string | null>(null);
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const complaint =
    pin !== '' && pin.length < MINIMUM ? t('keys.pinShort') : again !== '' && again !== pin ? t('keys.mismatch') : '';
  const letters = code.replace(/[\s-]/g, '');
  const ready = letters.length === CODE_LENGTH && pin.length >= MINIMUM && pin === again;

  const getCode = async () => {
    const r = await ask('cosign:code', { moves: null });
    if (!r.ok) return setError(r.error);
    setError(null);
    setCode(r.value.code);
    setUntil(r.value.expiresAt);
  };
  const make = async () => {
    if (!ready || busy) return;
    setBusy(true);
    setError(null);
    const r = await ask('cosign:enrol', { code: letters, pin });
    setBusy(false);
    if (!r.ok) return setError(r.error);
    setPin('');
    setAgain('');
    set({ tokens: r.value.tokens });
    notification.success({ title: t('cosign.made') });
    onClose();
  };

  return (
    <Dialog
      title={t('cosign.add')}
      width={520}
      onClose={onClose}
      actions={
        <>
          <Button size="large" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="primary" size="large" disabled={!ready} loading={busy} onClick={() => void make()}>
            {t('cosign.make')}
          </Button>
        </>
      }
    >
      <div className="stack" data-cosign-enrol>
        <p className="muted">{t('cosign.addLead')}</p>
        {error !== null && <ErrorNotice error={error} />}
        <div>
          <div className="pin-label">
            <label htmlFor="cosign-code">{t('cosign.code')}</label>
            {until !== null && <span className="tag">{t('cosign.codeUntil', { time: timeOnly(until) })}</span>}
          </div>
          <Input
            id="cosign-code"
            size="large"
            className="mono"
            autoComplete="off"
            spellCheck={false}
            maxLength={20}
            value={code}
            aria-describedby="cosign-code-hint"
            onChange={(e) => {
              setCode(e.target.value.toUpperCase());
              setUntil(null);
            }}
          />
          <small id="cosign-code-hint" className="muted">
            {t('cosign.codeHint')}
          </small>
          {signedIn && (
            <Button type="link" onClick={() => void getCode()}>
              {t('cosign.getCode')}
            </Button>
          )}
        </div>
        <PinField id="cosign-pin" autoFocus={false} value={pin} onChange={setPin} label={t('cosign.pin')} />
        <PinField
          id="cosign-again"
          autoFocus={false}
          value={again}
          onChange={setAgain}
          onEnter={() => void make()}
          label={t('cosign.again')}
        />
        <small className="muted">{t('cosign.pinNote')}</small>
        <div role="status" className="complaint">
          {complaint !== '' && <span className="tag rose">{complaint}</span>}
        </div>
      </div>
    </Dialog>
  );
}
