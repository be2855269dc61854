/** One page: drawn when it comes near the view, with its text over it for selection and search. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { TextLayer, type PdfDocument, type PdfPage } from './open.ts';

export interface PageSize {
  /** PDF points as shown (rotation and UserUnit applied). */
  readonly width: number;
  readonly height: number;
}

export interface PageProps {
  readonly document: PdfDocument;
  readonly number: number;
  /** CSS pixels per point. */
  readonly scale: number;
  readonly size: PageSize;
  readonly onSize: (page: number, size: PageSize) => void;
  /** Its picture is on the screen. */
  readonly onDrawn?: ((page: number) => void) | undefined;
  readonly onText: (page: number, layer: HTMLElement) => void;
  /** The page cannot be drawn: what is not seen must not be signed. */
  readonly onBroken: (page: number) => void;
  readonly children?: ReactNode;
}

export function Page({ document: pdf, number, scale, size, onSize, onDrawn, onText, onBroken, children }: PageProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  const [broken, setBroken] = useState(false);

  useEffect(() => {
    const el = box.current;
    if (el === null) return;
    const seen = new IntersectionObserver((entries) => setNear(entries.some((e) => e.isIntersecting)), {
      root: el.closest('.canvas'),
      rootMargin: '600px',
    });
    seen.observe(el);
    return () => seen.disconnect();
  }, []);

  useEffect(() => {
    if (!near) {
      // A drawn page holds some 10 MB; far from the view it is let go.
      canvas.current?.setAttribute('width', '0');
      text.current?.replaceChildren();
      return;
    }
    let stopped = false;
    let page: PdfPage | undefined;
    let task: ReturnType<PdfPage['render']> | undefined;
    void (async () => {
      page = await pdf.getPage(number);
      const target = canvas.current;
      const layer = text.current;
      if (stopped || target === null || layer === null) return;
      const viewport = page.getViewport({ scale });
      onSize(number, { width: viewport.width / scale, height: viewport.height / scale });
      const ratio = Math.min(devicePixelRatio || 1, 3);
      const drawn = window.document.createElement('canvas');
      drawn.width = Math.floor(viewport.width * ratio);
      drawn.height = Math.floor(viewport.height * ratio);
      task = page.render({ canvas: drawn, viewport: page.getViewport({ scale: scale * ratio }) });
      await task.promise;
      if (stopped) return;
      // Drawn aside and then swapped in: no white flash while zooming.
      target.width = drawn.width;
      target.height = drawn.height;
      target.getContext('2d')?.drawImage(drawn, 0, 0);
      box.current?.setAttribute('data-drawn', '');
      onDrawn?.(number);
      layer.replaceChildren();
      layer.style.setProperty('--total-scale-factor', String(scale));
      await new TextLayer({ textContentSource: page.streamTextContent(), container: layer, viewport }).render();
      if (!stopped) onText(number, layer);
    })().catch(() => {
      if (stopped) return; // cancelled: zoomed or scrolled away
      setBroken(true);
      onBroken(number);
    });
    return () => {
      stopped = true;
      task?.cancel();
    };
  }, [near, pdf, number, scale, onSize, onDrawn, onText, onBroken]);

  return (
    <div
      className="page"
      ref={box}
      data-page={number}
      style={{ width: size.width * scale, height: size.height * scale }}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <div className="textLayer" ref={text} />
      {broken && (
        <p className="broken" role="alert">
          {t('pdf.pageFailed', { page: number })}
        </p>
      )}
      {children}
    </div>
  );
}
