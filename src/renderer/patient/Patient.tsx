/** One thing at a time for the person who signs by hand. */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientPage } from '#shared/consent.ts';
import { radioKeys, radioTab } from '../components/radioKeys.ts';
import { applyPalette, dark, light } from '../theme/tokens.ts';
import { Asking } from './Asking.tsx';
import { Big } from './Big.tsx';
import { Confirming } from './Confirming.tsx';
import { Declining } from './Declining.tsx';
import { beginning, sceneOf, stepOf, SIZES, type Here, type TextSize } from './flow.ts';
import { ask, load, set, show, usePatient } from './page.ts';
import { Reading } from './Reading.tsx';
import { Thanks } from './Thanks.tsx';
import { Trouble } from './Trouble.tsx';
import { useInk } from './useInk.ts';
import { Writing } from './Writing.tsx';

function useDark(): boolean {
  const media = useMemo(() => matchMedia('(prefers-color-scheme: dark)'), []);
  const [is, setIs] = useState(media.matches);
  useEffect(() => {
    const changed = () => setIs(media.matches);
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  }, [media]);
  return is;
}

export function Patient() {
  const night = useDark();
  applyPalette(night ? dark : light, night ? 'dark' : 'light');
  const page = usePatient((s) => s.page);
  const error = usePatient((s) => s.error);
  const declined = usePatient((s) => s.declined);
  const { t } = useTranslation();
  useEffect(() => {
    document.title = t('patient.label');
  }, [t]);
  if (declined)
    return <Big scene="declined" mark="heard" title={t('patient.declined')} text={t('patient.declinedText')} />;
  if (error !== null && page == null)
    return (
      <Big scene="unreachable" title={t('patient.trouble')}>
        <Trouble error={error} />
        <button type="button" className="press primary" onClick={() => void load()}>
          {t('patient.retry')}
        </button>
      </Big>
    );
  if (page == null) return <Big scene="waiting" title={t('patient.waiting')} text={t('patient.waitingText')} />;
  // Another form, another writer, other bytes: everything of the one before is gone.
  return <Form key={`${page.consentId}/${page.writer}/${page.document.sm3}`} page={page} />;
}

function Form({ page }: { page: PatientPage }) {
  const { t } = useTranslation();
  const [here, setHere] = useState<Here>(() => beginning(page));
  const [size, setSize] = useState<TextSize>('normal');
  const ink = useInk(page);
  const scene = sceneOf(page, here, false);
  const content = useRef<HTMLElement>(null);
  // A new view begins at its top, and a screen reader begins to read there.
  useEffect(() => content.current?.focus({ preventScroll: true }), [scene]);
  const go = (patch: Partial<Here>) => setHere((h) => ({ ...h, ...patch }));

  const decline = async (reason: string) => {
    const r = await ask('patient:decline', { reason });
    if (r.ok) set({ declined: true });
    return r.ok ? null : r.error;
  };
  const views: Partial<Record<typeof scene, ReactNode>> = {
    read: <Reading page={page} onDone={() => go({ at: 'sign' })} onDecline={() => go({ over: 'decline' })} />,
    ask: <Asking page={page} onBack={() => go({ at: 'read' })} />,
    paper: <Asking page={page} onBack={() => go({ at: 'read' })} />,
    write: (
      <Writing
        page={page}
        ink={ink}
        onAgain={() => go({ at: 'read' })}
        onDone={() => go({ over: 'confirm' })}
        onDecline={() => go({ over: 'decline' })}
      />
    ),
    confirm: (
      <Confirming
        page={page}
        ink={ink}
        onChange={() => go({ over: null })}
        onConfirm={async () => {
          const r = await ask('patient:confirm', undefined);
          if (r.ok) show(r.value);
          return r.ok ? null : r.error;
        }}
      />
    ),
    decline: <Declining onBack={() => go({ over: null })} onDecline={decline} />,
    thanks: <Thanks page={page} />,
  };
  return (
    <div className="patient" data-size={size} data-scene={scene}>
      <Head page={page} step={stepOf(scene)} size={size} onSize={setSize} />
      <main ref={content} tabIndex={-1} className="scene">
        {views[scene]}
      </main>
      <p className="visually-hidden" role="status">
        {stepOf(scene) !== null && t('patient.step', { n: stepOf(scene) })}
      </p>
    </div>
  );
}

interface HeadProps {
  readonly page: PatientPage;
  readonly step: 1 | 2 | 3 | null;
  readonly size: TextSize;
  readonly onSize: (s: TextSize) => void;
}

function Head({ page, step, size, onSize }: HeadProps) {
  const { t } = useTranslation();
  return (
    <header className="head">
      <h1>{page.title}</h1>
      <p className="who">
        {t('patient.of', { name: page.patientName })}
        {page.signerName !== page.patientName || page.writer === 'witness'
          ? ` · ${t('patient.signs', { name: page.signerName, role: t(`patient.roles.${page.writer === 'witness' ? 'witness' : (page.role ?? 'self')}`) })}`
          : ''}
      </p>
      <span className="spring" />
      {step !== null && (
        <ol className="three" aria-label={t('patient.step', { n: step })}>
          {[1, 2, 3].map((n) => (
            <li key={n} className={n < step ? 'past' : n === step ? 'now' : ''} aria-hidden="true" />
          ))}
        </ol>
      )}
      <div className="sizes" role="radiogroup" aria-label={t('patient.size')} onKeyDown={radioKeys}>
        {SIZES.map((s, i) => (
          <button
            key={s}
            type="button"
            role="radio"
            aria-checked={s === size}
            tabIndex={radioTab(i, SIZES.indexOf(size))}
            aria-label={t(`patient.sizes.${s}`)}
            title={t(`patient.sizes.${s}`)}
            className={s}
            onClick={() => onSize(s)}
          >
            <span aria-hidden="true">{t('patient.sizeLetter')}</span>
          </button>
        ))}
      </div>
    </header>
  );
}
