/** The document is the hero: pages, zoom, fit width, search, thumbnails. */
import {
  ColumnWidthOutlined,
  LeftOutlined,
  PicLeftOutlined,
  RightOutlined,
  SearchOutlined,
  ZoomInOutlined,
  ZoomOutOutlined,
} from '@ant-design/icons';
import { Button, Input, type InputRef } from 'antd';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../components/Empty.tsx';
import { toPixels } from '../format/placement.ts';
import { hitsIn, showHits } from './find.ts';
import { openDocument, type PdfDocument } from './open.ts';
import { Page, type PageSize } from './Page.tsx';

/** CSS pixels per point at 100 %. */
const ACTUAL = 96 / 72;

function Thumbnail({
  pdf,
  number,
  current,
  onPick,
}: {
  pdf: PdfDocument;
  number: number;
  current: boolean;
  onPick: () => void;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let stopped = false;
    void pdf
      .getPage(number)
      .then((page) => {
        const target = canvas.current;
        if (stopped || target === null) return undefined;
        const base = page.getViewport({ scale: 1 });
        const viewport = page.getViewport({ scale: 200 / base.width });
        target.width = viewport.width;
        target.height = viewport.height;
        return page.render({ canvas: target, viewport }).promise;
      })
      .catch(() => undefined);
    return () => {
      stopped = true;
    };
  }, [pdf, number]);
  return (
    <button type="button" aria-current={current} aria-label={String(number)} onClick={onPick}>
      <canvas ref={canvas} />
      <span>{number}</span>
    </button>
  );
}

export interface ViewerProps {
  readonly url: string;
  readonly title: ReactNode;
  /** Drawn over a page; `scale` is CSS pixels per point. */
  readonly overlay?: (page: number, scale: number, size: PageSize) => ReactNode;
  /** Scrolled into view when the document is there; `y` in mm from the top of the page. */
  readonly reveal?: { readonly page: number; readonly y: number } | undefined;
  readonly side?: ReactNode;
}

export function Viewer({ url, title, overlay, reveal, side }: ViewerProps) {
  const { t } = useTranslation();
  const [pdf, setPdf] = useState<PdfDocument | null>(null);
  const [sizes, setSizes] = useState<readonly PageSize[]>([]);
  const [failed, setFailed] = useState<string | null>(null);
  /** 'fit' or CSS pixels per point. */
  const [zoom, setZoom] = useState<'fit' | number>('fit');
  const [fit, setFit] = useState(ACTUAL);
  const [current, setCurrent] = useState(1);
  const [thumbnails, setThumbnails] = useState(false);
  const [finding, setFinding] = useState(false);
  const [query, setQuery] = useState('');
  const [hits, setHits] = useState<readonly Range[]>([]);
  const [hit, setHit] = useState(0);
  const canvas = useRef<HTMLDivElement>(null);
  const input = useRef<InputRef>(null);
  const layers = useRef(new Map<number, HTMLElement>());
  const scale = zoom === 'fit' ? fit : zoom;
  const shownScale = useRef(scale);
  shownScale.current = scale;

  useEffect(() => {
    const task = openDocument(url);
    let stopped = false;
    layers.current = new Map();
    setPdf(null);
    setFailed(null);
    task.promise
      .then(async (doc) => {
        const all: PageSize[] = [];
        for (let n = 1; n <= doc.numPages; n++) {
          const v = (await doc.getPage(n)).getViewport({ scale: 1 });
          all.push({ width: v.width, height: v.height });
        }
        if (stopped) return;
        setSizes(all);
        setPdf(doc);
      })
      .catch((e: unknown) => !stopped && setFailed(e instanceof Error ? e.message : String(e)));
    return () => {
      stopped = true;
      task.destroy();
    };
  }, [url]);

  const width = Math.max(...sizes.map((s) => s.width), 1);
  useEffect(() => {
    const el = canvas.current;
    if (el === null) return;
    const measure = () => setFit(Math.min(2.4, Math.max(0.4, (el.clientWidth - 48) / width)));
    const watch = new ResizeObserver(measure);
    watch.observe(el);
    measure();
    return () => watch.disconnect();
  }, [width, pdf]);

  const toPage = useCallback((n: number) => {
    canvas.current?.querySelector(`[data-page="${n}"]`)?.scrollIntoView({ block: 'start' });
  }, []);
  useEffect(() => {
    const el = canvas.current;
    if (pdf === null || reveal === undefined || el === null) return;
    const page = el.querySelector<HTMLElement>(`[data-page="${reveal.page}"]`);
    if (page !== null)
      el.scrollTop = page.offsetTop - el.offsetTop + toPixels(reveal.y, shownScale.current) - el.clientHeight / 2;
  }, [pdf, reveal]);

  const search = useCallback((q: string) => {
    const found = [...layers.current.entries()].sort(([a], [b]) => a - b).flatMap(([, layer]) => hitsIn(layer, q));
    setHits(found);
    showHits(found);
    return found;
  }, []);
  useEffect(() => () => showHits([]), []);
  const onText = useCallback(
    (page: number, layer: HTMLElement) => {
      layers.current.set(page, layer);
      if (finding && query !== '') search(query);
    },
    [finding, query, search],
  );
  const show = (i: number, from: readonly Range[] = hits) => {
    const at = from[((i % from.length) + from.length) % from.length];
    if (at === undefined) return;
    setHit(((i % from.length) + from.length) % from.length);
    at.startContainer.parentElement?.scrollIntoView({ block: 'center' });
  };

  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'f') {
        e.preventDefault();
        setFinding(true);
        setTimeout(() => input.current?.focus());
      } else if (e.key === 'Escape' && finding) {
        setFinding(false);
        setQuery('');
        showHits([]);
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [finding]);

  const onScroll = () => {
    const el = canvas.current;
    if (el === null) return;
    const middle = el.getBoundingClientRect().top + el.clientHeight / 3;
    const at = [...el.querySelectorAll<HTMLElement>('[data-page]')].findLast(
      (p) => p.getBoundingClientRect().top <= middle,
    );
    if (at !== undefined) setCurrent(Number(at.dataset['page']));
  };
  const by = (f: number) => setZoom(Math.min(4, Math.max(0.35, scale * f)));
  const tool = (label: string, icon: ReactNode, onClick: () => void, disabled = false) => (
    <Button
      type="text"
      size="small"
      icon={icon}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    />
  );

  return (
    <section className="pages" aria-label={t('pdf.label')}>
      <div className="tools">
        <span className="title">{title}</span>
        <span className="spring" />
        {finding && (
          <>
            <Input
              ref={input}
              size="small"
              style={{ width: 150 }}
              placeholder={t('pdf.findPlaceholder')}
              aria-label={t('pdf.findPlaceholder')}
              value={query}
              onChange={(e) => {
                setQuery(e.target.value);
                show(0, search(e.target.value));
              }}
              onPressEnter={(e) => show(hit + (e.shiftKey ? -1 : 1))}
            />
            <span aria-live="polite">{query !== '' && t('pdf.hits', { n: hits.length })}</span>
          </>
        )}
        {tool(t('pdf.find'), <SearchOutlined />, () => {
          setFinding(!finding);
          setTimeout(() => input.current?.focus());
        })}
        {tool(t('pdf.prev'), <LeftOutlined />, () => toPage(current - 1), current <= 1)}
        <span>{pdf !== null && t('pdf.page', { page: current, pages: pdf.numPages })}</span>
        {tool(t('pdf.next'), <RightOutlined />, () => toPage(current + 1), pdf === null || current >= pdf.numPages)}
        {tool(t('pdf.zoomOut'), <ZoomOutOutlined />, () => by(1 / 1.2))}
        <span>{Math.round((scale / ACTUAL) * 100)}%</span>
        {tool(t('pdf.zoomIn'), <ZoomInOutlined />, () => by(1.2))}
        {tool(t('pdf.fitWidth'), <ColumnWidthOutlined />, () => setZoom('fit'))}
        {tool(t('pdf.thumbnails'), <PicLeftOutlined />, () => setThumbnails(!thumbnails))}
      </div>
      <div className="viewer">
        {side}
        {thumbnails && pdf !== null && (
          <div className="thumbs">
            {sizes.map((_, i) => (
              <Thumbnail key={i} pdf={pdf} number={i + 1} current={current === i + 1} onPick={() => toPage(i + 1)} />
            ))}
          </div>
        )}
        <div className="canvas" ref={canvas} onScroll={onScroll} tabIndex={0} role="region" aria-label={t('pdf.label')}>
          {failed !== null && <Empty title={t('pdf.failed')} text={failed} />}
          {failed === null && pdf === null && (
            <div className="page" aria-busy="true" style={{ width: 595 * fit, height: 842 * fit, padding: 60 }}>
              {[40, 90, 85, 92, 70, 88, 60].map((w, i) => (
                <p key={i} className="skeleton" style={{ width: `${w}%`, background: '#eceae4' }} />
              ))}
            </div>
          )}
          {pdf !== null &&
            sizes.map((size, i) => (
              <Page key={`${url}-${i}`} document={pdf} number={i + 1} scale={scale} size={size} onText={onText}>
                {overlay?.(i + 1, scale, size)}
              </Page>
            ))}
        </div>
      </div>
    </section>
  );
}
