/** A content stream in the making with the resources it names: graphics states, shadings, images, transparency groups. */
import type { Increment } from '../../increment.ts';
import { dict, name, type PdfDict, type PdfObject, type PdfRef } from '../../objects.ts';
import { ascii, writeNumber } from '../../serialize.ts';
import type { EmbeddablePicture } from '../types.ts';
import type { Path } from './path.ts';
import type { Matrix } from './values.ts';

/** llx lly urx ury in the stream's own space. */
export type Box = readonly [number, number, number, number];

/** Seven digits: more than any printer has, and no exponents. */
export const num = (value: number): string => writeNumber(Number(value.toPrecision(7)) || 0);
export const nums = (values: readonly number[]): string => values.map(num).join(' ');

const OPERATORS = { m: 'm', l: 'l', c: 'c', h: 'h' } as const;

export class Drawing {
  readonly #box: Box;
  readonly #lines: string[] = [];
  /** Names of the resources, by fill and stroke opacity. */
  readonly #states = new Map<string, { readonly name: string; readonly state: PdfDict }>();
  readonly #objects = new Map<Drawing | EmbeddablePicture, string>();
  readonly #shadings: PdfDict[] = [];

  constructor(box: Box) {
    this.#box = box;
  }

  op(line: string): void {
    this.#lines.push(line);
  }
  save(): void {
    this.op('q');
  }
  restore(): void {
    this.op('Q');
  }
  concat(matrix: Matrix): void {
    this.op(`${nums(matrix)} cm`);
  }
  path(path: Path): void {
    this.op(path.map(([op, ...values]) => (op === 'h' ? 'h' : `${nums(values)} ${OPERATORS[op]}`)).join('\n'));
  }
  opacity(fill: number, stroke: number): void {
    if (fill === 1 && stroke === 1) return;
    const key = `${num(fill)} ${num(stroke)}`;
    const known = this.#states.get(key) ?? {
      name: `G${this.#states.size}`,
      state: dict({ ca: Number(num(fill)), CA: Number(num(stroke)) }),
    };
    this.#states.set(key, known);
    this.op(`/${known.name} gs`);
  }
  shade(shading: PdfDict): void {
    this.op(`/S${this.#shadings.length} sh`);
    this.#shadings.push(shading);
  }
  /** A picture fills the unit square; a drawing, as a transparency group, its own box. */
  show(object: Drawing | EmbeddablePicture): void {
    const known = this.#objects.get(object) ?? `X${this.#objects.size}`;
    this.#objects.set(object, known);
    this.op(`/${known} Do`);
  }

  /**
   * As a transparency group of its own: what blends or fades it, does so to the whole and not to each stroke.
   * @param entries of the form XObject beyond its box and resources, e.g. /Matrix
   */
  embedGroup(increment: Increment, entries: Readonly<Record<string, PdfObject>> = {}): PdfRef {
    const states = [...this.#states.values()].map(({ name, state }) => [name, state] as const);
    const objects = [...this.#objects].map(
      ([object, name]) =>
        [name, object instanceof Drawing ? object.embedGroup(increment) : object.embed(increment)] as const,
    );
    const shadings = this.#shadings.map((shading, i) => [`S${i}`, shading] as const);
    const group = (list: readonly (readonly [string, PdfObject])[]): PdfDict | undefined =>
      list.length === 0 ? undefined : dict(Object.fromEntries(list));
    const resources = { ExtGState: group(states), XObject: group(objects), Shading: group(shadings) };
    return increment.addStream(
      dict({
        Type: name('XObject'),
        Subtype: name('Form'),
        FormType: 1,
        BBox: this.#box,
        Group: dict({ Type: name('Group'), S: name('Transparency'), I: true }),
        ...entries,
        Resources: dict(resources),
      }),
      ascii(this.#lines.join('\n')),
    );
  }
}
