/**
 * Dragging a picture over the pages. The pointer is followed on the window and not on the element: on its way to another page the
 * element leaves its page and is made anew there.
 */
import { useCallback, useEffect, useRef, useState, type PointerEvent } from 'react';
import type { PlacedPicture, Placement } from '#shared/models.ts';
import { clamp, pageMm, tenth, toMm, type PaperSize } from '../../../format/placement.ts';
import { snapPlace, type Snapped, type Surroundings } from '../../../format/snapping.ts';

export interface Drag {
  readonly page: number;
  readonly guides: Snapped['guides'];
}

export interface DragOptions {
  readonly others: readonly Placement[];
  readonly rule: Placement | null;
  /** mm of a page, by its number. */
  readonly paperOf: (page: number) => PaperSize | undefined;
  /** Whether the picture may go to another page. */
  readonly acrossPages: boolean;
  readonly onMove: (from: PlacedPicture, to: Placement) => void;
}

/** px from the upper and lower end of the view within which it scrolls along. */
const EDGE = 40;
const STEP = 14;

export function useDrag(options: DragOptions): {
  drag: Drag | null;
  begin: (e: PointerEvent<HTMLElement>, picture: PlacedPicture, scale: number) => void;
} {
  const [drag, setDrag] = useState<Drag | null>(null);
  const now = useRef(options);
  now.current = options;
  const stop = useRef<(() => void) | null>(null);
  useEffect(() => () => stop.current?.(), []);

  const begin = useCallback((e: PointerEvent<HTMLElement>, picture: PlacedPicture, scale: number) => {
    if (e.button !== 0) return;
    stop.current?.();
    const page = e.currentTarget.closest<HTMLElement>('[data-page]');
    const scroller = page?.closest<HTMLElement>('.canvas');
    if (page == null || scroller == null) return;
    e.preventDefault();
    e.currentTarget.focus();
    const box = page.getBoundingClientRect();
    const grip = {
      x: toMm(e.clientX - box.left, scale) - picture.place.x,
      y: toMm(e.clientY - box.top, scale) - picture.place.y,
    };
    let held = picture;
    const at = { x: e.clientX, y: e.clientY, free: false };

    const follow = () => {
      const { others, rule, paperOf, acrossPages, onMove } = now.current;
      const under = acrossPages
        ? document.elementsFromPoint(at.x, at.y).find((x) => x.matches('[data-page]'))
        : undefined;
      const target =
        (under as HTMLElement | undefined) ??
        scroller.querySelector<HTMLElement>(`[data-page="${held.place.page}"]`) ??
        page;
      const rect = target.getBoundingClientRect();
      const number = Number(target.dataset['page']);
      const paper = paperOf(number) ?? pageMm({ width: rect.width / scale, height: rect.height / scale });
      const wanted = {
        ...held.place,
        page: number,
        x: toMm(at.x - rect.left, scale) - grip.x,
        y: toMm(at.y - rect.top, scale) - grip.y,
      };
      const around: Surroundings = { paper, others, rule };
      const { place, guides } = at.free
        ? { place: clamp({ ...wanted, x: tenth(wanted.x), y: tenth(wanted.y) }, paper), guides: {} }
        : snapPlace(clamp(wanted, paper), around);
      setDrag({ page: number, guides });
      if (place.page === held.place.page && place.x === held.place.x && place.y === held.place.y) return;
      onMove(held, place);
      held = { ...held, place };
    };
    const move = (m: globalThis.PointerEvent) => {
      Object.assign(at, { x: m.clientX, y: m.clientY, free: m.altKey });
      follow();
    };
    const scrolling = setInterval(() => {
      const view = scroller.getBoundingClientRect();
      const by = at.y < view.top + EDGE ? -STEP : at.y > view.bottom - EDGE ? STEP : 0;
      if (by === 0) return;
      const before = scroller.scrollTop;
      scroller.scrollTop += by;
      if (scroller.scrollTop !== before) follow();
    }, 30);
    const end = () => {
      clearInterval(scrolling);
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', end);
      removeEventListener('pointercancel', end);
      stop.current = null;
      setDrag(null);
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', end);
    addEventListener('pointercancel', end);
    stop.current = end;
  }, []);
  return { drag, begin };
}
