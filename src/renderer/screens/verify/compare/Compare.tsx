/** Two states of a changed page: side by side, under a slider, or in turn; every difference outlined, N and P walk through them. */
import { CloseOutlined, DownOutlined, SwapOutlined, UpOutlined } from '@ant-design/icons';
import { Button, Radio, Select } from 'antd';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { dialogOpen } from '../../../components/Dialog.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { typing } from '../../../shell/Shortcuts.tsx';
import type { Region } from './difference.ts';
import { useComparison, type Comparison, type Source } from './useComparison.ts';

type Mode = 'beside' | 'slide' | 'blink';
const MODES: readonly Mode[] = ['beside', 'slide', 'blink'];
/** ms that each version stays when they take turns: slow enough for eyes that are sensitive to flicker. */
const TURN = 900;

/** A page and the numbers of the two states of it: revisions of a file, versions of a record. */
export interface ComparedPage {
  readonly page: number;
  readonly before: number;
  readonly after: number;
}
export interface CompareProps {
  readonly pages: readonly ComparedPage[];
  readonly source: (n: number) => Source;
  /** What the states are called; as revisions when absent. */
  readonly words?: { readonly before: string; readonly after: string };
  readonly password?: string | undefined;
  readonly side?: ReactNode;
  readonly onClose: () => void;
}

function Painted({ source, label }: { source: HTMLCanvasElement; label: string }) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const el = ref.current;
    if (el === null) return;
    el.width = source.width;
    el.height = source.height;
    el.getContext('2d')?.drawImage(source, 0, 0);
  }, [source]);
  return <canvas ref={ref} role="img" aria-label={label} />;
}

function Marks({ regions, current }: { regions: readonly Region[]; current: number }) {
  const { t } = useTranslation();
  const percent = (n: number) => `${n * 100}%`;
  return regions.map((r, i) => (
    <span
      key={i}
      className="difference"
      data-difference={i + 1}
      data-current={i === current}
      title={t('compare.place', { i: i + 1 })}
      style={{ left: percent(r.x), top: percent(r.y), width: percent(r.width), height: percent(r.height) }}
    />
  ));
}

/** Turns of the two versions; under reduced motion only by hand. */
function useBlink(on: boolean): [boolean, () => void] {
  const [after, setAfter] = useState(true);
  const toggle = useCallback(() => setAfter((x) => !x), []);
  useEffect(() => {
    if (!on || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const timer = setInterval(toggle, TURN);
    return () => clearInterval(timer);
  }, [on, toggle]);
  return [after, toggle];
}

function Sheets({
  shown,
  mode,
  current,
  page,
  words,
  showAfter,
}: {
  shown: Extract<Comparison, { state: 'ready' }>;
  mode: Mode;
  current: number;
  page: number;
  words: { before: string; after: string };
  showAfter: boolean;
}) {
  const { t } = useTranslation();
  const [border, setBorder] = useState(50);
  const { before, after, regions } = shown;
  const missing = <p className="no-page">{t('compare.noPage', { page })}</p>;
  const marks = <Marks regions={regions} current={current} />;
  if (mode === 'beside' || before === null || after === null) {
    return (
      <div className="sheets beside">
        <figure>
          <figcaption>{words.before}</figcaption>
          <div className="sheet-frame">
            {before === null ? missing : <Painted source={before} label={words.before} />}
            {marks}
          </div>
        </figure>
        <figure>
          <figcaption>{words.after}</figcaption>
          <div className="sheet-frame">
            {after === null ? missing : <Painted source={after} label={words.after} />}
            {marks}
          </div>
        </figure>
      </div>
    );
  }
  return (
    <div className="sheets stacked" data-shows={mode === 'blink' ? (showAfter ? 'after' : 'before') : 'both'}>
      <figure>
        <figcaption>
          {mode === 'slide' ? `${words.before}  |  ${words.after}` : showAfter ? words.after : words.before}
        </figcaption>
        {mode === 'slide' && (
          <input
            type="range"
            min={0}
            max={100}
            value={border}
            aria-label={t('compare.slider')}
            onChange={(e) => setBorder(Number(e.target.value))}
          />
        )}
        <div className="sheet-frame">
          <Painted source={before} label={words.before} />
          <div
            className="over"
            style={
              mode === 'slide'
                ? { clipPath: `inset(0 0 0 ${border}%)` }
                : { visibility: showAfter ? 'visible' : 'hidden' }
            }
          >
            <Painted source={after} label={words.after} />
          </div>
          {mode === 'slide' && <i className="border-line" style={{ left: `${border}%` }} aria-hidden="true" />}
          {marks}
        </div>
      </figure>
    </div>
  );
}

export function Compare({ pages, source, words: named, password, side, onClose }: CompareProps) {
  const { t } = useTranslation();
  const [at, setAt] = useState(0);
  const [mode, setMode] = useState<Mode>('beside');
  const [current, setCurrent] = useState(0);
  const view = useRef<HTMLDivElement>(null);
  const pair = pages[at] ?? { page: 1, before: 1, after: 1 };
  const shown = useComparison({
    page: pair.page,
    before: source(pair.before),
    after: source(pair.after),
    password,
  });
  const [showAfter, toggle] = useBlink(mode === 'blink' && shown.state === 'ready');
  const count = shown.state === 'ready' ? shown.regions.length : 0;

  const step = useCallback((by: number) => setCurrent((i) => (count === 0 ? 0 : (i + by + count) % count)), [count]);
  useEffect(() => setCurrent(0), [at, shown.state]);
  useEffect(() => {
    view.current
      ?.querySelector('.difference[data-current=true]')
      ?.scrollIntoView({ block: 'center', inline: 'nearest' });
  }, [current, mode, shown]);
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (dialogOpen() || typing(e) || e.ctrlKey || e.metaKey || e.altKey) return;
      const key = e.key.toLowerCase();
      if (key === 'n') step(1);
      else if (key === 'p') step(-1);
      else if (key === 'b' && mode === 'blink') toggle();
      else if (e.key === 'Escape') onClose();
      else return;
      e.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [step, toggle, mode, onClose]);

  const words = named ?? {
    before: t('compare.before', { n: pair.before }),
    after: t('compare.after', { n: pair.after }),
  };
  return (
    <section className="pages compare" aria-label={t('compare.title')} data-compare={shown.state}>
      <div className="tools" role="toolbar" aria-label={t('compare.title')}>
        {side}
        <Radio.Group
          size="small"
          optionType="button"
          aria-label={t('compare.mode')}
          value={mode}
          onChange={(e) => setMode(e.target.value as Mode)}
          options={MODES.map((value) => ({ value, label: t(`compare.modes.${value}`) }))}
        />
        {pages.length > 1 && (
          <Select
            size="small"
            aria-label={t('compare.pages')}
            value={at}
            onChange={setAt}
            options={pages.map((p, value) => ({ value, label: t('compare.page', { page: p.page }) }))}
          />
        )}
        {mode === 'blink' && (
          <Button size="small" icon={<SwapOutlined />} onClick={toggle}>
            {t('compare.toggle')}
            <kbd>B</kbd>
          </Button>
        )}
        <span className="spring" />
        <span role="status" className="hits">
          {shown.state === 'ready' &&
            (count === 0 ? t('compare.same') : t('compare.count', { i: current + 1, n: count }))}
        </span>
        <Button
          type="text"
          icon={<UpOutlined />}
          aria-label={t('compare.prev')}
          title={t('compare.prev')}
          disabled={count < 2}
          onClick={() => step(-1)}
        />
        <Button
          type="text"
          icon={<DownOutlined />}
          aria-label={t('compare.next')}
          title={t('compare.next')}
          disabled={count < 2}
          onClick={() => step(1)}
        />
        <Button icon={<CloseOutlined />} size="small" data-compare-close="" onClick={onClose}>
          {t('compare.close')}
        </Button>
      </div>
      <div className="canvas" ref={view} tabIndex={0} role="region" aria-label={t('compare.title')}>
        {shown.state === 'loading' && <Empty title={t('compare.loading')} />}
        {shown.state === 'failed' && <Empty title={t('compare.failed')} text={t('compare.failedText')} />}
        {shown.state === 'ready' && (
          <Sheets shown={shown} mode={mode} current={current} page={pair.page} words={words} showAfter={showAfter} />
        )}
      </div>
    </section>
  );
}
