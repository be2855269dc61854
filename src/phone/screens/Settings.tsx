import { useRef, useState } from 'react';
import type { Language } from '#core/errors/index.ts';
import { choose, useWords } from '../i18n/index.ts';
import { Frame } from '../parts/Frame.tsx';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { PinField, type PinHandle } from '../parts/PinField.tsx';
import { dayOf } from '../parts/times.ts';
import { go, goHome } from '../state/flow.ts';
import { usePage, type View } from '../state/store.ts';
import { changePin, remove, renew } from '../state/upkeep.ts';
import { isWeakPin } from '../weak-pin.ts';

const backToSettings = (): void => go({ at: 'settings' });

export function Settings() {
  const { t, language } = useWords();
  const held = usePage((s) => s.key);
  const choice = (name: Language) => (
    <button type="button" className="button" aria-pressed={language === name} lang={name} onClick={() => choose(name)}>
      {t(`settings.${name}`)}
    </button>
  );
  return (
    <Frame title={t('settings.title')} back={goHome}>
      {held !== null && (
        <ul className="choices">
          <li>
            <button type="button" onClick={() => go({ at: 'change-pin', working: false, error: null })}>
              {t('settings.changePin')}
            </button>
          </li>
          <li>
            <button type="button" onClick={() => go({ at: 'renew', working: false, error: null })}>
              {t('settings.renew')}
            </button>
          </li>
          <li>
            <button type="button" onClick={() => go({ at: 'scan', wanted: 'enrol', typing: true })}>
              {t('settings.enrol')}
            </button>
          </li>
          <li>
            <button type="button" onClick={() => go({ at: 'remove', working: false, error: null })}>
              {t('settings.remove')}
            </button>
          </li>
        </ul>
      )}
      <section className="section">
        <h3>{t('settings.language')}</h3>
        <div className="languages">
          {choice('zh')}
          {choice('en')}
        </div>
      </section>
      {held !== null && (
        <section className="section">
          <h3>{t('settings.about')}</h3>
          <dl className="facts">
            <dt>{t('settings.made')}</dt>
            <dd>{dayOf(held.createdAt, language)}</dd>
            <dt>{t('settings.renewed')}</dt>
            <dd>{dayOf(held.refreshedAt, language)}</dd>
            <dt>{t('settings.keyId')}</dt>
            <dd className="mono">{held.keyId}</dd>
            <dt>{t('settings.service')}</dt>
            <dd>{location.host}</dd>
          </dl>
        </section>
      )}
    </Frame>
  );
}

export function ChangePin({ view }: { view: Extract<View, { at: 'change-pin' }> }) {
  const { t } = useWords();
  const old = useRef<PinHandle>(null);
  const next = useRef<PinHandle>(null);
  const again = useRef<PinHandle>(null);
  const [complaint, setComplaint] = useState<'differ' | 'weak' | null>(null);
  const submit = (): void => {
    const [first = '', second = ''] = [next.current?.peek(), again.current?.peek()];
    const wrong = first !== second ? 'differ' : isWeakPin(first) ? 'weak' : null;
    setComplaint(wrong);
    if (wrong !== null) return (wrong === 'differ' ? again : next).current?.focus();
    const present = old.current?.take() ?? '';
    next.current?.take();
    again.current?.take();
    void changePin(present, first);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!view.working) submit();
      }}
    >
      <Frame
        title={t('pin.title')}
        back={view.working ? undefined : backToSettings}
        foot={
          <button type="submit" className="button main whole" disabled={view.working}>
            {t(view.working ? 'pin.working' : 'pin.change')}
          </button>
        }
      >
        {view.error !== null && <ErrorNotice error={view.error} />}
        <PinField ref={old} label={t('pin.old')} autoFocus wrong={view.error !== null} />
        <PinField
          ref={next}
          label={t('pin.next')}
          under={t('enrol.rules')}
          wrong={complaint === 'weak'}
          keyboardChoice={false}
        />
        <PinField ref={again} label={t('pin.again')} wrong={complaint === 'differ'} keyboardChoice={false} />
        {complaint !== null && <Notice tone="bad" title={t(`enrol.${complaint}`)} />}
      </Frame>
    </form>
  );
}

export function Renew({ view }: { view: Extract<View, { at: 'renew' }> }) {
  const { t } = useWords();
  const pin = useRef<PinHandle>(null);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const typed = pin.current?.take() ?? '';
        if (typed === '') pin.current?.focus();
        else if (!view.working) void renew(typed);
      }}
    >
      <Frame
        title={t('renew.title')}
        back={view.working ? undefined : backToSettings}
        foot={
          <button type="submit" className="button main whole" disabled={view.working}>
            {t(view.working ? 'renew.working' : 'renew.go')}
          </button>
        }
      >
        <p>{t('renew.lead')}</p>
        {view.error !== null && <ErrorNotice error={view.error} />}
        <PinField ref={pin} label={t('asked.pin')} autoFocus wrong={view.error !== null} />
      </Frame>
    </form>
  );
}

export function Remove({ view }: { view: Extract<View, { at: 'remove' }> }) {
  const { t } = useWords();
  return (
    <Frame
      title={t('remove.title')}
      back={view.working ? undefined : backToSettings}
      foot={
        <button type="button" className="button grave whole" disabled={view.working} onClick={() => void remove()}>
          {t(view.working ? 'remove.working' : 'remove.go')}
        </button>
      }
    >
      <p>{t('remove.lead')}</p>
      {view.error !== null && <ErrorNotice error={view.error} />}
    </Frame>
  );
}
