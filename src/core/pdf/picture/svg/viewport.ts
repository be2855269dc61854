/** The size of an SVG picture: its viewport in user units, its view box, and its millimetres where it gives any. */
import { badPicture, unsupported } from '../failures.ts';
import { attributeOf } from './shapes.ts';
import { isPhysical, lengthOf, PX_PER_MM, viewBoxOf, type ViewBox } from './values.ts';
import type { XmlElement } from './xml.ts';

export const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

export interface Viewport {
  /** User units, 96 an inch. */
  readonly width: number;
  readonly height: number;
  readonly view: ViewBox;
  readonly aspect: string | undefined;
  /** When given in physical units. */
  readonly sizeMm: { readonly width: number; readonly height: number } | undefined;
}

/** Larger ones are a slip or an attack. */
const LARGEST = 1e7;
const SMALLEST = 1e-4;

export function viewportOf(root: XmlElement): Viewport {
  if (root.name !== 'svg' || root.namespace !== SVG_NAMESPACE) throw badPicture('SVG', `the root is <${root.name}>`);
  const text = attributeOf(root, 'viewBox');
  const box = text === undefined ? undefined : viewBoxOf(text);
  const [wide, high] = [attributeOf(root, 'width'), attributeOf(root, 'height')];
  const relative = (value: string | undefined): boolean =>
    value === undefined || value === 'auto' || /%\s*$/.test(value);
  const askedWidth = relative(wide) ? undefined : lengthOf(wide ?? '');
  const askedHeight = relative(high) ? undefined : lengthOf(high ?? '');
  if (box === undefined && (askedWidth === undefined || askedHeight === undefined))
    throw unsupported('<svg> without width, height, viewBox');
  const ratio = box === undefined ? 1 : box.width / box.height;
  const width = askedWidth ?? (askedHeight === undefined ? (box?.width ?? 0) : askedHeight * ratio);
  const height = askedHeight ?? (askedWidth === undefined ? (box?.height ?? 0) : askedWidth / ratio);
  if (
    !(Math.min(width, height) > SMALLEST) ||
    !(Math.max(width, height) < LARGEST) ||
    !(Math.max(width / height, height / width) < 1000)
  )
    throw badPicture('SVG', `${width} × ${height}`);
  const physical =
    [wide, high].every((value) => relative(value) || isPhysical(value ?? '')) && !(relative(wide) && relative(high));
  return {
    width,
    height,
    view: box ?? { x: 0, y: 0, width, height },
    aspect: attributeOf(root, 'preserveAspectRatio'),
    sizeMm: physical ? { width: width / PX_PER_MM, height: height / PX_PER_MM } : undefined,
  };
}
