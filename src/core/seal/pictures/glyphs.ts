/** Characters' outlines out of a font (TrueType or OpenType). */
import * as fontkit from '@cantoo/fontkit';
import { YqError } from '#core/errors/index.ts';
import { extentOf, moved, type Outline, type Point, type Segment } from './outline.ts';

export interface Glyph {
  /** In em; y downwards, baseline at 0. */
  readonly outline: Outline;
  readonly advance: number;
}

type Commands = readonly { readonly command: string; readonly args: readonly number[] }[];

const parsed = new WeakMap<Uint8Array, GlyphSource>();

/** Parsing a font of 10 MB costs more than a seal; it is kept as long as its bytes are. */
export function glyphSource(bytes: Uint8Array): GlyphSource {
  const source = parsed.get(bytes) ?? new GlyphSource(bytes);
  parsed.set(bytes, source);
  return source;
}

export class GlyphSource {
  readonly #font: fontkit.Font;

  constructor(bytes: Uint8Array) {
    try {
      this.#font = fontkit.create(bytes) as fontkit.Font;
    } catch (cause) {
      throw new YqError('PDF_TEXT_FONT', { params: { text: '' }, detail: 'the font cannot be read', cause });
    }
  }

  has(character: string): boolean {
    return this.#font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
  }

  /** @throws PDF_TEXT_FONT with the character that the font lacks */
  glyph(character: string): Glyph {
    const found = this.has(character) ? this.#font.glyphForCodePoint(character.codePointAt(0) ?? 0) : null;
    if (found === null) throw new YqError('PDF_TEXT_FONT', { params: { text: character } });
    const em = this.#font.unitsPerEm;
    const outline = outlineOf(found.path.commands as unknown as Commands);
    return {
      outline: moved(outline, ({ x, y }) => ({ x: x / em, y: -y / em })),
      advance: found.advanceWidth / em,
    };
  }

  /** The character in a box round the origin, with the room that its em square keeps round it. */
  boxed(character: string, width: number, height: number): Outline {
    const { outline, advance } = this.glyph(character);
    // The em square of a CJK font reaches from 0.12 em below the baseline to 0.88 em above it.
    return moved(outline, ({ x, y }) => ({ x: (x - advance / 2) * width, y: (y + 0.38) * height }));
  }

  /**
   * The character's ink stretched to a box round the origin, as seal cutters do. A character of little ink such as 一 is not blown up
   * beyond what its em square would allow.
   */
  filling(character: string, width: number, height: number): Outline {
    const { outline } = this.glyph(character);
    const { minX, minY, maxX, maxY } = extentOf([outline]);
    const [sx, sy] = [width / Math.max(maxX - minX, LEAST_INK), height / Math.max(maxY - minY, LEAST_INK)];
    return moved(outline, ({ x, y }) => ({ x: (x - (minX + maxX) / 2) * sx, y: (y - (minY + maxY) / 2) * sy }));
  }
}

/** em */
const LEAST_INK = 0.7;

function outlineOf(commands: Commands): Outline {
  const points = (args: readonly number[]): Point[] =>
    Array.from({ length: args.length / 2 }, (_, i) => ({ x: args[2 * i] ?? 0, y: args[2 * i + 1] ?? 0 }));
  return commands.map(({ command, args }): Segment => {
    const [first = { x: 0, y: 0 }, second = first, third = second] = points(args);
    switch (command) {
      case 'moveTo':
        return { op: 'M', to: first };
      case 'lineTo':
        return { op: 'L', to: first };
      case 'quadraticCurveTo':
        return { op: 'Q', by: first, to: second };
      case 'bezierCurveTo':
        return { op: 'C', by: first, by2: second, to: third };
      default:
        return { op: 'Z' };
    }
  });
}
