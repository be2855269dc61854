/** My appearance on the page: dragged or nudged, in millimetres, on a half-millimetre grid. */
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Placement } from '#shared/models.ts';
import { clamp, POINTS_PER_MM, snap, toMm, toPixels } from '../../format/placement.ts';
import type { PageSize } from '../../pdf/Page.tsx';

export function Stamp({
  value,
  scale,
  size,
  picture,
  fixed,
  onChange,
}: {
  value: Placement;
  scale: number;
  size: PageSize;
  picture: string | null;
  fixed: boolean;
  onChange: (p: Placement) => void;
}) {
  const { t } = useTranslation();
  const grip = useRef<{ x: number; y: number } | null>(null);
  const page = { width: size.width / POINTS_PER_MM, height: size.height / POINTS_PER_MM };
  const move = (x: number, y: number) => onChange(clamp({ ...value, x: snap(x), y: snap(y) }, page));
  const style = {
    left: toPixels(value.x, scale),
    top: toPixels(value.y, scale),
    width: toPixels(value.width, scale),
    height: toPixels(value.height, scale),
  };
  if (fixed) return null;
  return (
    <button
      type="button"
      className="stamp"
      style={style}
      aria-label={`${t('review.stamp')} ${t('review.position', { page: value.page, x: value.x, y: value.y })}`}
      onPointerDown={(e) => {
        e.currentTarget.setPointerCapture(e.pointerId);
        grip.current = { x: toMm(e.clientX, scale) - value.x, y: toMm(e.clientY, scale) - value.y };
      }}
      onPointerMove={(e) => {
        if (grip.current !== null)
          move(toMm(e.clientX, scale) - grip.current.x, toMm(e.clientY, scale) - grip.current.y);
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
      {picture !== null && <img src={picture} alt="" />}
      <span className="size">
        {value.width} × {value.height} mm
      </span>
    </button>
  );
}
