/**
 * The box one writes in: paper by day and by night, sharp at any devicePixelRatio. What is written lies on one canvas; the last bit of
 * the stroke in hand and where the pen will probably be lie on a second, which skips the compositor where the system allows it.
 */
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type PointerEvent as ReactPointerEvent,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { InkStrokeView } from '#shared/consent.ts';
import { Brush, drawStroke, prepare } from './ink/brush.ts';
import { Capture } from './ink/capture.ts';
import { canvasSize, fit, type Size } from './ink/units.ts';

/** Blue-black ink, as on paper. */
const INK = '#14213D';

export interface InkSurfaceProps {
  /** mm */
  readonly surface: Size;
  readonly strokes: readonly InkStrokeView[];
  /** Left out where the ink is only shown. */
  readonly onStroke?: (stroke: InkStrokeView) => void;
  readonly openedAt?: number;
  readonly onPen?: () => void;
  readonly label: string;
}

/** Window pixels of the room the surface may fill, and the display's pixels per CSS pixel. */
function useRoom(): { ref: (el: HTMLElement | null) => void; room: Size; ratio: number } {
  const [el, setEl] = useState<HTMLElement | null>(null);
  const [room, setRoom] = useState<Size>({ width: 0, height: 0 });
  const [ratio, setRatio] = useState(devicePixelRatio || 1);
  useLayoutEffect(() => {
    if (el === null) return;
    const measure = () => setRoom({ width: el.clientWidth, height: el.clientHeight });
    const watch = new ResizeObserver(measure);
    watch.observe(el);
    measure();
    return () => watch.disconnect();
  }, [el]);
  useEffect(() => {
    // Asked anew for each ratio: a query fits one only.
    const media = matchMedia(`(resolution: ${ratio}dppx)`);
    const changed = () => setRatio(devicePixelRatio || 1);
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  }, [ratio]);
  return { ref: setEl, room, ratio };
}

const context = (canvas: HTMLCanvasElement | null, wet = false): CanvasRenderingContext2D | null =>
  canvas?.getContext('2d', wet ? { desynchronized: true } : {}) ?? null;

export function InkSurface({ surface, strokes, onStroke, openedAt = 0, onPen, label }: InkSurfaceProps) {
  const { t } = useTranslation();
  const { ref: room, room: size, ratio } = useRoom();
  const scale = fit(surface, size);
  const css = { width: Math.floor(surface.width * scale), height: Math.floor(surface.height * scale) };
  const box = useRef<HTMLDivElement>(null);
  const dry = useRef<HTMLCanvasElement>(null);
  const wet = useRef<HTMLCanvasElement>(null);
  const brush = useRef<Brush | null>(null);
  /** Strokes that lie on the dry canvas already, so that a finished one is not drawn over itself. */
  const drawn = useRef<readonly InkStrokeView[] | null>(null);
  const pixels = canvasSize(css, ratio);
  const perMm = pixels.width / surface.width;

  const wipe = useCallback(() => {
    const c = context(wet.current, true);
    if (c !== null) prepare(c, perMm, INK);
    return c;
  }, [perMm]);
  const redraw = useCallback(
    (all: readonly InkStrokeView[]) => {
      const c = context(dry.current);
      if (c === null) return;
      prepare(c, perMm, INK);
      for (const s of all) drawStroke(c, s);
      drawn.current = all;
      wipe();
    },
    [perMm, wipe],
  );
  useLayoutEffect(() => {
    const canvases = [dry.current, wet.current];
    for (const c of canvases) {
      if (c === null) continue;
      c.width = pixels.width;
      c.height = pixels.height;
    }
    drawn.current = null;
  }, [pixels.width, pixels.height]);
  useLayoutEffect(() => {
    const before = drawn.current;
    const grown = before !== null && before.every((s, i) => s === strokes[i]);
    // A stroke that was just written is on the canvas already.
    if (grown && before.length === strokes.length) return;
    if (!capture.current?.writing) redraw(strokes);
  }, [strokes, redraw, pixels.width, pixels.height]);

  const capture = useRef<Capture | null>(null);
  const heard = useRef({ onStroke, onPen, redraw, wipe, strokes });
  heard.current = { onStroke, onPen, redraw, wipe, strokes };
  useEffect(() => {
    capture.current = new Capture({
      surface: { width: surface.width, height: surface.height },
      openedAt,
      box: () => box.current?.getBoundingClientRect() ?? { left: 0, top: 0, width: 1, height: 1 },
      begun: (pointer, first) => {
        const c = context(dry.current);
        if (c === null) return;
        if (pointer === 'pen') heard.current.onPen?.();
        brush.current = new Brush(c);
        brush.current.add(first);
      },
      moved: (points, predicted) => {
        for (const p of points) brush.current?.add(p);
        const c = heard.current.wipe();
        if (c !== null) brush.current?.tail(c, predicted);
      },
      ended: (stroke) => {
        brush.current?.end();
        brush.current = null;
        heard.current.wipe();
        drawn.current = [...(drawn.current ?? heard.current.strokes), stroke];
        heard.current.onStroke?.(stroke);
      },
      dropped: () => {
        brush.current = null;
        heard.current.redraw(heard.current.strokes);
      },
    });
  }, [surface.width, surface.height, openedAt]);

  const down = (e: ReactPointerEvent<HTMLDivElement>) => {
    if (capture.current?.down(e.nativeEvent) !== true) return;
    e.preventDefault();
    try {
      e.currentTarget.setPointerCapture(e.pointerId);
    } catch {
      // The pointer is gone already; what it wrote counts.
    }
  };
  const move = (e: ReactPointerEvent<HTMLDivElement>) => {
    const n = e.nativeEvent;
    capture.current?.move(n, n.getCoalescedEvents(), n.getPredictedEvents());
  };
  const writable = onStroke !== undefined;
  return (
    <div className="ink-room" ref={room}>
      <div
        ref={box}
        className={writable ? 'ink-surface' : 'ink-surface shown'}
        role="img"
        aria-label={label}
        style={{ width: css.width, height: css.height }}
        data-mm={`${surface.width}x${surface.height}`}
        {...(writable && {
          onPointerDown: down,
          onPointerMove: move,
          onPointerUp: (e: ReactPointerEvent) => capture.current?.up(e.nativeEvent),
          onPointerCancel: (e: ReactPointerEvent) => capture.current?.cancel(e.nativeEvent),
          onContextMenu: (e) => e.preventDefault(),
        })}
      >
        <i className="baseline" aria-hidden="true" />
        {writable && strokes.length === 0 && (
          <span className="hint" aria-hidden="true">
            {t('patient.surfaceHint')}
          </span>
        )}
        <canvas ref={dry} aria-hidden="true" />
        <canvas ref={wet} aria-hidden="true" />
      </div>
    </div>
  );
}
