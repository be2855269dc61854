/**
 * SVG pictures (a subset of SVG 1.1 and 2, listed in docs/design/016-pictures.md) as PDF content, vector throughout. Whatever
 * would look different without being drawn is refused by its name: nothing is left out silently.
 */
import { badPicture, tooLarge, unsupported } from '../failures.ts';
import { limits } from '../../limits.ts';
import { rasterOf } from '../raster.ts';
import { sniffFormat } from '../sniff.ts';
import type { EmbeddablePicture } from '../types.ts';
import { Drawing, num, nums, type Box } from './drawing.ts';
import { gradientOf, hrefOf } from './gradient.ts';
import { extentOf, type Path } from './path.ts';
import { attributeOf, lengthAt, pathOfShape, SHAPES, transformed } from './shapes.ts';
import { inherit, INITIAL, ownStyle, propertiesOf, type Style } from './style.ts';
import { fitted, IDENTITY, multiply, transformOf, type Colour, type Matrix, type ViewBox } from './values.ts';
import { SVG_NAMESPACE, viewportOf } from './viewport.ts';
import { parseXml, type XmlElement } from './xml.ts';

/** The larger side in the form's own units, so that its numbers have a sensible size whatever the picture's. */
const SIDE = 1000;
/** Says something about the picture and shows nothing. */
const SILENT = new Set(['title', 'desc', 'metadata']);
/** Shows nothing where it stands, only where it is used. */
const DEFINITIONS = new Set(['defs', 'clipPath', 'linearGradient', 'radialGradient']);
/** Editors' notes in namespaces of their own. */
const EDITORS = /^http:\/\/(sodipodi\.sourceforge\.net|www\.inkscape\.org|ns\.adobe\.com)\//;

/** @throws PDF_IMAGE, PDF_IMAGE_UNSUPPORTED (naming the element), PDF_IMAGE_LIMIT */
export function readSvg(bytes: Uint8Array): EmbeddablePicture {
  const root = parseXml(bytes);
  const { width, height, view, aspect, sizeMm } = viewportOf(root);
  const scale = SIDE / Math.max(width, height);
  const box: Box = [0, 0, width * scale, height * scale];
  const drawing = new Drawing(box);
  const base = multiply([scale, 0, 0, -scale, 0, height * scale], fitted(view, width, height, aspect));
  new Renderer(root, view, box).draw(drawing, base);
  const matrix = [1 / (width * scale), 0, 0, 1 / (height * scale), 0, 0];
  return { width, height, sizeMm, embed: (increment) => drawing.embedGroup(increment, { Matrix: matrix }) };
}

interface Context {
  readonly into: Drawing;
  readonly style: Style;
  /** From here to the drawing's root. */
  readonly matrix: Matrix;
  /** Elements within each other, `use` followed. */
  readonly depth: number;
  /** Ids of the `use` elements' targets that we are in. */
  readonly within: readonly string[];
}

class Renderer {
  readonly #root: XmlElement;
  readonly #view: ViewBox;
  readonly #box: Box;
  readonly #byId = new Map<string, XmlElement>();
  #drawn = 0;
  #pixels = 0;
  #segments = 0;

  constructor(root: XmlElement, view: ViewBox, box: Box) {
    this.#root = root;
    this.#view = view;
    this.#box = box;
    this.#index(root);
  }

  draw(into: Drawing, matrix: Matrix): void {
    into.concat(matrix);
    const properties = propertiesOf(this.#root);
    const own = ownStyle(properties);
    if (!own.shown) return;
    if (own.clip !== undefined) throw unsupported('<svg clip-path>');
    if (attributeOf(this.#root, 'transform') !== undefined) throw unsupported('<svg transform>');
    const context: Context = { into, style: inherit(INITIAL, properties), matrix, depth: 0, within: [] };
    this.#grouped(context, own.opacity, (inner) => this.#children(this.#root, inner));
  }

  #index(element: XmlElement): void {
    const id = attributeOf(element, 'id');
    if (id !== undefined && !this.#byId.has(id)) this.#byId.set(id, element);
    refuseActive(element);
    if (element.name === 'metadata') return;
    for (const child of element.children) this.#index(child);
  }

  #children(parent: XmlElement, context: Context): void {
    if (parent.hasText) throw unsupported(`<${parent.name}> with text`);
    for (const child of parent.children) this.#element(child, context);
  }

  #element(element: XmlElement, context: Context): void {
    if (++this.#drawn > limits.svgElements) throw tooLarge('SVG elements');
    if (context.depth > 2 * limits.svgDepth) throw tooLarge('SVG depth');
    if (EDITORS.test(element.namespace)) return;
    if (element.namespace !== SVG_NAMESPACE)
      throw unsupported(`<${element.name}> of ${element.namespace || 'no'} namespace`);
    if (SILENT.has(element.name)) return;
    const drawable = SHAPES.has(element.name) || ['g', 'use', 'image'].includes(element.name);
    if (!drawable && !DEFINITIONS.has(element.name)) throw unsupported(`<${element.name}>`);
    if (!drawable) return;
    const properties = propertiesOf(element);
    const own = ownStyle(properties);
    if (!own.shown) return;
    const transform = transformOf(attributeOf(element, 'transform') ?? '');
    const matrix = multiply(context.matrix, transform);
    const style = inherit(context.style, properties);
    context.into.save();
    if (transform !== IDENTITY) context.into.concat(transform);
    if (own.clip !== undefined) this.#clip(own.clip, context.into);
    const inner = { ...context, matrix, style, depth: context.depth + 1 };
    if (SHAPES.has(element.name)) this.#shape(element, inner, own.opacity);
    else this.#grouped(inner, own.opacity, (group) => this.#container(element, group));
    context.into.restore();
  }

  #container(element: XmlElement, context: Context): void {
    if (element.name === 'g') this.#children(element, context);
    else if (element.name === 'use') this.#use(element, context);
    else this.#image(element, context);
  }

  /** Draws the content as one with this opacity: parts that lie over each other do not shine through. */
  #grouped(context: Context, opacity: number, content: (context: Context) => void): void {
    if (opacity === 1) return content(context);
    const box = boxWithin(context.matrix, this.#box);
    if (box === undefined || opacity === 0) return;
    const group = new Drawing(box);
    content({ ...context, into: group });
    context.into.opacity(opacity, opacity);
    context.into.show(group);
  }

  #shape(element: XmlElement, context: Context, opacity: number): void {
    const path = pathOfShape(element, this.#view);
    const { style } = context;
    if (attributeOf(element, 'pathLength') !== undefined && style.dashArray.length > 0)
      throw unsupported(`<${element.name} pathLength>`);
    if (element.children.some((child) => !SILENT.has(child.name))) {
      const child = element.children.find(({ name }) => !SILENT.has(name));
      throw unsupported(`<${child?.name ?? ''}> in <${element.name}>`);
    }
    if (path === undefined || !style.visible) return;
    this.#segments += path.length;
    if (this.#segments > limits.svgSegments) throw tooLarge('SVG path segments');
    const fills = style.fill.kind !== 'none' && element.name !== 'line';
    const strokes = style.stroke.kind !== 'none' && style.strokeWidth > 0;
    if (!fills && !strokes) return;
    // With both, the stroke lies over half of the fill: they must fade as one.
    const together = fills && strokes && opacity < 1;
    const each = together ? 1 : opacity;
    this.#grouped(context, together ? opacity : 1, (inner) => {
      if (fills) this.#fill(path, inner, style.fillOpacity * each);
      if (strokes) stroke(path, inner, style.strokeOpacity * each);
    });
  }

  #fill(path: Path, { into, style }: Context, opacity: number): void {
    const paint = style.fill.kind === 'server' ? this.#server(style.fill.id, path, style) : undefined;
    const colour = style.fill.kind === 'colour' ? style.fill.colour : paint;
    if (colour === undefined || opacity === 0) return;
    const evenOdd = style.fillRule === 'evenodd' ? '*' : '';
    into.save();
    into.opacity(opacity, opacity);
    if ('shading' in colour) {
      into.path(path);
      into.op(`W${evenOdd} n`);
      into.concat(colour.matrix);
      into.shade(colour.shading);
    } else {
      into.op(`${nums(colour)} rg`);
      into.path(path);
      into.op(`f${evenOdd}`);
    }
    into.restore();
  }

  #server(id: string, path: Path, style: Style): ReturnType<typeof gradientOf> {
    const element = this.#byId.get(id);
    if (element === undefined) throw badPicture('SVG', `no #${id}`);
    if (!/^(linear|radial)Gradient$/.test(element.name)) throw unsupported(`<${element.name}>`);
    const extent = extentOf(path);
    // SVG 1.1, 13.2.2: nothing is drawn when the box has no extent.
    if (extent === undefined || extent.width === 0 || extent.height === 0) return undefined;
    return gradientOf(element, this.#byId, extent, this.#view, style.colour);
  }

  #use(element: XmlElement, context: Context): void {
    const [id, target] = this.#target(element);
    if (context.within.includes(id)) throw badPicture('SVG', `<use> of #${id} within itself`);
    const shift: Matrix = [1, 0, 0, 1, lengthAt(element, 'x', this.#view), lengthAt(element, 'y', this.#view)];
    context.into.concat(shift);
    const matrix = multiply(context.matrix, shift);
    this.#element(target, { ...context, matrix, within: [...context.within, id] });
  }

  #target(element: XmlElement): readonly [string, XmlElement] {
    const href = hrefOf(element) ?? '';
    if (!href.startsWith('#')) throw unsupported(`<${element.name} href="${href.slice(0, 40)}">`);
    const target = this.#byId.get(href.slice(1));
    if (target === undefined) throw badPicture('SVG', `no ${href}`);
    return [href.slice(1), target];
  }

  /** One shape, possibly by way of `use`. Of several, PDF could clip with the union only by a soft mask. */
  #clip(id: string, into: Drawing): void {
    const clip = this.#byId.get(id);
    if (clip === undefined) throw badPicture('SVG', `no #${id}`);
    if (clip.name !== 'clipPath') throw unsupported(`clip-path="#${id}"`);
    const properties = propertiesOf(clip);
    if (attributeOf(clip, 'clipPathUnits') === 'objectBoundingBox' || properties.has('clip-path'))
      throw unsupported('<clipPath> of this kind');
    const shapes = clip.children.filter((child) => !SILENT.has(child.name));
    const [only] = shapes;
    if (only === undefined || shapes.length > 1) throw unsupported(`<clipPath> with ${shapes.length} shapes`);
    const style = inherit(INITIAL, properties);
    const outer = transformOf(attributeOf(clip, 'transform') ?? '');
    const { path, rule } = this.#clipShape(only, outer, style);
    into.path(path ?? [['m', 0, 0], ['h']]);
    into.op(rule === 'evenodd' ? 'W* n' : 'W n');
  }

  #clipShape(element: XmlElement, outer: Matrix, parent: Style): { path: Path | undefined; rule: Style['clipRule'] } {
    if (element.namespace !== SVG_NAMESPACE) throw unsupported(`<${element.name}> in <clipPath>`);
    const properties = propertiesOf(element);
    if (properties.has('clip-path') || properties.has('display')) throw unsupported(`<${element.name}> in <clipPath>`);
    const style = inherit(parent, properties);
    const matrix = multiply(outer, transformOf(attributeOf(element, 'transform') ?? ''));
    if (element.name === 'use') {
      const [, target] = this.#target(element);
      if (target.name === 'use') throw unsupported('<use> of <use> in <clipPath>');
      const shift: Matrix = [1, 0, 0, 1, lengthAt(element, 'x', this.#view), lengthAt(element, 'y', this.#view)];
      return this.#clipShape(target, multiply(matrix, shift), style);
    }
    if (!SHAPES.has(element.name)) throw unsupported(`<${element.name}> in <clipPath>`);
    const path = pathOfShape(element, this.#view);
    return { path: path === undefined ? undefined : transformed(path, matrix), rule: style.clipRule };
  }

  /** A PNG or JPG that the file itself holds. */
  #image(element: XmlElement, { into, style }: Context): void {
    const href = hrefOf(element) ?? '';
    const data = /^data:image\/(?:png|jpe?g);base64,([A-Za-z0-9+/=\s]+)$/.exec(href)?.[1];
    if (data === undefined) throw unsupported(`<image href="${href.slice(0, 40)}">`);
    const bytes = new Uint8Array(Buffer.from(data, 'base64'));
    const format = sniffFormat(bytes);
    if (format !== 'PNG' && format !== 'JPG') throw unsupported('<image>');
    const picture = rasterOf(format, bytes);
    this.#pixels += picture.width * picture.height;
    if (this.#pixels > limits.imagePixels) throw tooLarge('SVG pixels');
    const at = (attribute: string, absent = 0): number => lengthAt(element, attribute, this.#view, absent);
    const asked = { width: at('width', NaN), height: at('height', NaN) };
    const ratio = picture.width / picture.height;
    const width = Number.isNaN(asked.width)
      ? Number.isNaN(asked.height)
        ? picture.width
        : asked.height * ratio
      : asked.width;
    const height = Number.isNaN(asked.height) ? width / ratio : asked.height;
    if (!(width > 0 && height > 0) || !style.visible) return;
    const frame = { x: 0, y: 0, width: picture.width, height: picture.height };
    const fit = fitted(frame, width, height, attributeOf(element, 'preserveAspectRatio'));
    into.save();
    into.concat(multiply([1, 0, 0, 1, at('x'), at('y')], fit));
    into.concat([picture.width, 0, 0, -picture.height, 0, picture.height]);
    into.show(picture);
    into.restore();
  }
}

/** Reach from wherever they stand to other elements, or change with time or reader. */
const ACTIVE = /^(script|style|animate.*|set|discard|handler|listener)$/;

function refuseActive(element: XmlElement): void {
  if (ACTIVE.test(element.name)) throw unsupported(`<${element.name}>`);
  for (const { name, namespace } of element.attributes) {
    if (namespace !== '') continue;
    if (/^on[a-z]+$/i.test(name) || ['requiredFeatures', 'requiredExtensions', 'systemLanguage'].includes(name))
      throw unsupported(`<${element.name} ${name}>`);
  }
}

function stroke(path: Path, { into, style }: Context, opacity: number): void {
  const { stroke: paint } = style;
  if (paint.kind === 'server') throw unsupported('stroke="url(#…)"');
  if (paint.kind === 'none' || opacity === 0) return;
  const colour: Colour = paint.colour;
  into.save();
  into.opacity(opacity, opacity);
  into.op(
    `${nums(colour)} RG ${num(style.strokeWidth)} w ${style.lineCap} J ${style.lineJoin} j ${num(style.miterLimit)} M`,
  );
  if (style.dashArray.length > 0) into.op(`[${nums(style.dashArray)}] ${num(positivePhase(style))} d`);
  into.path(path);
  into.op('S');
  into.restore();
}

/** PDF has no phase below zero; the pattern repeats. */
function positivePhase({ dashArray, dashOffset }: Style): number {
  const period = dashArray.reduce((sum, length) => sum + length, 0);
  return ((dashOffset % period) + period) % period;
}

/** The box as seen from within the matrix; undefined when the matrix flattens everything. */
function boxWithin([a, b, c, d, e, f]: Matrix, [llx, lly, urx, ury]: Box): Box | undefined {
  const determinant = a * d - b * c;
  if (!(Math.abs(determinant) > 1e-60)) return undefined;
  const corners = [
    [llx, lly],
    [urx, lly],
    [llx, ury],
    [urx, ury],
  ].map(([x = 0, y = 0]) => [(d * (x - e) - c * (y - f)) / determinant, (a * (y - f) - b * (x - e)) / determinant]);
  const [xs, ys] = [corners.map(([x = 0]) => x), corners.map(([, y = 0]) => y)];
  const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] as const;
  return box.every((value) => Math.abs(value) < 1e30) ? box : undefined;
}
