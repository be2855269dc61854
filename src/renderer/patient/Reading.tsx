/**
 * The form, in large type or as its very pages; read aloud where this machine can. The button goes down the text page by page and says
 * "I have read it" only at the end: nobody has to know how to scroll.
 */
import { FileTextOutlined, FontSizeOutlined, PauseOutlined, SoundOutlined } from '@ant-design/icons';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientPage } from '#shared/consent.ts';
import { Pages } from './Pages.tsx';
import { sentencesOf } from './speech/sentences.ts';
import { useReader } from './speech/useReader.ts';

export interface ReadingProps {
  readonly page: PatientPage;
  readonly onDone: () => void;
  readonly onDecline: () => void;
}

/** CSS pixels from the end at which the end counts as seen. */
const NEAR = 24;
/** Of the height that a press of the button moves on: the last lines stay, so that no line is lost. */
const TURN = 0.82;

/** Whether the end of what scrolls has been in view once; `turn` goes on by a view. */
function useEnd(view: string): { ref: (el: HTMLElement | null) => void; seen: boolean; turn: () => void } {
  const [el, setEl] = useState<HTMLElement | null>(null);
  const [seenIn, setSeenIn] = useState<ReadonlySet<string>>(new Set());
  const look = useCallback(() => {
    // What was taken out of the page has no height and therefore always an end in view.
    if (el === null || !el.isConnected || el.querySelector('[aria-busy]') !== null) return;
    if (el.scrollTop + el.clientHeight >= el.scrollHeight - NEAR)
      setSeenIn((s) => (s.has(view) ? s : new Set([...s, view])));
  }, [el, view]);
  useEffect(() => {
    if (el === null) return;
    el.addEventListener('scroll', look, { passive: true });
    const watch = new ResizeObserver(look);
    watch.observe(el);
    if (el.firstElementChild !== null) watch.observe(el.firstElementChild);
    look();
    return () => {
      el.removeEventListener('scroll', look);
      watch.disconnect();
    };
  }, [el, look]);
  const turn = () => {
    const smooth = !matchMedia('(prefers-reduced-motion: reduce)').matches;
    el?.scrollBy({ top: el.clientHeight * TURN, behavior: smooth ? 'smooth' : 'instant' });
  };
  // Read in either form is read.
  return { ref: setEl, seen: seenIn.size > 0, turn };
}

export function Reading({ page, onDone, onDecline }: ReadingProps) {
  const { t } = useTranslation();
  const [view, setView] = useState<'text' | 'pages'>(page.paragraphs.length > 0 ? 'text' : 'pages');
  const sentences = useMemo(() => sentencesOf(page.paragraphs), [page.paragraphs]);
  const reader = useReader(sentences, page.language);
  const { ref, seen, turn } = useEnd(view);
  const reading = reader.state === 'reading';
  return (
    <section className="reading">
      {view === 'text' ? (
        <LargeType
          page={page}
          sentences={sentences}
          at={reading || reader.state === 'paused' ? reader.at : null}
          speechless={reader.state === 'no-voice'}
          scroll={ref}
        />
      ) : (
        <Pages url={page.document.url} scroll={ref} />
      )}
      <footer className="feet">
        <button type="button" className="press quiet" data-to-decline="" onClick={onDecline}>
          {t('patient.decline')}
        </button>
        <span className="spring" />
        {reader.state !== 'no-voice' && view === 'text' && (
          <button
            type="button"
            className="press"
            data-aloud={reader.state}
            onClick={reading ? reader.pause : reader.play}
          >
            {reading ? <PauseOutlined /> : <SoundOutlined />}{' '}
            {t(reading ? 'patient.pause' : reader.state === 'paused' ? 'patient.goOn' : 'patient.read')}
          </button>
        )}
        {page.paragraphs.length > 0 && (
          <button
            type="button"
            className="press"
            data-view={view}
            onClick={() => {
              reader.stop();
              setView(view === 'text' ? 'pages' : 'text');
            }}
          >
            {view === 'text' ? <FileTextOutlined /> : <FontSizeOutlined />}{' '}
            {t(view === 'text' ? 'patient.original' : 'patient.text')}
          </button>
        )}
        <button
          type="button"
          className="press primary"
          data-seen={seen}
          onClick={() => {
            if (!seen) return turn();
            reader.stop();
            onDone();
          }}
        >
          {t(seen ? 'patient.seen' : 'patient.more')}
        </button>
      </footer>
    </section>
  );
}

interface LargeTypeProps {
  readonly page: PatientPage;
  readonly sentences: ReturnType<typeof sentencesOf>;
  /** The sentence being read aloud. */
  readonly at: number | null;
  readonly speechless: boolean;
  readonly scroll: (el: HTMLElement | null) => void;
}

function LargeType({ page, sentences, at, speechless, scroll }: LargeTypeProps) {
  const { t } = useTranslation();
  const now = useRef<HTMLElement>(null);
  useEffect(() => {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (at !== null) now.current?.scrollIntoView({ block: 'center', behavior: still ? 'instant' : 'smooth' });
  }, [at]);
  return (
    <div className="large-type" ref={scroll} tabIndex={0} role="region" aria-label={page.title}>
      <div className="column">
        {page.paragraphs.map((p, i) => {
          const own = sentences.flatMap((s, n) =>
            s.paragraph === i
              ? [
                  <span
                    key={n}
                    ref={n === at ? now : null}
                    className={n === at ? 'spoken' : undefined}
                    data-sentence={n}
                  >
                    {s.text}
                  </span>,
                ]
              : [],
          );
          if (p.kind === 'title') return <h2 key={i}>{own}</h2>;
          if (p.kind === 'heading') return <h3 key={i}>{own}</h3>;
          return (
            <p key={i} className={p.kind}>
              {own}
            </p>
          );
        })}
        {speechless && <p className="soft">{t('patient.noVoice')}</p>}
      </div>
    </div>
  );
}
