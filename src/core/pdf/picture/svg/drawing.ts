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
  /** Fill and stroke opacity, by the resource's name. */
  readonly #states = new Map<string, readonly [number, number]>();
  readonly #objects: (Drawing | EmbeddablePicture)[] = [];
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
    const known = [...this.#states].find(([, [f, s]]) => `${num(f)} ${num(s)}` === key)?.[0];
    const state = known ?? `G${this.#states.size}`;
    this.#states.set(state, [fill, stroke]);
    this.op(`/${state} gs`);
  }
  shade(shading: PdfDict): void {
    this.op(`/S${this.#shadings.length} sh`);
    this.#shadings.push(shading);
  }
  /** A picture fills the unit square; a drawing, as a transparency group, its own box. */
  show(object: Drawing | EmbeddablePicture): void {
    const known = this.#objects.indexOf(object);
    this.op(`/X${known < 0 ? this.#objects.length : known} Do`);
    if (known < 0) this.#objects.push(object);
  }
  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** @param entries of the form XObject beyond its box and resources, e.g. /Matrix */
  embed(increment: Increment, entries: Readonly<Record<string, PdfObject>>): PdfRef {
    const states = [...this.#states].map(([key, [fill, stroke]]) => [key, dict({ ca: fill, CA: stroke })]);
    const objects = this.#objects.map((object, i) => [
      `X${i}`,
      object instanceof Drawing ? object.embed(increment, GROUP) : object.embed(increment),
    ]);
    const shadings = this.#shadings.map((shading, i) => [`S${i}`, shading]);
    const group = (list: unknown[]): PdfDict | undefined =>
      list.length === 0 ? undefined : dict(Object.fromEntries(list as [string, PdfObject][]));
    const resources = { ExtGState: group(states), XObject: group(objects), Shading: group(shadings) };
    return increment.addStream(
      dict({
        Type: name('XObject'),
        Subtype: name('Form'),
        FormType: 1,
        BBox: this.#box,
        ...entries,
        Resources: dict(resources),
      }),
      ascii(this.#lines.join('\n')),
    );
  }
}

const GROUP = { Group: dict({ Type: name('Group'), S: name('Transparency') }) };
