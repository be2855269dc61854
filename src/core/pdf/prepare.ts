/** Makes a document signable: field, widget, appearance and a signature dictionary with a hole, as one increment. */
import { YqError } from '#core/errors/index.ts';
import { addAppearance } from './appearance.ts';
import { damaged } from './failures.ts';
import { widgetsOf } from './fields.ts';
import { placementOf, rectangleOf } from './geometry.ts';
import { Increment } from './increment.ts';
import { dict, isArray, isCount, name, PdfDict, PdfName, PdfRef, type PdfArray, type PdfObject } from './objects.ts';
import { boxOf } from './pages.ts';
import { byteRangeText, signatureObject, type SignatureObject } from './signature-dictionary.ts';
import { checkSoundness } from './soundness.ts';
import { textString } from './text-string.ts';
import type {
  FormField,
  PdfBox,
  PdfFile,
  PdfPage,
  PlacementMm,
  PreparedSignature,
  SignatureFieldRequest,
} from './types.ts';

/** Annotation flags Print and Locked (Table 165). */
const WIDGET_FLAGS = 4 | 128;
/** SignaturesExist and AppendOnly (Table 219). */
const SIGNATURE_FLAGS = 3;
/** A placement may reach beyond the page by this much, for rounding. */
const EDGE_MM = 0.05;

/**
 * Builds the increment. A `fieldName` that the form has as an empty signature field is filled: it keeps its place and page, and
 * `placement` is not used. Otherwise a new field is made; without a name the first free one of Signature1, Signature2 …
 * @throws PDF_DOCMDP_FORBIDS, PDF_PAGE, PDF_PLACEMENT, PDF_FIELD, PDF_IMAGE, PDF_TEXT_FONT, PDF_DAMAGED, PDF_LIMIT
 */
export async function prepareSignature(file: PdfFile, request: SignatureFieldRequest): Promise<PreparedSignature> {
  if (!isCount(request.contentsSize) || request.contentsSize === 0)
    throw new TypeError('contentsSize must be positive');
  // A document time stamp that nobody sees may follow even a certification that forbids all else (ISO 32000-2, 12.8.2.2.2).
  const archival = request.subFilter === 'ETSI.RFC3161' && request.placement === undefined;
  if (!archival && (await file.docMdp()) === 1) throw new YqError('PDF_DOCMDP_FORBIDS', { detail: 'DocMDP permission 1' });
  await checkSoundness(file);
  const increment = new Increment(file);
  const signatureRef = increment.reserve();
  const fields = await file.fields();
  const existing =
    request.fieldName === undefined ? undefined : fields.find((field) => field.name === request.fieldName);
  const field =
    existing === undefined
      ? await addField(file, increment, request, fields, signatureRef)
      : await fillField(file, increment, request, existing, signatureRef);
  const signature = signatureObject(signatureRef, request, field.reference);
  increment.putRaw(signatureRef, signature.bytes);
  const { bytes, starts } = await increment.finish(signatureRef);
  return fillByteRange(file, bytes, starts.get(signatureRef.num) ?? 0, signature, field);
}

interface PlacedField {
  readonly fieldName: string;
  readonly placement: PlacementMm | undefined;
  readonly reference?: PdfArray;
}

function fillByteRange(
  file: PdfFile,
  increment: Uint8Array,
  start: number,
  signature: SignatureObject,
  { fieldName, placement }: PlacedField,
): PreparedSignature {
  const gap = file.size + start + signature.contentsAt;
  const gapEnd = file.size + start + signature.contentsEnd;
  const byteRange = [0, gap, gapEnd, file.size + increment.length - gapEnd] as const;
  increment.set(byteRangeText(byteRange), start + signature.byteRangeAt);
  return {
    originalSize: file.size,
    increment,
    byteRange,
    contentsHexOffset: start + signature.contentsAt + 1,
    fieldName,
    placement,
  };
}

async function addField(
  file: PdfFile,
  increment: Increment,
  request: SignatureFieldRequest,
  fields: readonly FormField[],
  signature: PdfRef,
): Promise<PlacedField> {
  const fieldName = request.fieldName ?? freeName(fields);
  if (fieldName === '' || fieldName.includes('.'))
    throw new YqError('PDF_FIELD', { params: { field: fieldName }, detail: 'not a name that a new field can have' });
  const { placement } = request;
  const page = await file.page(placement?.page ?? 1);
  if (placement !== undefined) checkPlacement(page, placement);
  const box = placement === undefined ? undefined : rectangleOf(page, placement);
  const look = box === undefined ? {} : lookOf(increment, request, page, box);
  const widget = increment.add(
    dict({
      Type: name('Annot'),
      Subtype: name('Widget'),
      FT: name('Sig'),
      T: textString(fieldName),
      V: signature,
      F: WIDGET_FLAGS,
      P: page.ref,
      Rect: box === undefined ? [0, 0, 0, 0] : [box.llx, box.lly, box.urx, box.ury].map(thousandth),
      ...look,
    }),
  );
  await addToPage(file, increment, page, widget);
  await addToForm(file, increment, widget);
  return { fieldName, placement };
}

function checkPlacement(page: PdfPage, { x, y, width, height }: PlacementMm): void {
  const inside =
    width > 0 &&
    height > 0 &&
    x >= -EDGE_MM &&
    y >= -EDGE_MM &&
    x + width <= page.widthMm + EDGE_MM &&
    y + height <= page.heightMm + EDGE_MM;
  if (!inside)
    throw new YqError('PDF_PLACEMENT', {
      params: { page: page.number },
      detail: `${width} × ${height} mm at ${x}, ${y} on a page of ${thousandth(page.widthMm)} × ${thousandth(page.heightMm)} mm`,
    });
}

/** /AP and, on a turned page, /MK /R. Nothing to show means an empty appearance, so that viewers invent none. */
function lookOf(
  increment: Increment,
  request: SignatureFieldRequest,
  page: PdfPage,
  box: PdfBox,
): Record<string, PdfObject> {
  const { width, height } = placementOf(page, box);
  const form = addAppearance(increment, request.appearance ?? {}, { widthMm: width, heightMm: height }, page.rotation);
  return { AP: dict({ N: form }), ...(page.rotation === 0 ? {} : { MK: dict({ R: page.rotation }) }) };
}

/** Fills an empty field that the document brought along. */
async function fillField(
  file: PdfFile,
  increment: Increment,
  request: SignatureFieldRequest,
  field: FormField,
  signature: PdfRef,
): Promise<PlacedField> {
  const refuse = (detail: string): YqError => new YqError('PDF_FIELD', { params: { field: field.name }, detail });
  if (field.type !== 'Sig') throw refuse('not a signature field');
  if ((await file.resolve(field.value)) !== null) throw refuse('already signed');
  if (field.ref === undefined) throw refuse('not an object of its own');
  const widgets = await widgetsOf(file, field);
  const [widget] = widgets;
  if (widget?.ref === undefined || widgets.length !== 1) throw refuse(`${widgets.length} widgets`);
  await checkSeedValue(file, field, request, refuse);

  const page = await pageOf(file, widget.ref, widget.dict);
  const box = await boxOf(file, await file.resolve(widget.dict.get('Rect')));
  const look = box === undefined ? {} : lookOf(increment, request, page, box);
  const merged = widget.ref.num === field.ref.num;
  const shown = widget.dict.with({ ...look, F: WIDGET_FLAGS });
  if (merged) increment.put(field.ref, shown.with({ V: signature }));
  else {
    increment.put(widget.ref, shown);
    increment.put(field.ref, field.dict.with({ V: signature }));
  }
  await setSignatureFlags(file, increment);
  const reference = await lockReference(file, field);
  return {
    fieldName: field.name,
    placement: box === undefined ? undefined : placementOf(page, box),
    ...(reference === undefined ? {} : { reference }),
  };
}

/** A seed value dictionary may demand a format (12.7.4.5, flag bit 2 of /Ff). */
async function checkSeedValue(
  file: PdfFile,
  field: FormField,
  request: SignatureFieldRequest,
  refuse: (detail: string) => YqError,
): Promise<void> {
  const seed = await file.resolve(field.dict.get('SV'));
  if (!(seed instanceof PdfDict)) return;
  const flags = await file.resolve(seed.get('Ff'));
  const formats = await file.resolve(seed.get('SubFilter'));
  if (typeof flags !== 'number' || (flags & 2) === 0 || !isArray(formats)) return;
  if (!formats.some((format) => format instanceof PdfName && format.value === request.subFilter))
    throw refuse(`its seed value does not allow ${request.subFilter}`);
}

/** The field's lock becomes a FieldMDP reference of the signature (12.8.2.4). */
async function lockReference(file: PdfFile, field: FormField): Promise<PdfArray | undefined> {
  const lock = await file.resolve(field.dict.get('Lock'));
  if (!(lock instanceof PdfDict)) return undefined;
  const params = dict({
    Type: name('TransformParams'),
    Action: lock.get('Action') ?? name('All'),
    Fields: lock.get('Fields'),
    V: name('1.2'),
  });
  return [dict({ Type: name('SigRef'), TransformMethod: name('FieldMDP'), TransformParams: params })];
}

async function pageOf(file: PdfFile, ref: PdfRef, widget: PdfDict): Promise<PdfPage> {
  const written = widget.get('P');
  for (const page of await file.pages()) {
    if (written instanceof PdfRef) {
      if (page.ref.num === written.num) return page;
      continue;
    }
    const annotations = await file.resolve(page.dict.get('Annots'));
    if (isArray(annotations) && annotations.some((item) => item instanceof PdfRef && item.num === ref.num)) return page;
  }
  throw damaged(`object ${ref.num}`, 'the field stands on no page');
}

function freeName(fields: readonly FormField[]): string {
  const taken = new Set(fields.map((field) => field.name));
  for (let i = 1; ; i++) if (!taken.has(`Signature${i}`)) return `Signature${i}`;
}

/** Appends to an array that stands indirectly, directly or not at all in `holder`; only the object that must change is rewritten. */
async function append(
  file: PdfFile,
  increment: Increment,
  holder: PdfDict,
  key: string,
  item: PdfRef,
): Promise<PdfDict | undefined> {
  const written = holder.get(key);
  const list = await file.resolve(written);
  if (list !== null && !isArray(list)) throw damaged(`/${key}`, 'no array');
  const longer = [...(list ?? []), item];
  if (written instanceof PdfRef && list !== null) {
    increment.put(written, longer);
    return undefined;
  }
  return holder.with({ [key]: longer });
}

async function addToPage(file: PdfFile, increment: Increment, page: PdfPage, widget: PdfRef): Promise<void> {
  const changed = await append(file, increment, page.dict, 'Annots', widget);
  if (changed !== undefined) increment.put(page.ref, changed);
}

async function addToForm(file: PdfFile, increment: Increment, widget: PdfRef): Promise<void> {
  const form = await formOf(file);
  const appended = await append(file, increment, form, 'Fields', widget);
  await putForm(file, increment, await flagged(file, appended ?? form));
}

async function setSignatureFlags(file: PdfFile, increment: Increment): Promise<void> {
  await putForm(file, increment, await flagged(file, await formOf(file)));
}

async function formOf(file: PdfFile): Promise<PdfDict> {
  const form = await file.resolve((await file.catalog()).get('AcroForm'));
  if (form !== null && !(form instanceof PdfDict)) throw damaged('/AcroForm', 'no dictionary');
  return form ?? new PdfDict();
}

async function flagged(file: PdfFile, form: PdfDict): Promise<PdfDict> {
  const flags = await file.resolve(form.get('SigFlags'));
  return form.with({ SigFlags: (isCount(flags) ? flags : 0) | SIGNATURE_FLAGS });
}

async function putForm(file: PdfFile, increment: Increment, form: PdfDict): Promise<void> {
  const catalog = await file.catalog();
  const written = catalog.get('AcroForm');
  if (written instanceof PdfRef && (await file.resolve(written)) !== null) increment.put(written, form);
  else increment.put(file.trailer.get('Root') as PdfRef, catalog.with({ AcroForm: form }));
}

const thousandth = (n: number): number => Math.round(n * 1000) / 1000;
