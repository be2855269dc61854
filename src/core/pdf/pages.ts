/** The page tree (ISO 32000-1, 7.7.3), walked in order and only as far as asked. */
import { YqError } from '#core/errors/index.ts';
import { damaged, overLimit } from './failures.ts';
import { limits } from './limits.ts';
import { isArray, PdfDict, PdfRef, type PdfArray, type PdfObject } from './objects.ts';
import type { PdfBox, PdfFile, PdfPage } from './types.ts';

const MM_PER_POINT = 25.4 / 72;
/** Entries that a page takes from its ancestors when it has none itself; UserUnit is not among them. */
const INHERITED = ['MediaBox', 'CropBox', 'Rotate'] as const;

export class PageTree {
  readonly #file: PdfFile;
  readonly #found: PdfPage[] = [];
  #walk: AsyncGenerator<PdfPage> | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #complete = false;

  constructor(file: PdfFile) {
    this.#file = file;
  }

  async page(number: number): Promise<PdfPage> {
    if (!Number.isInteger(number) || number < 1) throw new YqError('PDF_PAGE', { params: { page: number } });
    await this.#readUntil(number);
    const page = this.#found[number - 1];
    if (page === undefined)
      throw new YqError('PDF_PAGE', { params: { page: number }, detail: `the document has ${this.#found.length}` });
    return page;
  }

  async all(): Promise<readonly PdfPage[]> {
    await this.#readUntil(Infinity);
    return this.#found;
  }

  async count(): Promise<number> {
    return (await this.all()).length;
  }

  /** One walk at a time: a generator must not be entered twice. */
  #readUntil(wanted: number): Promise<void> {
    const turn = this.#turn.then(async () => {
      this.#walk ??= walkPages(this.#file);
      while (!this.#complete && this.#found.length < wanted) {
        const next = await this.#walk.next();
        if (next.done === true) this.#complete = true;
        else this.#found.push(next.value);
      }
    });
    this.#turn = turn.catch(() => {
      this.#walk = undefined;
      this.#found.length = 0;
    });
    return turn;
  }
}

const READ_AHEAD = 32;

type Inherited = Readonly<Record<string, PdfObject>>;

async function* walkPages(file: PdfFile): AsyncGenerator<PdfPage> {
  const root = (await file.catalog()).get('Pages');
  if (!(root instanceof PdfRef)) throw damaged('catalog', '/Pages is no reference');
  const seen = new Set<number>();
  let pages = 0;
  // Most pages are as large as the one before: they share its box.
  let shared: PdfBox | undefined;

  async function* visit(ref: PdfRef, inherited: Inherited, depth: number): AsyncGenerator<PdfPage> {
    const where = `page tree, object ${ref.num}`;
    if (depth > limits.pageTreeDepth) throw overLimit(where, 'the tree is too deep');
    if (seen.has(ref.num)) throw damaged(where, 'met twice');
    seen.add(ref.num);
    const node = await file.resolve(ref);
    if (!(node instanceof PdfDict)) throw damaged(where, 'no dictionary');
    const kids = await file.resolve(node.get('Kids'));
    if (kids === null) {
      if (++pages > limits.pages) throw overLimit(where, `more than ${limits.pages} pages`);
      const page = await describePage(file, ref, node, inherited, pages, shared);
      shared = page.box;
      yield page;
      return;
    }
    if (!isArray(kids)) throw damaged(where, '/Kids is no array');
    const passedOn = { ...inherited };
    for (const key of INHERITED) {
      const value = node.get(key);
      if (value !== undefined && value !== null) passedOn[key] = value;
    }
    for (const [i, kid] of kids.entries()) {
      if (!(kid instanceof PdfRef)) throw damaged(where, 'a kid is no reference');
      if (i % READ_AHEAD === 0) await readAhead(file, kids.slice(i, i + READ_AHEAD));
      yield* visit(kid, passedOn, depth + 1);
    }
  }
  yield* visit(root, {}, 0);
}

/** Asks for several kids at once, so that the walk does not wait for the disk once per page. Failures come up when a kid is visited. */
async function readAhead(file: PdfFile, kids: PdfArray): Promise<void> {
  await Promise.allSettled(kids.map((kid) => (kid instanceof PdfRef ? file.object(kid.num) : null)));
}

async function describePage(
  file: PdfFile,
  ref: PdfRef,
  page: PdfDict,
  inherited: Inherited,
  number: number,
  before: PdfBox | undefined,
): Promise<PdfPage> {
  const where = `page ${number}, object ${ref.num}`;
  const entry = async (key: string): Promise<PdfObject> => file.resolve(page.get(key) ?? inherited[key]);
  const media = await boxOf(file, await entry('MediaBox'));
  if (media === undefined) throw damaged(where, 'no MediaBox');
  const crop = await boxOf(file, await entry('CropBox'));
  const own = intersection(media, crop ?? media) ?? media;
  const box = before !== undefined && sameBox(before, own) ? before : own;
  const rotate = (await entry('Rotate')) ?? 0;
  const rotation = typeof rotate === 'number' ? ((rotate % 360) + 360) % 360 : -1;
  if (rotation !== 0 && rotation !== 90 && rotation !== 180 && rotation !== 270) throw damaged(where, 'bad /Rotate');
  const unit = await file.resolve(page.get('UserUnit'));
  const userUnit = typeof unit === 'number' && unit > 0 ? unit : 1;
  const width = (box.urx - box.llx) * userUnit * MM_PER_POINT;
  const height = (box.ury - box.lly) * userUnit * MM_PER_POINT;
  const upright = rotation === 0 || rotation === 180;
  return {
    number,
    ref,
    dict: page,
    box,
    rotation,
    userUnit,
    widthMm: upright ? width : height,
    heightMm: upright ? height : width,
  };
}

const sameBox = (a: PdfBox, b: PdfBox): boolean =>
  a.llx === b.llx && a.lly === b.lly && a.urx === b.urx && a.ury === b.ury;

/** A rectangle with its corners put in order (7.9.5); undefined when it is none or has no area. */
export async function boxOf(file: PdfFile, value: PdfObject): Promise<PdfBox | undefined> {
  if (!isArray(value) || value.length < 4) return undefined;
  const numbers = await Promise.all(value.slice(0, 4).map((item) => file.resolve(item)));
  if (!numbers.every((n) => typeof n === 'number')) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = numbers;
  const box = { llx: Math.min(a, c), lly: Math.min(b, d), urx: Math.max(a, c), ury: Math.max(b, d) };
  return box.urx > box.llx && box.ury > box.lly ? box : undefined;
}

function intersection(a: PdfBox, b: PdfBox): PdfBox | undefined {
  const box = {
    llx: Math.max(a.llx, b.llx),
    lly: Math.max(a.lly, b.lly),
    urx: Math.min(a.urx, b.urx),
    ury: Math.min(a.ury, b.ury),
  };
  return box.urx > box.llx && box.ury > box.lly ? box : undefined;
}
