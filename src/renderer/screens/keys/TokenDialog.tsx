/** The two things a person does with a key outside signing: prove that it works, and change its PIN. */
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import type { TokenKeyView, TokenView } from '#shared/models.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorNotice } from '../../components/Notice.tsx';
import { PinField } from '../../components/PinField.tsx';
import { refreshTokens } from '../../state/actions.ts';
import { ask } from '../../state/store.ts';

export type Task =
  | { readonly kind: 'test'; readonly token: TokenView; readonly key: TokenKeyView }
  | { readonly kind: 'pin'; readonly token: TokenView };

/** Shorter PINs are refused by the drivers we know; the token has the last word. */
const MINIMUM = 6;

export function TokenDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const [pin, setPin] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const { token } = task;
  const complaint =
    next !== '' && next.length < MINIMUM
      ? t('keys.pinShort')
      : again !== '' && again !== next
        ? t('keys.mismatch')
        : '';
  const ready = pin !== '' && (task.kind === 'test' || (next.length >= MINIMUM && next === again));

  const run = async () => {
    if (!ready || busy) return;
    setBusy(true);
    setError(null);
    const r =
      task.kind === 'test'
        ? await ask('tokens:test', { tokenId: token.id, keyId: task.key.keyId, pin })
        : await ask('tokens:changePin', { tokenId: token.id, oldPin: pin, newPin: next });
    setBusy(false);
    setPin('');
    void refreshTokens();
    if (!r.ok) return setError(r.error);
    const title =
      'algorithm' in r.value
        ? t('keys.testOk', { algorithm: r.value.algorithm, ms: Math.round(r.value.milliseconds) })
        : t('keys.pinChanged');
    notification.success({ title });
    onClose();
  };

  return (
    <Dialog
      title={task.kind === 'test' ? t('keys.test') : t('keys.changePin')}
      onClose={onClose}
      actions={
        <>
          <Button size="large" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="primary" size="large" disabled={!ready} loading={busy} onClick={() => void run()}>
            {task.kind === 'test' ? t('keys.test') : t('keys.changePin')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <div className="muted">{token.label}</div>
        {error !== null && <ErrorNotice error={error} />}
        <PinField
          value={pin}
          onChange={setPin}
          onEnter={() => void run()}
          tries={token.pinTries}
          label={task.kind === 'pin' ? t('keys.oldPin') : t('session.pinPlaceholder')}
        />
        {task.kind === 'pin' && (
          <>
            <PinField id="pin-new" autoFocus={false} value={next} onChange={setNext} label={t('keys.newPin')} />
            <PinField
              id="pin-again"
              autoFocus={false}
              value={again}
              onChange={setAgain}
              onEnter={() => void run()}
              label={t('keys.repeatPin')}
            />
          </>
        )}
        <div role="status" className="complaint">
          {complaint !== '' && <span className="tag rose">{complaint}</span>}
        </div>
      </div>
    </Dialog>
  );
}
