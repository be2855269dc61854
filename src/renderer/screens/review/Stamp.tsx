/** My appearance on the page: dragged or nudged, in millimetres, on a half-millimetre grid; the record rule's place pulls it in. */
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Placement } from '#shared/models.ts';
import { clamp, pageMm, pull, snap, toMm, toPixels } from '../../format/placement.ts';
import type { PageSize } from '../../pdf/Page.tsx';

export interface StampProps {
  readonly value: Placement;
  /** Where the record type's rule puts it. */
  readonly rule: Placement | null;
  readonly scale: number;
  readonly size: PageSize;
  readonly picture: string | null;
  readonly onChange: (p: Placement) => void;
}

export function Stamp({ value, rule, scale, size, picture, onChange }: StampProps) {
  const { t } = useTranslation();
  const grip = useRef<{ x: number; y: number } | null>(null);
  const move = (x: number, y: number) => onChange(clamp({ ...value, x: snap(x), y: snap(y) }, pageMm(size)));
  return (
    <button
      type="button"
      className="stamp"
      data-size={t('review.drag', { w: value.width, h: value.height })}
      style={{
        left: toPixels(value.x, scale),
        top: toPixels(value.y, scale),
        width: toPixels(value.width, scale),
        height: toPixels(value.height, scale),
      }}
      aria-label={`${t('review.stamp')} ${t('review.position', { page: value.page, x: value.x, y: value.y })}`}
      onPointerDown={(e) => {
        e.currentTarget.setPointerCapture(e.pointerId);
        grip.current = { x: toMm(e.clientX, scale) - value.x, y: toMm(e.clientY, scale) - value.y };
      }}
      onPointerMove={(e) => {
        if (grip.current === null) return;
        const wanted = clamp(
          {
            ...value,
            x: snap(toMm(e.clientX, scale) - grip.current.x),
            y: snap(toMm(e.clientY, scale) - grip.current.y),
          },
          pageMm(size),
        );
        onChange(pull(wanted, rule));
      }}
      onPointerUp={() => (grip.current = null)}
      onPointerCancel={() => (grip.current = null)}
      onKeyDown={(e) => {
        const d = e.shiftKey ? 5 : 0.5;
        const by = { ArrowLeft: [-d, 0], ArrowRight: [d, 0], ArrowUp: [0, -d], ArrowDown: [0, d] }[e.key];
        if (by === undefined) return;
        e.preventDefault();
        e.stopPropagation();
        move(value.x + (by[0] ?? 0), value.y + (by[1] ?? 0));
      }}
    >
      {picture !== null && <img src={picture} alt="" draggable={false} />}
    </button>
  );
}
