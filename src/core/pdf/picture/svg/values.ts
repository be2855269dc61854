/** The values of SVG's attributes: numbers, lengths, transforms, colours, view boxes. */
import { badPicture, unsupported } from '../failures.ts';
import { COLOUR_NAMES } from './colour-names.ts';

/** [a b c d e f] as in PDF: x' = ax + cy + e, y' = bx + dy + f. */
export type Matrix = readonly [number, number, number, number, number, number];
/** Red, green, blue from 0 to 1. */
export type Colour = readonly [number, number, number];

export const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];

/** First `inner`, then `outer`. */
export function multiply(outer: Matrix, inner: Matrix): Matrix {
  const [a, b, c, d, e, f] = outer;
  const [p, q, r, s, t, u] = inner;
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f];
}

const NUMBER_TEXT = '[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?';
const ONE_NUMBER = new RegExp(`^\\s*(${NUMBER_TEXT})\\s*$`);
const LENGTH = new RegExp(`^\\s*(${NUMBER_TEXT})(px|pt|pc|mm|cm|in|%|em|ex|rem|q)?\\s*$`, 'i');

const bad = (what: string, text: string): Error => badPicture('SVG', `${what}: ${text.slice(0, 40)}`);

function finite(value: number, text: string): number {
  if (!Number.isFinite(value) || Math.abs(value) > 1e9) throw bad('number', text);
  return value;
}

export function numberOf(text: string): number {
  const found = ONE_NUMBER.exec(text);
  if (found === null) throw bad('number', text);
  return finite(Number(found[1]), text);
}

export function numbersOf(text: string): number[] {
  const trimmed = text.trim();
  return trimmed === '' ? [] : trimmed.split(/\s*,\s*|\s+/).map(numberOf);
}

/** User units (CSS px, 96 an inch) in each unit. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  px: 1,
  pt: 96 / 72,
  pc: 16,
  mm: 96 / 25.4,
  cm: 96 / 2.54,
  in: 96,
  q: 96 / 101.6,
};
export const PX_PER_MM = 96 / 25.4;

/** A length in user units. @param whole what 100 % are; without it percentages are refused */
export function lengthOf(text: string, whole?: number): number {
  const found = LENGTH.exec(text);
  if (found === null) throw bad('length', text);
  const [, value = '', unit = ''] = found;
  const factor = unit === '%' && whole !== undefined ? whole / 100 : UNITS[unit.toLowerCase()];
  if (factor === undefined) throw unsupported(`length ${text.trim().slice(0, 20)}`);
  return finite(Number(value) * factor, text);
}

/** Whether a length is given in millimetres, inches and the like, not in pixels. */
export const isPhysical = (text: string): boolean => /[\d.\s](pt|pc|mm|cm|in|q)\s*$/i.test(text);

const TRANSFORM = /\s*,?\s*(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^()]*)\)/y;

export function transformOf(text: string): Matrix {
  let matrix = IDENTITY;
  let at = 0;
  const whole = text.trim();
  if (whole === 'none') return matrix;
  while (at < whole.length) {
    TRANSFORM.lastIndex = at;
    const found = TRANSFORM.exec(whole);
    if (found === null) throw bad('transform', whole.slice(at));
    at = TRANSFORM.lastIndex;
    matrix = multiply(matrix, oneTransform(found[1] ?? '', numbersOf(found[2] ?? ''), whole));
  }
  return matrix;
}

function oneTransform(kind: string, values: readonly number[], text: string): Matrix {
  const [a = 0, b, c, d = 0, e = 0, f = 0] = values;
  const allowed: Readonly<Record<string, readonly number[]>> = {
    matrix: [6],
    translate: [1, 2],
    scale: [1, 2],
    rotate: [1, 3],
    skewX: [1],
    skewY: [1],
  };
  if (!(allowed[kind]?.includes(values.length) ?? false)) throw bad('transform', text);
  const angle = (a * Math.PI) / 180;
  switch (kind) {
    case 'matrix':
      return [a, b ?? 0, c ?? 0, d, e, f];
    case 'translate':
      return [1, 0, 0, 1, a, b ?? 0];
    case 'scale':
      return [a, 0, 0, b ?? a, 0, 0];
    case 'rotate': {
      const turn: Matrix = [Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0];
      const [x, y] = [b ?? 0, c ?? 0];
      return multiply(multiply([1, 0, 0, 1, x, y], turn), [1, 0, 0, 1, -x, -y]);
    }
    case 'skewX':
      return [1, 0, Math.tan(angle), 1, 0, 0];
    default:
      return [1, Math.tan(angle), 0, 1, 0, 0];
  }
}

const HEX = /^#(?:([\da-f]{3})|([\da-f]{6}))$/i;
const RGB = /^rgba?\(\s*([\d.+%-]+)[\s,]+([\d.+%-]+)[\s,]+([\d.+%-]+)(?:\s*[,/]\s*([\d.]+%?))?\s*\)$/i;

/** Hexadecimal, rgb(), and the CSS names. @throws PDF_IMAGE_UNSUPPORTED for other ways of writing a colour */
export function colourOf(text: string): Colour {
  const plain = text.trim().toLowerCase();
  const named = COLOUR_NAMES.get(plain);
  const hex = HEX.exec(named === undefined ? plain : `#${named}`);
  if (hex !== null) {
    const digits = hex[2] ?? [...(hex[1] ?? '')].map((digit) => digit + digit).join('');
    const at = (i: number): number => Number.parseInt(digits.slice(i, i + 2), 16) / 255;
    return [at(0), at(2), at(4)];
  }
  const rgb = RGB.exec(plain);
  if (rgb === null || ![undefined, '1', '100%', '1.0'].includes(rgb[4]))
    throw unsupported(`colour ${plain.slice(0, 30)}`);
  const part = (value = ''): number => {
    const share = value.endsWith('%') ? numberOf(value.slice(0, -1)) / 100 : numberOf(value) / 255;
    return Math.min(1, Math.max(0, share));
  };
  return [part(rgb[1]), part(rgb[2]), part(rgb[3])];
}

/** From 0 to 1, clamped; percentages allowed. */
export function opacityOf(text: string): number {
  const plain = text.trim();
  const value = plain.endsWith('%') ? numberOf(plain.slice(0, -1)) / 100 : numberOf(plain);
  return Math.min(1, Math.max(0, value));
}

export interface ViewBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function viewBoxOf(text: string): ViewBox {
  const [x, y, width, height, more] = numbersOf(text);
  if (x === undefined || y === undefined || width === undefined || height === undefined || more !== undefined)
    throw bad('viewBox', text);
  if (width <= 0 || height <= 0) throw bad('viewBox', text);
  return { x, y, width, height };
}

const ASPECT = /^\s*(?:none|x(Min|Mid|Max)Y(Min|Mid|Max)(?:\s+(meet|slice))?)\s*$/;

/** The matrix that shows `box` in a viewport that begins at 0, 0 (SVG 1.1, 7.8). `slice` is refused: it would cut the picture. */
export function fitted(box: ViewBox, width: number, height: number, aspect = 'xMidYMid'): Matrix {
  const found = ASPECT.exec(aspect);
  if (found === null || found[3] === 'slice') throw unsupported(`preserveAspectRatio ${aspect.slice(0, 20)}`);
  const [sx, sy] = [width / box.width, height / box.height];
  if (found[1] === undefined) return [sx, 0, 0, sy, -box.x * sx, -box.y * sy];
  const scale = Math.min(sx, sy);
  const shift = (where = '', room = 0): number => (where === 'Min' ? 0 : where === 'Mid' ? room / 2 : room);
  const x = shift(found[1], width - box.width * scale) - box.x * scale;
  const y = shift(found[2], height - box.height * scale) - box.y * scale;
  return [scale, 0, 0, scale, x, y];
}
