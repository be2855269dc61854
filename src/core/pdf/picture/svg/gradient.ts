/** linearGradient and radialGradient as PDF shadings of type 2 and 3 (ISO 32000-1, 8.7.4.5). */
import { dict, name, type PdfDict, type PdfObject } from '../../objects.ts';
import { badPicture, unsupported } from '../failures.ts';
import type { Extent } from './path.ts';
import { attributeOf } from './shapes.ts';
import { propertiesOf } from './style.ts';
import {
  colourOf,
  IDENTITY,
  lengthOf,
  multiply,
  opacityOf,
  transformOf,
  type Colour,
  type Matrix,
  type ViewBox,
} from './values.ts';
import type { XmlElement } from './xml.ts';

export interface Gradient {
  /** From the gradient's space to the user space of what it fills. */
  readonly matrix: Matrix;
  readonly shading: PdfDict;
}

interface Stop {
  readonly offset: number;
  readonly colour: Colour;
}

/** A gradient may take over what it does not say itself from another one; a ring of them has no end. */
const REFERENCES = 8;

/**
 * @param byId elements of the picture
 * @returns one colour when there is one stop, undefined when there is none
 */
export function gradientOf(
  element: XmlElement,
  byId: ReadonlyMap<string, XmlElement>,
  extent: Extent,
  view: ViewBox,
  current: Colour,
): Gradient | Colour | undefined {
  const chain = chainOf(element, byId);
  const said = (attribute: string): string | undefined =>
    chain.map((one) => attributeOf(one, attribute)).find((value) => value !== undefined);
  const spread = said('spreadMethod') ?? 'pad';
  if (spread !== 'pad') throw unsupported(`<${element.name} spreadMethod="${spread.slice(0, 20)}">`);
  const stops = stopsOf(
    chain.find((one) => one.children.some((child) => child.name === 'stop')),
    current,
  );
  const [first, second] = stops;
  if (first === undefined) return undefined;
  if (second === undefined) return first.colour;
  const onBox = (said('gradientUnits') ?? 'objectBoundingBox') !== 'userSpaceOnUse';
  const own = transformOf(said('gradientTransform') ?? '');
  const toBox: Matrix = onBox ? [extent.width, 0, 0, extent.height, extent.x, extent.y] : IDENTITY;
  const coordinate = (attribute: string, absent: string): number => {
    const across = /x/.test(attribute);
    const radius = Math.hypot(view.width, view.height) / Math.SQRT2;
    const whole = onBox ? 1 : attribute.includes('r') ? radius : across ? view.width : view.height;
    return lengthOf(said(attribute) ?? absent, whole);
  };
  const linear = element.name === 'linearGradient';
  const coords = linear
    ? [coordinate('x1', '0%'), coordinate('y1', '0%'), coordinate('x2', '100%'), coordinate('y2', '0%')]
    : circles(said, coordinate);
  return {
    matrix: multiply(toBox, own),
    shading: dict({
      ShadingType: linear ? 2 : 3,
      ColorSpace: name('DeviceRGB'),
      Coords: coords,
      Function: functionOf(stops),
      Extend: [true, true],
    }),
  };
}

function circles(
  said: (attribute: string) => string | undefined,
  coordinate: (attribute: string, absent: string) => number,
): number[] {
  const [cx, cy, r] = [coordinate('cx', '50%'), coordinate('cy', '50%'), coordinate('r', '50%')];
  if (said('fr') !== undefined) throw unsupported('<radialGradient fr>');
  const fx = said('fx') === undefined ? cx : coordinate('fx', '50%');
  const fy = said('fy') === undefined ? cy : coordinate('fy', '50%');
  if (r <= 0 || Math.hypot(fx - cx, fy - cy) >= r) throw unsupported('<radialGradient fx fy>');
  return [fx, fy, 0, cx, cy, r];
}

function chainOf(element: XmlElement, byId: ReadonlyMap<string, XmlElement>): XmlElement[] {
  const chain = [element];
  for (;;) {
    const href = hrefOf(chain.at(-1) ?? element);
    if (href === undefined) return chain;
    const next = href.startsWith('#') ? byId.get(href.slice(1)) : undefined;
    if (next === undefined || !/^(linear|radial)Gradient$/.test(next.name) || chain.length >= REFERENCES)
      throw unsupported(`<${element.name} href="${href.slice(0, 30)}">`);
    chain.push(next);
  }
}

const XLINK = 'http://www.w3.org/1999/xlink';

/** SVG 2's href, else SVG 1.1's xlink:href. */
export function hrefOf(element: XmlElement): string | undefined {
  return (
    attributeOf(element, 'href') ??
    element.attributes.find((attribute) => attribute.name === 'href' && attribute.namespace === XLINK)?.value
  )?.trim();
}

/** In order, each offset at least the one before (SVG 1.1, 13.2.4). */
function stopsOf(gradient: XmlElement | undefined, current: Colour): Stop[] {
  let last = 0;
  return (gradient?.children ?? []).map((child) => {
    if (child.name !== 'stop') throw unsupported(`<${child.name}>`);
    const properties = propertiesOf(child);
    const opacity = opacityOf(properties.get('stop-opacity') ?? '1');
    if (opacity !== 1) throw unsupported('<stop stop-opacity>');
    last = Math.max(last, opacityOf(attributeOf(child, 'offset') ?? '0'));
    const text = properties.get('stop-color') ?? 'black';
    return { offset: last, colour: text === 'currentColor' ? current : colourOf(text) };
  });
}

/** Pieces of straight interpolation, stitched (7.10.3, 7.10.4). Two stops at one offset are a jump: no piece lies between them. */
function functionOf(stops: readonly Stop[]): PdfDict {
  const [first, last] = [stops[0], stops.at(-1)];
  if (first === undefined || last === undefined) throw badPicture('SVG', 'no stops');
  const all = [{ ...first, offset: 0 }, ...stops, { ...last, offset: 1 }];
  const pieces = all.slice(1).flatMap((to, i) => {
    const from = all[i];
    if (from === undefined || to.offset - from.offset < 1e-6) return [];
    const piece: PdfObject = dict({ FunctionType: 2, Domain: [0, 1], C0: from.colour, C1: to.colour, N: 1 });
    return [{ piece, end: to.offset }];
  });
  return dict({
    FunctionType: 3,
    Domain: [0, 1],
    Functions: pieces.map(({ piece }) => piece),
    Bounds: pieces.slice(0, -1).map(({ end }) => end),
    Encode: pieces.flatMap(() => [0, 1]),
  });
}
