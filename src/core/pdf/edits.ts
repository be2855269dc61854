/** Changes to one document, gathered in one increment: an object that is changed twice is changed on top of its first change. */
import { damaged } from './failures.ts';
import { Increment } from './increment.ts';
import { isArray, isCount, PdfDict, PdfRef, type PdfObject } from './objects.ts';
import type { PdfFile, PdfPage } from './types.ts';

/** SignaturesExist and AppendOnly (Table 219). */
export const SIGNATURE_FLAGS = { exist: 1, appendOnly: 2 } as const;

export class Edits {
  readonly file: PdfFile;
  readonly increment: Increment;
  readonly #changed = new Map<number, PdfObject>();

  constructor(file: PdfFile) {
    this.file = file;
    this.increment = new Increment(file);
  }

  put(ref: PdfRef, value: PdfObject): void {
    this.increment.put(ref, value);
    this.#changed.set(ref.num, value);
  }

  add(value: PdfObject): PdfRef {
    const ref = this.increment.reserve();
    this.put(ref, value);
    return ref;
  }

  /** Follows references, as `PdfFile.resolve` does, to what stands there after the changes so far. */
  async resolve(value: PdfObject | undefined): Promise<PdfObject> {
    const changed = value instanceof PdfRef ? this.#changed.get(value.num) : undefined;
    return changed ?? this.file.resolve(value);
  }

  async catalog(): Promise<PdfDict> {
    const catalog = await this.resolve(this.#root());
    return catalog instanceof PdfDict ? catalog : this.file.catalog();
  }

  putCatalog(catalog: PdfDict): void {
    this.put(this.#root(), catalog);
  }

  async addToPage(page: PdfPage, annotations: readonly PdfRef[]): Promise<void> {
    const current = await this.resolve(page.ref);
    const changed = await this.#append(current instanceof PdfDict ? current : page.dict, 'Annots', annotations);
    if (changed !== undefined) this.put(page.ref, changed);
  }

  /** Puts top-level fields at the end of the form and sets its flags; makes the form where there is none. */
  async addToForm(fields: readonly PdfRef[], flags: number): Promise<void> {
    const form = await this.#form();
    const appended = fields.length === 0 ? form : ((await this.#append(form, 'Fields', fields)) ?? form);
    const old = await this.resolve(form.get('SigFlags'));
    await this.#putForm(appended.with({ SigFlags: (isCount(old) ? old : 0) | flags }));
  }

  #root(): PdfRef {
    const root = this.file.trailer.get('Root');
    if (!(root instanceof PdfRef)) throw damaged('trailer', '/Root is no reference');
    return root;
  }

  async #form(): Promise<PdfDict> {
    const form = await this.resolve((await this.catalog()).get('AcroForm'));
    if (form !== null && !(form instanceof PdfDict)) throw damaged('/AcroForm', 'no dictionary');
    return form ?? new PdfDict();
  }

  async #putForm(form: PdfDict): Promise<void> {
    const catalog = await this.catalog();
    const written = catalog.get('AcroForm');
    if (written instanceof PdfRef && (await this.resolve(written)) !== null) this.put(written, form);
    else this.putCatalog(catalog.with({ AcroForm: form }));
  }

  /** Appends to an array that stands indirectly, directly or not at all in `holder`; only the object that must change is rewritten. */
  async #append(holder: PdfDict, key: string, items: readonly PdfRef[]): Promise<PdfDict | undefined> {
    const written = holder.get(key);
    const list = await this.resolve(written);
    if (list !== null && !isArray(list)) throw damaged(`/${key}`, 'no array');
    const longer = [...(list ?? []), ...items];
    if (written instanceof PdfRef && list !== null) {
      this.put(written, longer);
      return undefined;
    }
    return holder.with({ [key]: longer });
  }
}
