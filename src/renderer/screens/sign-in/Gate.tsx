/** The door: choose the key, see the tries left, enter the PIN. The same door when the desk is locked. */
import { CheckOutlined, DashboardOutlined, KeyOutlined, MobileOutlined, UsbOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useMemo, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import type { TokenKeyView, TokenView } from '#shared/models.ts';
import { ErrorNotice, Notice } from '../../components/Notice.tsx';
import { PinField } from '../../components/PinField.tsx';
import { go, refreshTokens } from '../../state/actions.ts';
import { sessionChanged } from '../../state/session.ts';
import { ask, useDesk } from '../../state/store.ts';
import { ExpiryTag } from '../keys/Keys.tsx';
import { Cover } from './Cover.tsx';
import { PhoneDoor } from './PhoneDoor.tsx';

interface Choice {
  readonly token: TokenView;
  readonly key: TokenKeyView;
  /** Of the person who is signed in. */
  readonly own: boolean;
}
const idOf = (c: Choice): string => `${c.token.id}|${c.key.keyId}`;

/** Every key that can sign; on a locked desk the key of the person who locked it stands first, the others switch the user. */
function useChoices(): readonly Choice[] {
  const tokens = useDesk((s) => s.tokens);
  const session = useDesk((s) => s.session);
  return useMemo(() => {
    const all = (tokens?.tokens ?? []).flatMap((token) =>
      token.keys
        // A phone is asked by a code, not by a PIN.
        .filter((k) => token.profile !== 'phone' && k.certificate !== null && k.usage !== 'encryption')
        .map((key): Choice => ({ token, key, own: token.id === session?.tokenId && key.keyId === session.keyId })),
    );
    return session?.state === 'locked' ? all.sort((a, b) => Number(b.own) - Number(a.own)) : all;
  }, [tokens, session]);
}

interface KeyCardProps {
  readonly choice: Choice;
  readonly checked: boolean;
  /** What choosing it on a locked desk means. */
  readonly note: string | null;
  readonly onChoose: () => void;
}

function KeyCard({ choice: { token, key }, checked, note, onChoose }: KeyCardProps) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      role="radio"
      aria-checked={checked}
      tabIndex={checked ? 0 : -1}
      data-key={`${token.id}|${key.keyId}`}
      className="key-card"
      onClick={onChoose}
    >
      <UsbOutlined className="usb" />
      <span className="grow">
        <b>{key.certificate?.commonName}</b>
        {token.testOnly && <span className="test-mark">{t('session.testKey')}</span>}
        {note !== null && <span className="tag jade">{note}</span>}
        <span className="small muted block">
          {token.label} · {key.kind.toUpperCase()} · {t('session.serial', { serial: token.serial })}
        </span>
      </span>
      {key.certificate !== null && <ExpiryTag certificate={key.certificate} />}
    </button>
  );
}

export function Gate() {
  const { t } = useTranslation();
  const reading = useDesk((s) => s.tokens === null);
  const session = useDesk((s) => s.session);
  const locked = session?.state === 'locked';
  // Whoever locked it came by phone: the same way back, but no code before it is asked for.
  const cameByPhone = locked && session.tokenId?.startsWith('phone:') === true;
  const [door, setDoor] = useState<'key' | 'phone' | 'phone-now'>(cameByPhone ? 'phone' : 'key');
  const byPhone = door !== 'key';
  const choices = useChoices();
  const [chosen, setChosen] = useState<string | null>(null);
  const mine = locked ? choices.find((c) => c.own) : undefined;
  const current =
    choices.find((c) => idOf(c) === chosen) ?? mine ?? choices.find((c) => c.key.unusable === null) ?? choices[0];
  const switching = locked && current !== undefined && !current.own;
  const choose = (c: Choice | undefined) => {
    if (c === undefined) return;
    setChosen(idOf(c));
    setError(null);
    setPin('');
  };
  const onArrow = (e: KeyboardEvent<HTMLElement>) => {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key];
    if (by === undefined || current === undefined) return;
    e.preventDefault();
    const to = choices[(choices.indexOf(current) + by + choices.length) % choices.length];
    choose(to);
    if (to !== undefined) e.currentTarget.querySelector<HTMLElement>(`[data-key="${idOf(to)}"]`)?.focus();
  };
  const [pin, setPin] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  useEffect(() => void refreshTokens(), []);

  const enter = async () => {
    if (current === undefined || pin === '' || busy) return;
    setBusy(true);
    setError(null);
    const r = await ask('session:signIn', { tokenId: current.token.id, keyId: current.key.keyId, pin });
    setPin('');
    setBusy(false);
    if (r.ok) sessionChanged(r.value);
    else {
      setError(r.error);
      void refreshTokens();
    }
  };

  return (
    <div className="gate">
      <Cover />
      <main className="door">
        <form
          className="inner"
          onSubmit={(e) => {
            e.preventDefault();
            void enter();
          }}
        >
          <div>
            <h1>{locked ? t('session.locked') : t(byPhone ? 'phone.signIn' : 'session.title')}</h1>
            <p className="muted">
              {byPhone
                ? t(locked ? 'phone.unlockLead' : 'phone.signInLead', { name: session?.person?.name ?? '' })
                : !locked
                  ? t('session.lead')
                  : switching
                    ? t('session.switchLead', { name: current.key.certificate?.commonName ?? '' })
                    : t('session.lockedLead', { name: session.person?.name ?? '' })}
            </p>
          </div>
          {byPhone && <PhoneDoor auto={door === 'phone-now'} onBack={() => setDoor('key')} />}
          {!byPhone && locked && !cameByPhone && mine === undefined && choices.length > 0 && (
            <Notice tone="amber" title={t('session.keyGone')}>
              {t('session.otherKeys')}
            </Notice>
          )}
          {byPhone ? null : choices.length === 0 ? (
            <Notice
              tone="amber"
              title={reading ? t('session.reading') : locked ? t('session.keyGone') : t('session.noToken')}
              action={<Button onClick={() => void refreshTokens()}>{t('common.refresh')}</Button>}
            >
              {!reading && (locked ? t('session.keyGoneNext') : t('session.noTokenNext'))}
            </Notice>
          ) : (
            <div className="key-cards" role="radiogroup" aria-label={t('session.choose')} onKeyDown={onArrow}>
              {choices.map((c) => (
                <KeyCard
                  key={idOf(c)}
                  choice={c}
                  checked={c === current}
                  note={!locked ? null : t(c.own ? 'session.locker' : 'session.switch')}
                  onChoose={() => {
                    choose(c);
                    document.getElementById('pin')?.focus();
                  }}
                />
              ))}
            </div>
          )}
          {!byPhone && current?.key.unusable != null && <ErrorNotice error={current.key.unusable} tone="amber" />}
          {!byPhone && error !== null && <ErrorNotice error={error} />}
          {!byPhone && current !== undefined && (
            <>
              <PinField
                value={pin}
                onChange={setPin}
                tries={current.token.pinTries}
                label={t('session.pinPlaceholder')}
                disabled={busy}
              />
              <Button type="primary" size="large" htmlType="submit" loading={busy} disabled={pin === ''} block>
                {t(locked && !switching ? 'session.unlock' : switching ? 'session.switchIn' : 'session.signIn')}
                <kbd>Enter</kbd>
              </Button>
              {current.token.testOnly && <p className="test-key">{t('session.testKeyNote')}</p>}
            </>
          )}
          {!byPhone && (
            <>
              <div className="or" aria-hidden="true">
                {t('phone.or')}
              </div>
              <Button
                size="large"
                block
                icon={<MobileOutlined />}
                data-by-phone=""
                onClick={() => setDoor('phone-now')}
              >
                {t(locked ? 'phone.unlock' : 'phone.signIn')}
              </Button>
            </>
          )}
          <div className="aside">
            {locked ? (
              <Button onClick={() => void ask('session:signOut', undefined)}>{t('session.signOut')}</Button>
            ) : (
              <>
                <span className="muted small">{t('session.without')}</span>
                <Button type="text" icon={<CheckOutlined />} onClick={() => go('verify')}>
                  {t('nav.verify')}
                </Button>
                <Button type="text" icon={<KeyOutlined />} onClick={() => go('keys')}>
                  {t('nav.keys')}
                </Button>
                <Button type="text" icon={<DashboardOutlined />} onClick={() => go('diagnosis')}>
                  {t('nav.diagnosis')}
                </Button>
              </>
            )}
          </div>
        </form>
      </main>
    </div>
  );
}
