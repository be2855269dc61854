import { useEffect, useRef, useState } from 'react';
import type { PhoneRequest, PhoneRow } from '#core/token/cosign/device/index.ts';
import { useWords } from '../i18n/index.ts';
import { Frame } from '../parts/Frame.tsx';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { PinField, type PinHandle } from '../parts/PinField.tsx';
import { Sheet } from '../parts/Sheet.tsx';
import { minutesOf } from '../parts/times.ts';
import { approve, goHome, ranOut, readAgain, readOn, refuse } from '../state/flow.ts';
import { usePage, type View } from '../state/store.ts';

type AskedView = Extract<View, { at: 'asked' }>;

/** What a desk asks; then, on a screen of its own, the PIN. */
export function Asked({ view }: { view: AskedView }) {
  const [refusing, setRefusing] = useState(false);
  const shut = (): void => setRefusing(false);
  return (
    <>
      {view.step === 'read' ? (
        <Reading view={view} onRefuse={() => setRefusing(true)} />
      ) : (
        <Approving view={view} onRefuse={() => setRefusing(true)} />
      )}
      {refusing && <Refusing login={view.asked.request.kind === 'login'} onShut={shut} />}
    </>
  );
}

function Title({ request }: { request: PhoneRequest }) {
  const { t } = useWords();
  return (
    <div className="asks">
      <h2>{request.kind === 'login' ? t('asked.login') : t('asked.sign', { n: request.rows.length })}</h2>
      <small className="muted">{t('asked.desk')}</small>
      <p className="desk">{request.desk}</p>
    </div>
  );
}

function Check({ check }: { check: string }) {
  const { t } = useWords();
  return (
    <section className="card check">
      <span className="number" data-check={check}>
        {check}
      </span>
      <span className="says">
        {t('asked.check')}
        <br />
        <small className="muted">{t('asked.checkNext')}</small>
      </span>
    </section>
  );
}

function Reading({ view: { asked }, onRefuse }: { view: AskedView; onRefuse: () => void }) {
  const { t } = useWords();
  const { request, check, expiresAt } = asked;
  return (
    <Frame
      title={t('app.title')}
      foot={
        <>
          <button type="button" className="button grave" onClick={onRefuse}>
            {t('asked.refuse')}
          </button>
          <button type="button" className="button main" onClick={readOn}>
            {t('asked.ok')}
          </button>
        </>
      }
    >
      <Title request={request} />
      <Check check={check} />
      <Left until={expiresAt} />
      {request.kind === 'sign' && <List request={request} />}
    </Frame>
  );
}

/** How long the desk waits, in quiet words; when it is over nothing more can be approved. */
function Left({ until }: { until: number }) {
  const { t } = useWords();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const left = Math.ceil((until - now) / 1000);
  useEffect(() => {
    if (left <= 0) ranOut();
  }, [left]);
  return (
    <p className="muted" role="timer">
      {t('asked.left', { time: minutesOf(Math.max(0, left)) })}
    </p>
  );
}

/** Rows that are shown at first: the buttons below stay in reach with large text too. */
const FIRST = 50;

function List({ request: { rows, seals } }: { request: PhoneRequest }) {
  const { t } = useWords();
  const [all, setAll] = useState(rows.length <= FIRST);
  const types = new Map<string, number>();
  for (const { type } of rows) types.set(type, (types.get(type) ?? 0) + 1);
  return (
    <section className="section">
      <h3>{t('asked.rows')}</h3>
      <p className="totals">
        {[...types]
          .sort(([, a], [, b]) => b - a)
          .map(([type, n]) => (
            <span key={type}>{t('asked.total', { type, n })}</span>
          ))}
      </p>
      {seals && <p className="muted">{t('asked.seals')}</p>}
      <ol className="rows">
        {(all ? rows : rows.slice(0, FIRST)).map((row, i) => (
          <Row key={i} row={row} n={i + 1} />
        ))}
      </ol>
      {!all && (
        <button type="button" className="button" onClick={() => setAll(true)}>
          {t('asked.rest', { n: rows.length - FIRST })}
        </button>
      )}
    </section>
  );
}

function Row({ row: { type, initials, digest }, n }: { row: PhoneRow; n: number }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const upper = digest.toUpperCase();
  return (
    <li>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="n">{n}</span>
        <span>
          {type} <span className="muted">{initials}</span>
        </span>
        <span className="short mono">{upper.slice(0, 8)}</span>
        {open && (
          <span className="full mono">{t('asked.digest', { digest: upper.replace(/(.{8})(?=.)/g, '$1 ') })}</span>
        )}
      </button>
    </li>
  );
}

function Approving({ view, onRefuse }: { view: AskedView; onRefuse: () => void }) {
  const { t } = useWords();
  const { asked, error, step } = view;
  const { request, check, expiresAt } = asked;
  const state = usePage((s) => s.state);
  const pin = useRef<PinHandle>(null);
  const opening = step === 'opening';
  const submit = (): void => {
    const typed = pin.current?.take() ?? '';
    if (typed === '') pin.current?.focus();
    else void approve(typed);
  };
  const left = state !== null && state.triesLeft < 5 && error === null ? state.triesLeft : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!opening) submit();
      }}
    >
      <Frame
        title={t('asked.pinTitle')}
        back={opening ? undefined : readAgain}
        foot={
          <>
            <button type="button" className="button grave" disabled={opening} onClick={onRefuse}>
              {t('asked.refuse')}
            </button>
            <button type="submit" className="button main" disabled={opening}>
              {t(opening ? 'asked.unlocking' : request.kind === 'login' ? 'asked.loginNow' : 'asked.signNow')}
            </button>
          </>
        }
      >
        <Title request={request} />
        <Check check={check} />
        {error !== null && <ErrorNotice error={error} />}
        {left !== null && <Notice tone="warn" title={t('asked.tries', { n: left })} />}
        <PinField ref={pin} label={t('asked.pin')} autoFocus wrong={error !== null} />
        {!opening && <Left until={expiresAt} />}
      </Frame>
    </form>
  );
}

function Refusing({ login, onShut }: { login: boolean; onShut: () => void }) {
  const { t } = useWords();
  return (
    <Sheet title={t('asked.why')} lead={t('asked.whyLead')} onShut={onShut}>
      <button type="button" className="button grave" onClick={() => void refuse('not-mine')}>
        {t('asked.notMine')}
      </button>
      {!login && (
        <button type="button" className="button grave" onClick={() => void refuse('wrong-list')}>
          {t('asked.wrongList')}
        </button>
      )}
      <button type="button" className="button grave" onClick={() => void refuse('other')}>
        {t('asked.other')}
      </button>
      <button type="button" className="button" onClick={onShut}>
        {t('asked.stay')}
      </button>
    </Sheet>
  );
}

/** The code is being claimed, or refused. */
export function Opening() {
  const { t } = useWords();
  return (
    <Frame title={t('app.title')} middle>
      <div className="busy" aria-hidden="true" />
      <p role="status">{t('asked.opening')}</p>
      <button type="button" className="link" onClick={goHome}>
        {t('ways.home')}
      </button>
    </Frame>
  );
}
