/**
 * Active content of a document, found by walking everything that can be reached from the catalog. Each thing knows the places that lead
 * to it, so that a copy without it can be made (drop.ts).
 */
import { isArray, PdfDict, PdfName, PdfRef, PdfStream, type PdfObject } from '../objects.ts';
import type { PdfFile } from '../types.ts';
import { fieldsThatDiffer } from './field-looks.ts';
import { ACTIONS, activeThing, HIDING_FLAGS, MEDIA_ANNOTATIONS, type ActiveCode, type ActiveThing } from './kinds.ts';
import { hidesWhenOn, layersOf } from './layers.ts';
import { hasSuspects } from './suspects.ts';

/** More are not told apart. */
const MAX_THINGS = 200;

/** A value's place: an object and the keys that lead to it within that object. */
export interface Place {
  readonly num: number;
  readonly path: readonly (string | number)[];
}

export interface Found extends ActiveThing {
  /** What must be taken away for the thing to be gone. */
  readonly places: readonly Place[];
}

/** What can change the document's look, start something or come from outside; empty for an ordinary record. */
export async function inspectActiveContent(file: PdfFile): Promise<readonly ActiveThing[]> {
  const found = await findActiveContent(file);
  return found.map(({ places, ...thing }) => (void places, thing));
}

export async function findActiveContent(file: PdfFile): Promise<readonly Found[]> {
  if (!(await hasSuspects(file))) return [];
  const walk = new Walk(file);
  await walk.run();
  return walk.things();
}

interface Context {
  readonly place: Place;
  readonly page: number | undefined;
  /** The value runs without a click. */
  readonly byItself: boolean;
}

class Walk {
  readonly #file: PdfFile;
  readonly #pages = new Map<number, number>();
  readonly #seen = new Set<string>();
  /** Every place that refers to an object. */
  readonly #referrers = new Map<number, Place[]>();
  readonly #found: { thing: ActiveThing; place: Place; num: number | undefined }[] = [];
  readonly #queue: { value: PdfObject; context: Context }[] = [];

  constructor(file: PdfFile) {
    this.#file = file;
  }

  async run(): Promise<void> {
    const root = this.#file.trailer.get('Root');
    if (!(root instanceof PdfRef)) return;
    for (const page of await this.#file.pages()) this.#pages.set(page.ref.num, page.number);
    this.#queue.push({ value: root, context: { place: { num: 0, path: [] }, page: undefined, byItself: false } });
    for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) {
      await this.#visit(next.value, next.context);
    }
  }

  things(): readonly Found[] {
    return this.#found.map(({ thing, place, num }) => ({
      ...thing,
      // An object of its own is gone when nobody leads to it any more.
      places: place.path.length > 0 || num === undefined ? [place] : (this.#referrers.get(num) ?? []),
    }));
  }

  async #visit(value: PdfObject, context: Context): Promise<void> {
    if (value instanceof PdfRef) {
      const referrers = this.#referrers.get(value.num) ?? [];
      if (context.place.num > 0) referrers.push(context.place);
      this.#referrers.set(value.num, referrers);
      const key = `${value.num} ${context.byItself}`;
      if (this.#seen.has(key)) return;
      this.#seen.add(key);
      const object = await this.#file.resolve(value);
      const page = this.#pages.get(value.num) ?? context.page;
      await this.#visit(object, { place: { num: value.num, path: [] }, page, byItself: context.byItself });
    } else if (isArray(value)) {
      value.forEach((item, i) => this.#follow(item, i, context, context.byItself));
    } else if (value instanceof PdfStream) {
      await this.#stream(value.dict, context);
      await this.#dictionary(value.dict, context);
    } else if (value instanceof PdfDict) await this.#dictionary(value, context);
  }

  #follow(item: PdfObject, key: string | number, { place, page }: Context, byItself: boolean): void {
    if (typeof item !== 'object' || item === null || item instanceof PdfName) return;
    this.#queue.push({
      value: item,
      context: { place: { num: place.num, path: [...place.path, key] }, page, byItself },
    });
  }

  async #dictionary(dict: PdfDict, context: Context): Promise<void> {
    const isAction = await this.#action(dict, context);
    await this.#annotation(dict, context);
    await this.#holder(dict, context);
    for (const [key, item] of dict.entries()) {
      const runs = key === 'OpenAction' || key === 'AA' || (context.byItself && (key === 'Next' || !isAction));
      this.#follow(item, key, context, runs);
    }
  }

  /** @returns whether `dict` is an action: what hangs on it, but for /Next, does not run */
  async #action(dict: PdfDict, context: Context): Promise<boolean> {
    const type = await this.#file.resolve(dict.get('S'));
    if (!(type instanceof PdfName)) return dict.has('Next') || dict.has('D');
    const { always, byItself } = Object.hasOwn(ACTIONS, type.value) ? (ACTIONS[type.value] ?? {}) : {};
    const code = (context.byItself ? byItself : undefined) ?? always;
    if (code !== undefined) this.#add(code, context, type.value);
    return true;
  }

  async #annotation(dict: PdfDict, context: Context): Promise<void> {
    const subtype = await this.#file.resolve(dict.get('Subtype'));
    if (!(subtype instanceof PdfName) || !dict.has('Rect')) return;
    if (MEDIA_ANNOTATIONS.has(subtype.value)) this.#add('MEDIA', context, subtype.value);
    const flags = await this.#file.resolve(dict.get('F'));
    if (typeof flags !== 'number' || (flags & HIDING_FLAGS) === 0 || subtype.value === 'Popup') return;
    if ((await this.#file.resolve(dict.get('AP'))) === null) return;
    this.#add(
      subtype.value === 'Widget' ? 'HIDDEN_FIELD' : 'HIDDEN_ANNOTATION',
      context,
      `${subtype.value} /F ${flags}`,
    );
  }

  /** Keys whose very presence tells. */
  async #holder(dict: PdfDict, context: Context): Promise<void> {
    const present = async (key: string): Promise<boolean> =>
      dict.has(key) && (await this.#file.resolve(dict.get(key))) !== null;
    if (await present('XFA')) this.#add('XFA', context, 'XFA', 'XFA');
    if (await present('EmbeddedFiles')) this.#add('EMBEDDED_FILE', context, 'EmbeddedFiles', 'EmbeddedFiles');
    if (await present('Collection')) this.#add('PORTFOLIO', context, 'Collection', 'Collection');
    if (await hidesWhenOn(this.#file, dict)) this.#add('LAYERS_HIDE', context, 'OCMD');
    if (dict.name('Subtype') === 'FileAttachment') this.#add('EMBEDDED_FILE', context, 'FileAttachment');
    if ((await this.#file.resolve(dict.get('NeedAppearances'))) === true) {
      this.#add('NEED_APPEARANCES', context, 'NeedAppearances', 'NeedAppearances');
      const differing = await fieldsThatDiffer(this.#file);
      if (differing.length > 0)
        this.#add('FIELDS_DIFFER', context, differing.slice(0, 5).join(', '), 'NeedAppearances');
    }
    if (await present('JS')) this.#add('JAVASCRIPT', context, 'JS');
    if (await present('OCProperties')) {
      const layers = await layersOf(this.#file, dict.get('OCProperties'));
      if (layers !== undefined) this.#add(layers.code, context, layers.detail, 'OCProperties');
    }
  }

  async #stream(dict: PdfDict, context: Context): Promise<void> {
    const names = await Promise.all(['Subtype', 'Subtype2', 'Type'].map((key) => this.#file.resolve(dict.get(key))));
    const [subtype, subtype2] = names.map((name) => (name instanceof PdfName ? name.value : undefined));
    // A /F that is null or refers to nothing is no file.
    if ((await this.#file.resolve(dict.get('F'))) !== null) this.#add('EXTERNAL_STREAM', context, 'F');
    if (subtype === 'PS' || subtype2 === 'PS') this.#add('POSTSCRIPT', context, 'PS');
    for (const [key, code] of [
      ['Ref', 'FOREIGN_PAGE'],
      ['OPI', 'FOREIGN_PAGE'],
      ['Alternates', 'ALTERNATE_IMAGE'],
    ] as const) {
      if ((await this.#file.resolve(dict.get(key))) !== null) this.#add(code, context, key, key);
    }
  }

  /** `key`: only this entry of the dictionary is at fault; else the whole value is. */
  #add(code: ActiveCode, { place, page }: Context, detail: string, key?: string): void {
    if (this.#found.length >= MAX_THINGS) return;
    const path = key === undefined ? place.path : [...place.path, key];
    const where = `object ${place.num}${path.map((part) => `/${part}`).join('')}: ${detail}`;
    if (this.#found.some((f) => f.thing.where === where || (f.thing.code === code && samePlace(f.place, place, path))))
      return;
    const num = path.length === 0 ? place.num : undefined;
    this.#found.push({ thing: activeThing(code, where, page), place: { num: place.num, path }, num });
  }
}

const samePlace = (a: Place, b: Place, path: Place['path']): boolean =>
  a.num === b.num && a.path.length === path.length && a.path.every((part, i) => part === path[i]);
