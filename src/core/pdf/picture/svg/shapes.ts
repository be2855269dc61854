/** SVG's basic shapes as paths (SVG 1.1, 9). */
import { badPicture } from '../failures.ts';
import { parsePath, PathPen, type Path, type PathSegment } from './path.ts';
import { lengthOf, numbersOf, type Matrix, type ViewBox } from './values.ts';
import type { XmlElement } from './xml.ts';

export const SHAPES: ReadonlySet<string> = new Set([
  'path',
  'rect',
  'circle',
  'ellipse',
  'line',
  'polyline',
  'polygon',
]);

export const attributeOf = (element: XmlElement, name: string): string | undefined =>
  element.attributes.find((attribute) => attribute.name === name && attribute.namespace === '')?.value;

/** A length attribute of an element in user units; percentages are of the view box. */
export function lengthAt(element: XmlElement, name: string, view: ViewBox, absent = 0): number {
  const text = attributeOf(element, name);
  if (text === undefined || text === 'auto') return absent;
  const across = /^(x|x1|x2|cx|width|rx)$/.test(name);
  const along = /^(y|y1|y2|cy|height|ry)$/.test(name);
  return lengthOf(text, across ? view.width : along ? view.height : Math.hypot(view.width, view.height) / Math.SQRT2);
}

/** Undefined for a shape that is not drawn: no extent, no points. */
export function pathOfShape(element: XmlElement, view: ViewBox): Path | undefined {
  const at = (name: string, absent = 0): number => lengthAt(element, name, view, absent);
  switch (element.name) {
    case 'path':
      return nonEmpty(parsePath(attributeOf(element, 'd') ?? ''));
    case 'rect':
      return rectangle(at('x'), at('y'), at('width'), at('height'), at('rx', NaN), at('ry', NaN));
    case 'circle':
      return ellipse(at('cx'), at('cy'), at('r'), at('r'));
    case 'ellipse': {
      const [rx, ry] = [at('rx', NaN), at('ry', NaN)];
      return ellipse(at('cx'), at('cy'), Number.isNaN(rx) ? ry : rx, Number.isNaN(ry) ? rx : ry);
    }
    case 'line':
      return [
        ['m', at('x1'), at('y1')],
        ['l', at('x2'), at('y2')],
      ];
    default:
      return polygon(numbersOf(attributeOf(element, 'points') ?? ''), element.name === 'polygon');
  }
}

const nonEmpty = (path: Path): Path | undefined => (path.length === 0 ? undefined : path);

function rectangle(
  x: number,
  y: number,
  width: number,
  height: number,
  askedRx: number,
  askedRy: number,
): Path | undefined {
  if (width < 0 || height < 0 || askedRx < 0 || askedRy < 0) throw badPicture('SVG', 'a rectangle below zero');
  if (width === 0 || height === 0) return undefined;
  const rx = Math.min(width / 2, Number.isNaN(askedRx) ? askedRy || 0 : askedRx);
  const ry = Math.min(height / 2, Number.isNaN(askedRy) ? askedRx || 0 : askedRy);
  const pen = new PathPen();
  const [right, bottom] = [x + width, y + height];
  pen.move(x + rx, y);
  pen.line(right - rx, y);
  pen.arc(rx, ry, 0, false, true, right, y + ry);
  pen.line(right, bottom - ry);
  pen.arc(rx, ry, 0, false, true, right - rx, bottom);
  pen.line(x + rx, bottom);
  pen.arc(rx, ry, 0, false, true, x, bottom - ry);
  pen.line(x, y + ry);
  pen.arc(rx, ry, 0, false, true, x + rx, y);
  pen.close();
  return pen.segments;
}

function ellipse(cx: number, cy: number, rx: number, ry: number): Path | undefined {
  if (rx < 0 || ry < 0) throw badPicture('SVG', 'a radius below zero');
  if (!(rx > 0 && ry > 0)) return undefined;
  const pen = new PathPen();
  pen.move(cx + rx, cy);
  pen.arc(rx, ry, 0, false, true, cx, cy + ry);
  pen.arc(rx, ry, 0, false, true, cx - rx, cy);
  pen.arc(rx, ry, 0, false, true, cx, cy - ry);
  pen.arc(rx, ry, 0, false, true, cx + rx, cy);
  pen.close();
  return pen.segments;
}

function polygon(points: readonly number[], closed: boolean): Path | undefined {
  if (points.length % 2 !== 0) throw badPicture('SVG', 'points: an odd number of coordinates');
  if (points.length === 0) return undefined;
  const pen = new PathPen();
  for (let i = 0; i < points.length; i += 2) {
    const [x = 0, y = 0] = [points[i], points[i + 1]];
    if (i === 0) pen.move(x, y);
    else pen.line(x, y);
  }
  if (closed) pen.close();
  return pen.segments;
}

export function transformed(path: Path, [a, b, c, d, e, f]: Matrix): Path {
  const x = (px: number, py: number): number => a * px + c * py + e;
  const y = (px: number, py: number): number => b * px + d * py + f;
  return path.map((segment): PathSegment => {
    if (segment[0] === 'h') return segment;
    if (segment[0] !== 'c') return [segment[0], x(segment[1], segment[2]), y(segment[1], segment[2])];
    const [, x1, y1, x2, y2, x3, y3] = segment;
    return ['c', x(x1, y1), y(x1, y1), x(x2, y2), y(x2, y2), x(x3, y3), y(x3, y3)];
  });
}
