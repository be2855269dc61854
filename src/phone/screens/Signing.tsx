import { useEffect, useState } from 'react';
import { documentsSigned } from '../device/types.ts';
import { useWords } from '../i18n/index.ts';
import { Frame } from '../parts/Frame.tsx';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { Sheet } from '../parts/Sheet.tsx';
import { go, goHome, stopSigning } from '../state/flow.ts';
import type { View } from '../state/store.ts';

/** Signatures are made as the desk comes to them. */
export function Signing({ view }: { view: Extract<View, { at: 'signing' }> }) {
  const { t } = useWords();
  const [stopping, setStopping] = useState(false);
  const away = useWasAway();
  const silent = useSilence(view.progress.signed);
  const { request } = view.asked;
  const total = request.rows.length;
  const { connected, fault } = view.progress;
  const rows = documentsSigned(request, view.progress);
  const login = request.kind === 'login';
  return (
    <>
      <Frame
        title={t(login ? 'signing.login' : 'signing.title')}
        middle
        foot={
          <button type="button" className="button whole" onClick={() => setStopping(true)}>
            {t('signing.stop')}
          </button>
        }
      >
        <p className="muted">{request.desk}</p>
        {login || rows === 0 ? (
          <>
            <div className="busy" aria-hidden="true" />
            <p role="status">{t('signing.waiting')}</p>
          </>
        ) : (
          <>
            <p className="amount" role="status" data-signed={rows}>
              {t('signing.of', { n: rows, total })}
            </p>
            <Bar of={total} done={rows} />
          </>
        )}
        {fault === undefined ? <p>{t('signing.keep')}</p> : <ErrorNotice error={fault} />}
        {!connected && (
          <Notice tone="warn" title={t('signing.broken')}>
            {t('signing.brokenNext')}
          </Notice>
        )}
        {silent && connected && fault === undefined && (
          <Notice tone="warn" title={t('signing.silent')}>
            {t('signing.silentNext')}
          </Notice>
        )}
        {away && connected && (
          <Notice tone="warn" title={t('signing.away')}>
            {t('signing.awayNext')}
          </Notice>
        )}
      </Frame>
      {stopping && (
        <Sheet title={t('signing.stopTitle')} lead={t('signing.stopLead')} onShut={() => setStopping(false)}>
          <button type="button" className="button grave" onClick={stopSigning}>
            {t('signing.stop')}
          </button>
          <button type="button" className="button" onClick={() => setStopping(false)}>
            {t('signing.goOn')}
          </button>
        </Sheet>
      )}
    </>
  );
}

function Bar({ of, done }: { of: number; done: number }) {
  const { t } = useWords();
  return (
    <div
      className="bar"
      role="progressbar"
      aria-label={t('signing.title')}
      aria-valuemin={0}
      aria-valuemax={of}
      aria-valuenow={done}
    >
      <i style={{ transform: `scaleX(${of === 0 ? 0 : done / of})` }} />
    </div>
  );
}

/** A desk that sends nothing for so long may wait for a time stamp; or it is switched off, which the phone can't know. */
const SILENCE_MS = 40_000;

/** True when nothing was signed for a while. */
function useSilence(signed: number): boolean {
  const [silentAt, setSilentAt] = useState<number | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSilentAt(signed), SILENCE_MS);
    return () => clearTimeout(timer);
  }, [signed]);
  return silentAt === signed;
}

/** A page that is not in front is slowed down by the system, or stopped. */
function useWasAway(): boolean {
  const [away, setAway] = useState(false);
  useEffect(() => {
    const changed = (): void => {
      if (document.visibilityState === 'hidden') setAway(true);
    };
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, []);
  return away;
}

export function Done({ view }: { view: Extract<View, { at: 'done' }> }) {
  const { t } = useWords();
  const { asked, end } = view;
  const { kind, desk, rows } = asked.request;
  const done = end === 'done';
  const what = !done ? 'done.refused' : kind === 'login' ? 'done.login' : 'done.signed';
  return (
    <Frame
      title={t('app.title')}
      middle
      foot={
        <>
          <button type="button" className="button" onClick={() => go({ at: 'scan', wanted: 'request', typing: false })}>
            {t('done.another')}
          </button>
          <button type="button" className="button main" onClick={goHome}>
            {t('done.close')}
          </button>
        </>
      }
    >
      <span className={done ? 'shape big' : 'shape big warn'} aria-hidden="true">
        {done ? '✓' : '–'}
      </span>
      <h2 role="status">{t(what)}</h2>
      <p className="muted">
        {!done
          ? t('done.refusedNext')
          : kind === 'login'
            ? t('done.loginNext', { desk })
            : t('done.signedNext', { n: rows.length, desk })}
      </p>
      {!done && <p className="muted">{t('done.notMineNext')}</p>}
    </Frame>
  );
}
