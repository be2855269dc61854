/** The red demo seal 示范医院病历专用章, 42 mm at 300 dpi with alpha. 示范 and 仅供演示 in it say that it is a demonstration. */
import * as fontkit from '@cantoo/fontkit';
import { fontBytes } from '../records/fonts.ts';
import { encodePng } from './png.ts';
import { circle, Raster, type Point, type Polygon } from './raster.ts';

const DPI = 300;
const SIZE = 42; // mm
const CINNABAR = [194, 58, 43] as const;
const CENTER = SIZE / 2;

interface Outline {
  readonly commands: readonly { readonly command: string; readonly args: readonly number[] }[];
}
interface Font {
  readonly unitsPerEm: number;
  glyphForCodePoint(code: number): { readonly path: Outline; readonly advanceWidth: number };
}

export function demoSeal(): Uint8Array {
  const scale = DPI / 25.4;
  const raster = new Raster(Math.round(SIZE * scale), Math.round(SIZE * scale));
  const font = (fontkit as unknown as { create(bytes: Uint8Array): Font }).create(fontBytes('bold'));
  const middle = { x: CENTER, y: CENTER };
  const around = [...'示范医院病历专用章'];
  const sweep = 250;
  const polygons = [
    circle(middle, 20.6, true, 240),
    circle(middle, 19.3, false, 240),
    star(middle, 5.4),
    ...around.flatMap((character, i) => {
      const angle = ((-sweep / 2 + (i * sweep) / (around.length - 1)) * Math.PI) / 180;
      return glyph(font, character, 4.7, (p) => turned(p, angle, 15.4));
    }),
    ...[...'仅供演示'].flatMap((character, i) =>
      glyph(font, character, 3.1, (p) => ({ x: CENTER + p.x + (i - 1.5) * 3.7, y: CENTER + p.y + 10.6 })),
    ),
  ];
  raster.fill(
    polygons.map((polygon) => polygon.map(({ x, y }) => ({ x: x * scale, y: y * scale }))),
    CINNABAR,
  );
  return encodePng(raster, DPI);
}

/** Upright at the top of the circle, turned with it elsewhere. */
function turned({ x, y }: Point, angle: number, radius: number): Point {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { x: CENTER + x * cos - (y - radius) * sin, y: CENTER + x * sin + (y - radius) * cos };
}

function star(middle: Point, radius: number): Polygon {
  return Array.from({ length: 10 }, (_, k) => {
    const r = k % 2 === 0 ? radius : radius * 0.382;
    return { x: middle.x + r * Math.sin((Math.PI * k) / 5), y: middle.y - r * Math.cos((Math.PI * k) / 5) };
  });
}

/** Outline of a character of this size (mm), centred on the origin. */
function glyph(font: Font, character: string, size: number, place: (p: Point) => Point): Polygon[] {
  const { path } = font.glyphForCodePoint(character.codePointAt(0) ?? 0);
  const k = size / font.unitsPerEm;
  // The em box of a CJK font reaches from -120 to 880 per mille of the em.
  const at = (x: number, y: number): Point =>
    place({ x: (x - font.unitsPerEm / 2) * k, y: (font.unitsPerEm * 0.38 - y) * k });
  const polygons: Point[][] = [];
  let [x, y] = [0, 0];
  for (const { command, args } of path.commands) {
    const [a = 0, b = 0, c = 0, d = 0] = args;
    if (command === 'moveTo') polygons.push([at(a, b)]);
    if (command === 'lineTo') polygons.at(-1)?.push(at(a, b));
    if (command === 'quadraticCurveTo') {
      for (let i = 1; i <= 6; i++) {
        const t = i / 6;
        polygons.at(-1)?.push(at(quadratic(x, a, c, t), quadratic(y, b, d, t)));
      }
    }
    if (command === 'bezierCurveTo') throw new Error('the font has quadratic outlines');
    if (args.length >= 2) [x, y] = [args.at(-2) ?? 0, args.at(-1) ?? 0];
  }
  return polygons;
}

const quadratic = (a: number, b: number, c: number, t: number): number =>
  (1 - t) * (1 - t) * a + 2 * (1 - t) * t * b + t * t * c;
