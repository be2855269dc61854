/** My seal or hand on the page: dragged, or nudged with the arrow keys (1 mm; Shift 0.1, Alt 10), from page to page with Page Up and Down. */
import { useEffect, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlacedPicture, Placement } from '#shared/models.ts';
import { clamp, tenth, type PaperSize } from '../../format/placement.ts';
import { mm } from '../seals/SealCard.tsx';
import { placeStyle, Strip } from './placing/PlacedPicture.tsx';

export interface StampProps {
  readonly value: PlacedPicture;
  readonly paper: PaperSize;
  readonly pages: number;
  readonly picture: string | null;
  readonly exact: boolean;
  readonly movable: boolean;
  /** The one that keyboard and screen reader meet; the others follow it. */
  readonly leading: boolean;
  readonly acrossPages: boolean;
  readonly onMove: (from: PlacedPicture, to: Placement) => void;
  readonly onGrip: (e: PointerEvent<HTMLElement>) => void;
}

/** Set while the keyboard carries the stamp to another page, where it is made anew and must have the focus again. */
let carried = false;

export function Stamp(p: StampProps) {
  const { t } = useTranslation();
  const ref = useRef<HTMLButtonElement>(null);
  const { place } = p.value;
  useEffect(() => {
    if (!carried || !p.leading) return;
    carried = false;
    ref.current?.focus();
    ref.current?.scrollIntoView({ block: 'nearest' });
  }, [p.leading]);

  const onKeyDown = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.metaKey || !p.movable) return;
    const d = e.altKey ? 10 : e.shiftKey ? 0.1 : 1;
    const by = { ArrowLeft: [-d, 0], ArrowRight: [d, 0], ArrowUp: [0, -d], ArrowDown: [0, d] }[e.key];
    const page = { PageUp: -1, PageDown: 1 }[e.key];
    if (by !== undefined) {
      const to = { ...place, x: tenth(place.x + (by[0] ?? 0)), y: tenth(place.y + (by[1] ?? 0)) };
      p.onMove(p.value, clamp(to, p.paper));
    } else if (page !== undefined && p.acrossPages) {
      const to = Math.min(p.pages, Math.max(1, place.page + page));
      if (to !== place.page) {
        carried = true;
        p.onMove(p.value, { ...place, page: to });
      }
    } else return;
    e.preventDefault();
    e.stopPropagation();
  };
  const where = t('review.position', { page: place.page, x: mm(place.x), y: mm(place.y) });
  return (
    <button
      ref={ref}
      type="button"
      className={p.movable ? 'stamp' : 'stamp fixed'}
      tabIndex={p.leading ? 0 : -1}
      aria-hidden={p.leading ? undefined : true}
      data-size={
        p.value.part === undefined
          ? t(p.movable ? 'review.drag' : 'seals.mm', { w: mm(place.width), h: mm(place.height) })
          : t('placing.strip', { page: place.page })
      }
      data-stamp={p.value.part === undefined ? 'whole' : 'strip'}
      style={placeStyle(p.value, p.paper)}
      aria-label={`${t('review.stamp')} ${where}`}
      onPointerDown={(e) => p.movable && p.onGrip(e)}
      onKeyDown={onKeyDown}
    >
      <Strip value={p.value} url={p.picture} exact={p.exact} />
    </button>
  );
}
