/** A picture, or the strip of it that stands on this page, at its true place and size; in percent of the page, so that it fits any zoom. */
import type { PlacedPicture as Placed } from '#shared/models.ts';
import { partStyle, type PaperSize } from '../../../format/placement.ts';

export interface PlacedPictureProps {
  readonly value: Placed;
  readonly paper: PaperSize;
  readonly url: string | null;
  readonly className?: string;
  /** Fills its rectangle exactly, as a seal whose mm are given does. */
  readonly exact: boolean;
}

export const placeStyle = ({ place: p }: Placed, paper: PaperSize) => ({
  left: `${(p.x / paper.width) * 100}%`,
  top: `${(p.y / paper.height) * 100}%`,
  width: `${(p.width / paper.width) * 100}%`,
  height: `${(p.height / paper.height) * 100}%`,
});

export function Strip({ value, url, exact }: Pick<PlacedPictureProps, 'value' | 'url' | 'exact'>) {
  if (url === null) return null;
  return (
    <span className="strip-window">
      <img
        src={url}
        alt=""
        draggable={false}
        style={{ ...partStyle(value.part), objectFit: exact || value.part !== undefined ? 'fill' : 'contain' }}
      />
    </span>
  );
}

export function PlacedPicture({ value, paper, url, className = 'placed', exact }: PlacedPictureProps) {
  return (
    <span className={className} style={placeStyle(value, paper)} aria-hidden="true">
      <Strip value={value} url={url} exact={exact} />
    </span>
  );
}
