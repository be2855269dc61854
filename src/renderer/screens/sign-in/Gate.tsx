/** The door: choose the key, see the tries left, enter the PIN. The same door when the desk is locked. */
import { DashboardOutlined, CheckOutlined, UsbOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import type { TokenKeyView, TokenView } from '#shared/models.ts';
import { ErrorNotice, Notice } from '../../components/Notice.tsx';
import { PinField } from '../../components/PinField.tsx';
import { Mark } from '../../shell/Rail.tsx';
import { go, refreshTokens } from '../../state/actions.ts';
import { ask, set, useDesk } from '../../state/store.ts';

interface Choice {
  readonly token: TokenView;
  readonly key: TokenKeyView;
}
const idOf = (c: Choice): string => `${c.token.id}|${c.key.keyId}`;

export function Gate() {
  const { t } = useTranslation();
  const tokens = useDesk((s) => s.tokens);
  const session = useDesk((s) => s.session);
  const version = useDesk((s) => s.version);
  const locked = session?.state === 'locked';
  const choices = useMemo(
    () =>
      (tokens?.tokens ?? [])
        .flatMap((token) =>
          token.keys
            .filter((k) => k.certificate !== null && k.usage !== 'encryption')
            .map((key): Choice => ({ token, key })),
        )
        .filter((c) => !locked || (c.token.id === session?.tokenId && c.key.keyId === session.keyId)),
    [tokens, locked, session],
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const current = choices.find((c) => idOf(c) === chosen) ?? choices.find((c) => c.key.unusable === null) ?? choices[0];
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
    if (r.ok) set({ session: r.value });
    else {
      setError(r.error);
      void refreshTokens();
    }
  };

  return (
    <div className="gate">
      <section className="cover">
        <Mark big />
        <h1>{t('app.tagline')}</h1>
        <div className="muted">{t('session.local')}</div>
        <div className="facts small muted">
          <span>{t('settings.version', { version })}</span>
        </div>
      </section>
      <main className="door">
        <form
          className="inner"
          onSubmit={(e) => {
            e.preventDefault();
            void enter();
          }}
        >
          <h1>{locked ? t('session.locked') : t('session.title')}</h1>
          <div className="muted">
            {locked ? t('session.lockedLead', { name: session?.person?.name ?? '' }) : t('session.lead')}
          </div>
          {error !== null && <ErrorNotice error={error} />}
          {choices.length === 0 ? (
            <Notice
              tone="amber"
              title={t('session.noToken')}
              action={<Button onClick={() => void refreshTokens()}>{t('common.refresh')}</Button>}
            >
              {t('session.noTokenNext')}
            </Notice>
          ) : (
            <div role="radiogroup" aria-label={t('session.choose')}>
              {choices.map((c) => (
                <button
                  key={idOf(c)}
                  type="button"
                  role="radio"
                  aria-checked={c === current}
                  className="key-card"
                  onClick={() => setChosen(idOf(c))}
                >
                  <UsbOutlined className="muted" />
                  <span className="grow">
                    <b>{c.key.certificate?.commonName}</b>
                    {c.token.testOnly && <span className="tag amber">{t('session.testKey')}</span>}
                    <span className="small muted" style={{ display: 'block' }}>
                      {c.token.label} · {c.key.kind.toUpperCase()} · {t('session.serial', { serial: c.token.serial })}
                    </span>
                  </span>
                  {c.key.certificate !== null && (
                    <span className={`tag ${c.key.certificate.daysLeft <= 60 ? 'amber' : ''}`}>
                      {c.key.certificate.daysLeft < 0
                        ? t('session.expired')
                        : t('session.expires', { n: c.key.certificate.daysLeft })}
                    </span>
                  )}
                </button>
              ))}
            </div>
          )}
          {current?.key.unusable != null && <ErrorNotice error={current.key.unusable} tone="amber" />}
          {current !== undefined && (
            <>
              <PinField
                value={pin}
                onChange={setPin}
                tries={current.token.pinTries}
                label={t('session.pinPlaceholder')}
                disabled={busy}
              />
              <Button type="primary" size="large" htmlType="submit" loading={busy} disabled={pin === ''} block>
                {locked ? t('session.unlock') : t('session.signIn')}
              </Button>
              {current.token.testOnly && <div className="small muted">{t('session.testKeyNote')}</div>}
            </>
          )}
          <div className="bar">
            {locked && <Button onClick={() => void ask('session:signOut', undefined)}>{t('session.switch')}</Button>}
            <span className="spring" />
            {!locked && (
              <>
                <Button type="text" icon={<CheckOutlined />} onClick={() => go('verify')}>
                  {t('nav.verify')}
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
