/** The very pages that will be signed, as wide as the window lets them, larger on request. */
import { MinusOutlined, PlusOutlined } from '@ant-design/icons';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { openDocument, type PdfDocument } from '../pdf/open.ts';
import { Page, type PageSize } from '../pdf/Page.tsx';

const A4: PageSize = { width: 595, height: 842 };
const ZOOMS = [1, 1.3, 1.7] as const;
const nothing = (): void => undefined;

export function Pages({ url, scroll }: { url: string; scroll: (el: HTMLElement | null) => void }) {
  const { t } = useTranslation();
  const [pdf, setPdf] = useState<PdfDocument | null>(null);
  const [sizes, setSizes] = useState<readonly PageSize[]>([]);
  const [failed, setFailed] = useState(false);
  const [zoom, setZoom] = useState(0);
  const [width, setWidth] = useState(800);
  const box = useRef<HTMLDivElement | null>(null);
  useEffect(() => {
    const task = openDocument(url);
    let stopped = false;
    task.promise
      .then(async (doc) => {
        const all = await Promise.all(
          Array.from({ length: doc.numPages }, async (_, i) => {
            const v = (await doc.getPage(i + 1)).getViewport({ scale: 1 });
            return { width: v.width, height: v.height };
          }),
        );
        if (stopped) return;
        setSizes(all);
        setPdf(doc);
      })
      .catch(() => {
        if (!stopped) setFailed(true);
      });
    return () => {
      stopped = true;
      task.destroy();
    };
  }, [url]);
  useEffect(() => {
    const el = box.current;
    if (el === null) return;
    const measure = () => setWidth(el.clientWidth - 48);
    const watch = new ResizeObserver(measure);
    watch.observe(el);
    measure();
    return () => watch.disconnect();
  }, []);
  const widest = Math.max(...sizes.map((s) => s.width), pdf === null ? A4.width : 1);
  const scale = Math.min(2, width / widest) * (ZOOMS[zoom] ?? 1);
  return (
    <div className="original">
      <div
        className="canvas"
        ref={(el) => {
          box.current = el;
          scroll(el);
        }}
        tabIndex={0}
        role="region"
        aria-label={t('patient.pages')}
      >
        <div>
          {failed && <p className="trouble">{t('patient.pagesFailed')}</p>}
          {!failed && pdf === null && (
            <div
              className="page blank"
              aria-busy="true"
              style={{ width: A4.width * scale, height: A4.height * scale }}
            />
          )}
          {pdf !== null &&
            sizes.map((size, i) => (
              <Page
                key={i}
                document={pdf}
                number={i + 1}
                scale={scale}
                size={size}
                onSize={nothing}
                onText={nothing}
                onBroken={() => setFailed(true)}
              />
            ))}
        </div>
      </div>
      <div className="zooms">
        <button
          type="button"
          className="press round"
          aria-label={t('pdf.zoomIn')}
          disabled={zoom === ZOOMS.length - 1}
          onClick={() => setZoom(zoom + 1)}
        >
          <PlusOutlined />
        </button>
        <button
          type="button"
          className="press round"
          aria-label={t('pdf.zoomOut')}
          disabled={zoom === 0}
          onClick={() => setZoom(zoom - 1)}
        >
          <MinusOutlined />
        </button>
      </div>
    </div>
  );
}
