import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PdfDocument } from './open.ts';

/** Pixels across; drawn at twice the width shown. */
const WIDTH = 200;

function Thumbnail({
  pdf,
  number,
  current,
  onPick,
  children,
}: {
  pdf: PdfDocument;
  number: number;
  current: boolean;
  onPick: () => void;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const button = useRef<HTMLButtonElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const el = button.current;
    if (el === null) return;
    let stopped = false;
    const draw = async () => {
      const page = await pdf.getPage(number);
      const target = canvas.current;
      if (stopped || target === null) return;
      const viewport = page.getViewport({ scale: WIDTH / page.getViewport({ scale: 1 }).width });
      target.width = viewport.width;
      target.height = viewport.height;
      await page.render({ canvas: target, viewport }).promise;
    };
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((e) => e.isIntersecting)) return;
      seen.disconnect();
      draw().catch(() => undefined); // a damaged page keeps its number
    });
    seen.observe(el);
    return () => {
      stopped = true;
      seen.disconnect();
    };
  }, [pdf, number]);
  return (
    <button
      ref={button}
      type="button"
      aria-current={current}
      aria-label={t('pdf.goTo', { page: number })}
      onClick={onPick}
    >
      <span className="sheet-of-paper">
        <canvas ref={canvas} width={WIDTH} height={283} />
        {children}
      </span>
      <span className="number">{number}</span>
    </button>
  );
}

export function Thumbnails({
  pdf,
  current,
  onPick,
  overlay,
}: {
  pdf: PdfDocument;
  current: number;
  onPick: (page: number) => void;
  /** Drawn over a page, in percent of it. */
  overlay?: (page: number) => ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <nav className="thumbs" aria-label={t('pdf.thumbnails')}>
      {Array.from({ length: pdf.numPages }, (_, i) => (
        <Thumbnail key={i} pdf={pdf} number={i + 1} current={current === i + 1} onPick={() => onPick(i + 1)}>
          {overlay?.(i + 1)}
        </Thumbnail>
      ))}
    </nav>
  );
}
