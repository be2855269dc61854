/** The document is the hero: pages, zoom, fit width, search, thumbnails. */
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../components/Empty.tsx';
import { toPixels } from '../format/placement.ts';
import { openDocument, type PdfDocument } from './open.ts';
import { Page, type PageSize } from './Page.tsx';
import { Thumbnails } from './Thumbnails.tsx';
import { Toolbar } from './Toolbar.tsx';
import { useFind } from './useFind.ts';
import { useMarks } from './useMarks.ts';

/** CSS pixels per point at 100 %. */
const ACTUAL = 96 / 72;
const A4: PageSize = { width: 595, height: 842 };

export interface ViewerProps {
  readonly url: string;
  /** Of an encrypted document. */
  readonly password?: string | undefined;
  readonly title: ReactNode;
  /** Drawn over a page; `scale` is CSS pixels per point. */
  readonly overlay?: (page: number, scale: number, size: PageSize) => ReactNode;
  /** A place to bring into view; a new object asks anew. `y` in mm from the top of the page. */
  readonly reveal?: { readonly page: number; readonly y: number } | null;
  /** Drawn over a thumbnail, in percent of it. */
  readonly thumbnail?: (page: number, size: PageSize) => ReactNode;
  /** Sizes of the pages, anew as they become known. */
  readonly onSizes?: (sizes: readonly PageSize[]) => void;
  /** Words to be marked wherever they stand. */
  readonly marks?: string;
  readonly side?: ReactNode;
  /** Between the tools and the pages. */
  readonly banner?: ReactNode;
  /** A page is on the screen. */
  readonly onDrawn?: (page: number) => void;
  /** The document, or a page of it, cannot be shown. */
  readonly onBroken?: () => void;
}

function useDocument(
  url: string,
  password: string | undefined,
): {
  pdf: PdfDocument | null;
  sizes: readonly PageSize[];
  failed: boolean;
  measured: (page: number, size: PageSize) => void;
} {
  const [pdf, setPdf] = useState<PdfDocument | null>(null);
  const [sizes, setSizes] = useState<readonly PageSize[]>([]);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const task = openDocument(url, password);
    let stopped = false;
    setPdf(null);
    setFailed(false);
    task.promise
      .then(async (doc) => {
        // The first page stands for the others until they are drawn: a thousand pages would keep the doctor waiting.
        const { width, height } = (await doc.getPage(1)).getViewport({ scale: 1 });
        if (stopped) return;
        setSizes(Array.from({ length: doc.numPages }, () => ({ width, height })));
        setPdf(doc);
      })
      .catch(() => {
        if (!stopped) setFailed(true);
      });
    return () => {
      stopped = true;
      task.destroy();
    };
  }, [url, password]);
  const measured = useCallback((page: number, size: PageSize) => {
    setSizes((all) => {
      const known = all[page - 1];
      if (known === undefined || (known.width === size.width && known.height === size.height)) return all;
      return all.map((s, i) => (i === page - 1 ? size : s));
    });
  }, []);
  return { pdf, sizes, failed, measured };
}

export function Viewer(props: ViewerProps) {
  const { url, title, overlay, reveal = null, side, onBroken, onSizes, thumbnail } = props;
  const { t } = useTranslation();
  const { pdf, sizes, failed, measured } = useDocument(url, props.password);
  /** 'fit' or CSS pixels per point. */
  const [zoom, setZoom] = useState<'fit' | number>('fit');
  const [fit, setFit] = useState(ACTUAL);
  const [current, setCurrent] = useState(1);
  const [thumbnails, setThumbnails] = useState(false);
  const [finding, setFinding] = useState(false);
  const canvas = useRef<HTMLDivElement>(null);
  const scale = zoom === 'fit' ? fit : zoom;

  const width = Math.max(...sizes.map((s) => s.width), pdf === null ? A4.width : 1);
  useEffect(() => {
    const el = canvas.current;
    if (el === null) return;
    const measure = () => {
      const style = getComputedStyle(el);
      const room = el.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      setFit(Math.min(2.4, Math.max(0.4, room / width)));
    };
    const watch = new ResizeObserver(measure);
    watch.observe(el);
    measure();
    return () => watch.disconnect();
  }, [width]);

  const toPage = useCallback((n: number) => {
    canvas.current?.querySelector(`[data-page="${n}"]`)?.scrollIntoView({ block: 'start' });
  }, []);
  const find = useFind(pdf, toPage);
  const markPage = useMarks(pdf, props.marks ?? '');
  const { drawn: findPage } = find;
  const onText = useCallback(
    (page: number, layer: HTMLElement) => {
      findPage(page, layer);
      markPage(page, layer);
    },
    [findPage, markPage],
  );
  useEffect(() => {
    if (pdf !== null) onSizes?.(sizes);
  }, [pdf, sizes, onSizes]);
  useEffect(() => {
    if (failed) onBroken?.();
  }, [failed, onBroken]);
  const pageBroken = useCallback(() => onBroken?.(), [onBroken]);

  const drawnAt = useRef(scale);
  drawnAt.current = scale;
  useEffect(() => {
    const el = canvas.current;
    const page = reveal === null ? null : el?.querySelector<HTMLElement>(`[data-page="${reveal.page}"]`);
    if (pdf === null || el === null || page == null || reveal === null) return;
    el.scrollTop = page.offsetTop - el.offsetTop + toPixels(reveal.y, drawnAt.current) - el.clientHeight / 2;
  }, [pdf, reveal]);

  const { search } = find;
  const onFinding = useCallback(
    (open: boolean) => {
      setFinding(open);
      if (!open) search('');
    },
    [search],
  );
  const onZoom = useCallback((factor: number | 'fit') => {
    setZoom(factor === 'fit' ? 'fit' : Math.min(4, Math.max(0.35, drawnAt.current * factor)));
  }, []);
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      const command = e.ctrlKey || e.metaKey;
      if (command && e.key.toLowerCase() === 'f') onFinding(true);
      else if (command && (e.key === '=' || e.key === '+')) onZoom(1.2);
      else if (command && e.key === '-') onZoom(1 / 1.2);
      else if (command && e.key === '0') onZoom('fit');
      else if (e.key === 'Escape' && finding) {
        onFinding(false);
        canvas.current?.focus();
        e.stopImmediatePropagation();
      } else return;
      e.preventDefault();
    };
    addEventListener('keydown', onKey, true);
    return () => removeEventListener('keydown', onKey, true);
  }, [finding, onFinding, onZoom]);

  const onScroll = () => {
    const el = canvas.current;
    if (el === null) return;
    const line = el.getBoundingClientRect().top + el.clientHeight / 3;
    const at = [...el.querySelectorAll<HTMLElement>('[data-page]')].findLast(
      (p) => p.getBoundingClientRect().top <= line,
    );
    if (at !== undefined) setCurrent(Number(at.dataset['page']));
  };

  return (
    <section className="pages" aria-label={t('pdf.label')}>
      <Toolbar
        title={title}
        page={current}
        pages={pdf?.numPages ?? 0}
        percent={Math.round((scale / ACTUAL) * 100)}
        find={find}
        finding={finding}
        thumbnails={thumbnails}
        onFinding={onFinding}
        onPage={toPage}
        onZoom={onZoom}
        onThumbnails={() => setThumbnails(!thumbnails)}
      />
      {props.banner}
      <div className="viewer">
        {side}
        {thumbnails && pdf !== null && (
          <Thumbnails
            pdf={pdf}
            current={current}
            onPick={toPage}
            {...(thumbnail !== undefined && { overlay: (page) => thumbnail(page, sizes[page - 1] ?? A4) })}
          />
        )}
        <div className="canvas" ref={canvas} onScroll={onScroll} tabIndex={0} role="region" aria-label={t('pdf.label')}>
          {failed && <Empty title={t('pdf.failed')} text={t('pdf.failedText')} />}
          {!failed && pdf === null && <PageSkeleton scale={fit} />}
          {pdf !== null &&
            sizes.map((size, i) => (
              <Page
                key={`${url}-${i}`}
                document={pdf}
                number={i + 1}
                scale={scale}
                size={size}
                onSize={measured}
                onDrawn={props.onDrawn}
                onText={onText}
                onBroken={pageBroken}
              >
                {overlay?.(i + 1, scale, size)}
              </Page>
            ))}
        </div>
      </div>
    </section>
  );
}

/** Keeps the place of the first page while the document is on its way. */
export function PageSkeleton({ scale = 1.2 }: { scale?: number }) {
  return (
    <div className="page blank" aria-busy="true" style={{ width: A4.width * scale, height: A4.height * scale }}>
      {[40, 90, 85, 92, 70, 88, 60].map((w, i) => (
        <p key={i} className="skeleton" style={{ width: `${w}%` }} />
      ))}
    </div>
  );
}
