/** One page: drawn when it comes near the view, with its text over it for selection and search. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { TextLayer, type PdfDocument, type PdfPage } from './open.ts';

export interface PageSize {
  /** PDF points as shown (rotation and UserUnit applied). */
  readonly width: number;
  readonly height: number;
}

export function Page({
  document: pdf,
  number,
  scale,
  size,
  onText,
  children,
}: {
  document: PdfDocument;
  number: number;
  scale: number;
  size: PageSize;
  onText?: (page: number, layer: HTMLElement) => void;
  children?: ReactNode;
}) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);

  useEffect(() => {
    const el = box.current;
    if (el === null) return;
    const seen = new IntersectionObserver((entries) => setNear(entries.some((e) => e.isIntersecting)), {
      rootMargin: '600px',
    });
    seen.observe(el);
    return () => seen.disconnect();
  }, []);

  useEffect(() => {
    if (!near) return;
    let stopped = false;
    let page: PdfPage | undefined;
    let task: ReturnType<PdfPage['render']> | undefined;
    void (async () => {
      page = await pdf.getPage(number);
      const target = canvas.current;
      const layer = text.current;
      if (stopped || target === null || layer === null) return;
      const viewport = page.getViewport({ scale });
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
      layer.replaceChildren();
      layer.style.setProperty('--total-scale-factor', String(scale));
      await new TextLayer({ textContentSource: page.streamTextContent(), container: layer, viewport }).render();
      if (!stopped) onText?.(number, layer);
    })().catch(() => undefined); // cancelled, or the page is damaged: the canvas stays white
    return () => {
      stopped = true;
      task?.cancel();
    };
  }, [near, pdf, number, scale, onText]);

  return (
    <div
      className="page"
      ref={box}
      data-page={number}
      style={{ width: size.width * scale, height: size.height * scale }}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <div className="textLayer" ref={text} />
      {children}
    </div>
  );
}
