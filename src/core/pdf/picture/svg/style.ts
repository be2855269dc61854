/**
 * Presentation attributes and the style attribute (SVG 1.1, 6). A property that would change the look and is not drawn here is refused;
 * what is ignored is on a list: it concerns text or hints to the renderer.
 */
import { badPicture, unsupported } from '../failures.ts';
import { colourOf, lengthOf, numberOf, opacityOf, type Colour } from './values.ts';
import type { XmlElement } from './xml.ts';

export type Paint =
  | { readonly kind: 'none' }
  | { readonly kind: 'colour'; readonly colour: Colour }
  | { readonly kind: 'server'; readonly id: string };

/** What children inherit. */
export interface Style {
  readonly fill: Paint;
  readonly fillRule: 'nonzero' | 'evenodd';
  readonly fillOpacity: number;
  readonly stroke: Paint;
  readonly strokeWidth: number;
  readonly strokeOpacity: number;
  readonly lineCap: 0 | 1 | 2;
  readonly lineJoin: 0 | 1 | 2;
  readonly miterLimit: number;
  readonly dashArray: readonly number[];
  readonly dashOffset: number;
  readonly colour: Colour;
  readonly visible: boolean;
  readonly clipRule: 'nonzero' | 'evenodd';
}

/** What an element has for itself. */
export interface OwnStyle {
  readonly opacity: number;
  readonly shown: boolean;
  /** Of the clipPath. */
  readonly clip: string | undefined;
}

export const INITIAL: Style = {
  fill: { kind: 'colour', colour: [0, 0, 0] },
  fillRule: 'nonzero',
  fillOpacity: 1,
  stroke: { kind: 'none' },
  strokeWidth: 1,
  strokeOpacity: 1,
  lineCap: 0,
  lineJoin: 0,
  miterLimit: 4,
  dashArray: [],
  dashOffset: 0,
  colour: [0, 0, 0],
  visible: true,
  clipRule: 'nonzero',
};

const DRAWN = new Set(
  `fill fill-rule fill-opacity stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray
  stroke-dashoffset color visibility clip-rule opacity display clip-path stop-color stop-opacity`.split(/\s+/),
);
/** Of no effect on shapes, or only hints. */
const IGNORED =
  /^(-.*|font.*|text-.*|letter-spacing|word-spacing|writing-mode|line-height|direction|unicode-bidi|baseline-shift|.*-baseline|glyph-.*|kerning|white-space|shape-(rendering|inside|padding|margin|subtract)|image-rendering|color-rendering|color-interpolation-filters|color-profile|enable-background|pointer-events|cursor|overflow|solid-color|solid-opacity|flood-.*|lighting-color|block-progression|will-change)$/;
/** Drawn only as long as they say nothing. */
const NEUTRAL: ReadonlyMap<string, readonly string[]> = new Map([
  ['filter', ['none']],
  ['mask', ['none']],
  ['marker', ['none']],
  ['marker-start', ['none']],
  ['marker-mid', ['none']],
  ['marker-end', ['none']],
  ['mix-blend-mode', ['normal']],
  ['isolation', ['auto']],
  ['paint-order', ['normal']],
  ['vector-effect', ['none']],
  ['clip', ['auto']],
  ['color-interpolation', ['auto', 'srgb']],
  ['background', ['none', 'transparent']],
  ['background-color', ['transparent']],
  ['transform', ['none']],
  ['transform-origin', []],
  ['transform-box', []],
]);

/** The declared properties of an element; the style attribute outweighs attributes. @throws PDF_IMAGE_UNSUPPORTED */
export function propertiesOf(element: XmlElement): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const take = (property: string, value: string): void => {
    const neutral = NEUTRAL.get(property);
    if (neutral !== undefined && !neutral.includes(value.toLowerCase()) && value !== 'inherit')
      throw unsupported(`<${element.name} ${property}="${value.slice(0, 30)}">`);
    if (DRAWN.has(property)) found.set(property, value);
  };
  for (const { name, namespace, value } of element.attributes) {
    // `transform` as an attribute is SVG's own, not the CSS property.
    if (namespace === '' && name !== 'transform') take(name, value.trim());
  }
  const style = element.attributes.find(({ name, namespace }) => namespace === '' && name === 'style')?.value ?? '';
  for (const [property, value] of declarations(style)) {
    if (!DRAWN.has(property) && !NEUTRAL.has(property) && !IGNORED.test(property))
      throw unsupported(`<${element.name} style="${property}">`);
    take(property, value);
  }
  return found;
}

function declarations(style: string): (readonly [string, string])[] {
  return style
    .replace(/\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//g, '')
    .split(';')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [, property, value] = /^\s*([\w-]+)\s*:\s*(.*?)\s*(?:!important)?\s*$/is.exec(part) ?? [];
      if (property === undefined || value === undefined || value === '')
        throw badPicture('SVG', `style: ${part.trim().slice(0, 40)}`);
      return [property.toLowerCase(), value] as const;
    });
}

const CAPS = ['butt', 'round', 'square'];
const JOINS = ['miter', 'round', 'bevel'];

export function inherit(parent: Style, properties: ReadonlyMap<string, string>): Style {
  if (properties.size === 0) return parent;
  /** Keeps the parent's value when nothing is said. */
  const value = <T>(property: string, kept: T, read: (text: string) => T): T => {
    const text = properties.get(property);
    return text === undefined || text === 'inherit' ? kept : read(text);
  };
  const rule = (text: string): 'nonzero' | 'evenodd' => oneOf(text, ['nonzero', 'evenodd'], 'fill rule');
  const colour = value('color', parent.colour, (text) => (text === 'currentColor' ? parent.colour : colourOf(text)));
  return {
    colour,
    fill: value('fill', parent.fill, (text) => paintOf(text, colour)),
    fillRule: value('fill-rule', parent.fillRule, rule),
    fillOpacity: value('fill-opacity', parent.fillOpacity, opacityOf),
    stroke: value('stroke', parent.stroke, (text) => paintOf(text, colour)),
    strokeWidth: value('stroke-width', parent.strokeWidth, (text) => positive(lengthOf(text), 'stroke-width')),
    strokeOpacity: value('stroke-opacity', parent.strokeOpacity, opacityOf),
    lineCap: value(
      'stroke-linecap',
      parent.lineCap,
      (text) => CAPS.indexOf(oneOf(text, CAPS, 'line cap')) as 0 | 1 | 2,
    ),
    lineJoin: value(
      'stroke-linejoin',
      parent.lineJoin,
      (text) => JOINS.indexOf(oneOf(text, JOINS, 'line join')) as 0 | 1 | 2,
    ),
    miterLimit: value('stroke-miterlimit', parent.miterLimit, (text) => Math.max(1, numberOf(text))),
    dashArray: value('stroke-dasharray', parent.dashArray, dashesOf),
    dashOffset: value('stroke-dashoffset', parent.dashOffset, (text) => lengthOf(text)),
    visible: value('visibility', parent.visible, (text) => text === 'visible'),
    clipRule: value('clip-rule', parent.clipRule, rule),
  };
}

export function ownStyle(properties: ReadonlyMap<string, string>): OwnStyle {
  const clip = properties.get('clip-path') ?? 'none';
  return {
    opacity: opacityOf(properties.get('opacity') ?? '1'),
    shown: properties.get('display') !== 'none',
    clip: clip === 'none' ? undefined : idOf(clip),
  };
}

function paintOf(text: string, current: Colour): Paint {
  if (text === 'none' || text === 'transparent') return { kind: 'none' };
  if (text === 'currentColor') return { kind: 'colour', colour: current };
  return text.startsWith('url(') ? { kind: 'server', id: idOf(text) } : { kind: 'colour', colour: colourOf(text) };
}

/** `url(#id)`, with the fallback colour that may follow it. @throws PDF_IMAGE_UNSUPPORTED for anything outside the picture */
export function idOf(text: string): string {
  const id = /^url\(\s*(["']?)#([^"')\s]+)\1\s*\)(?:\s+[\w#(),.% ]+)?$/.exec(text)?.[2];
  if (id === undefined) throw unsupported(text.slice(0, 40));
  return id;
}

function dashesOf(text: string): readonly number[] {
  if (text === 'none') return [];
  const lengths = text
    .trim()
    .split(/\s*,\s*|\s+/)
    .map((part) => positive(lengthOf(part), 'dash'));
  if (lengths.every((length) => length === 0)) return [];
  return lengths.length % 2 === 0 ? lengths : [...lengths, ...lengths];
}

function positive(value: number, what: string): number {
  if (value < 0) throw badPicture('SVG', `${what} below zero`);
  return value;
}

function oneOf<T extends string>(text: string, allowed: readonly T[], what: string): T {
  const found = allowed.find((word) => word === text);
  if (found === undefined) throw unsupported(`${what} ${text.slice(0, 20)}`);
  return found;
}
