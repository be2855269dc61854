import { useWords } from '../i18n/index.ts';
import { Frame, Mark } from '../parts/Frame.tsx';
import { Notice } from '../parts/Notice.tsx';
import { dayOf, daysUntil, momentOf } from '../parts/times.ts';
import { go } from '../state/flow.ts';
import { usePage } from '../state/store.ts';
import type { KeyState, KeyView } from '../device/types.ts';
import type { Act } from '../store/acts.ts';

/** No key lies here yet: how one comes to be. */
export function Welcome() {
  const { t } = useWords();
  const cutOff = usePage((s) => s.cutOff);
  return (
    <Frame
      title={t('app.title')}
      aside={null}
      foot={
        <>
          <button
            type="button"
            className="button main whole"
            onClick={() => go({ at: 'scan', wanted: 'enrol', typing: false })}
          >
            {t('welcome.scan')}
          </button>
          <button
            type="button"
            className="button whole"
            onClick={() => go({ at: 'scan', wanted: 'enrol', typing: true })}
          >
            {t('welcome.type')}
          </button>
        </>
      }
    >
      <Mark big />
      <h2>{t('welcome.title')}</h2>
      <p>{t('welcome.lead')}</p>
      <Said />
      <Offline />
      {cutOff && (
        <Notice tone="warn" title={t('welcome.cutOff')}>
          {t('welcome.cutOffNext')}
        </Notice>
      )}
      <ol className="steps">
        <li>{t('welcome.step1')}</li>
        <li>{t('welcome.step2')}</li>
        <li>{t('welcome.step3')}</li>
      </ol>
      <p className="muted">{t('welcome.it')}</p>
      <LanguageLink />
    </Frame>
  );
}

function LanguageLink() {
  const { t } = useWords();
  return (
    <button type="button" className="link" onClick={() => go({ at: 'settings' })}>
      {t('settings.language')}
    </button>
  );
}

export function Home({ held }: { held: KeyView }) {
  const { t } = useWords();
  const acts = usePage((s) => s.acts);
  return (
    <Frame
      title={t('home.title')}
      foot={
        <>
          <button type="button" className="button" onClick={() => go({ at: 'settings' })}>
            {t('home.settings')}
          </button>
          <button
            type="button"
            className="button main"
            onClick={() => go({ at: 'scan', wanted: 'request', typing: false })}
          >
            {t('home.scan')}
          </button>
        </>
      }
    >
      <Said />
      <KeyCard held={held} />
      <section className="section">
        <h3>{t('home.acts')}</h3>
        {acts.length === 0 ? (
          <p className="muted">{t('home.noActs')}</p>
        ) : (
          <ul className="acts">
            {acts.map((act) => (
              <ActLine key={act.at} act={act} />
            ))}
          </ul>
        )}
      </section>
    </Frame>
  );
}

const bad: ReadonlySet<KeyState['state']> = new Set(['suspended', 'locked', 'revoked']);

function KeyCard({ held }: { held: KeyView }) {
  const { t, language } = useWords();
  const state = usePage((s) => s.state);
  const reached = usePage((s) => s.reached);
  const days = held.validUntil === null ? null : daysUntil(held.validUntil, Date.now());
  return (
    <>
      <Offline />
      {state !== null && bad.has(state.state) && (
        <Notice tone="bad" title={t(`home.${state.state}`)}>
          {t('home.stoppedNext')}
        </Notice>
      )}
      {days !== null && days < 0 && (
        <Notice tone="bad" title={t('home.expired')}>
          {t('home.expiredNext')}
        </Notice>
      )}
      {days !== null && days >= 0 && days < 30 && (
        <Notice tone="warn" title={t('home.soon', { n: days })}>
          {t('home.expiredNext')}
        </Notice>
      )}
      <section className="card" aria-label={t('home.key')}>
        <p className="person">{held.name}</p>
        <p className="muted">{held.department}</p>
        <dl className="facts">
          {held.validUntil !== null && (
            <>
              <dt>{t('home.validUntil')}</dt>
              <dd>{dayOf(held.validUntil, language)}</dd>
            </>
          )}
          <dt>{t('home.state')}</dt>
          <dd data-state={state?.state ?? 'unknown'}>
            {state !== null ? t(`home.${state.state}`) : t(reached === null ? 'home.asking' : 'home.unknown')}
          </dd>
          {state !== null && state.state === 'active' && state.triesLeft < 5 && (
            <>
              <dt>{t('home.tries')}</dt>
              <dd>{t('home.triesLeft', { n: state.triesLeft })}</dd>
            </>
          )}
        </dl>
      </section>
    </>
  );
}

export function Offline() {
  const { t } = useWords();
  const reached = usePage((s) => s.reached);
  if (reached !== false) return null;
  return (
    <Notice tone="warn" title={t('home.offline')}>
      {t('home.offlineNext')}
    </Notice>
  );
}

/** What was done a moment ago. */
function Said() {
  const { t } = useWords();
  const said = usePage((s) => s.said);
  switch (said) {
    case 'pin-changed':
      return <Notice tone="good" title={t('home.saidPinChanged')} />;
    case 'renewed':
      return <Notice tone="good" title={t('home.saidRenewed')} />;
    case 'removed':
      return <Notice tone="good" title={t('home.saidRemoved')} />;
    case 'removed-here':
      return (
        <Notice tone="warn" title={t('home.saidRemovedHere')}>
          {t('home.saidRemovedHereNext')}
        </Notice>
      );
    case 'not-mine':
      return (
        <Notice tone="warn" title={t('home.saidNotMine')}>
          {t('home.saidNotMineNext')}
        </Notice>
      );
    case null:
      return null;
  }
}

function ActLine({ act }: { act: Act }) {
  const { t, language } = useWords();
  const done = act.end === 'done';
  const what = act.kind === 'login' ? t('home.login') : done ? t('home.signed', { n: act.count }) : partOf(act);
  function partOf({ signed, count, end }: Act): string {
    if (end === 'PHONE_REFUSED' && signed === 0) return t('home.refused');
    return signed === 0 ? t('home.none') : t('home.part', { n: Math.min(signed, count), total: count });
  }
  return (
    <li>
      <span className={done ? 'shape' : 'shape warn'} aria-hidden="true">
        {done ? '✓' : '!'}
      </span>
      <span className="what">
        {what}
        {!done && act.kind === 'login' && ` · ${partOf(act)}`}
        <br />
        <small className="muted">{act.desk}</small>
      </span>
      <small className="muted">{momentOf(act.at, language)}</small>
    </li>
  );
}
