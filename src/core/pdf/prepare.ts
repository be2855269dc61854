/** Makes a document signable: field, widget, appearance and a signature dictionary with a hole, as one increment. */
import { YqError } from '#core/errors/index.ts';
import { checkNewName } from './add-fields.ts';
import { Edits, SIGNATURE_FLAGS } from './edits.ts';
import { requireSigningPermission } from './encryption/permissions.ts';
import { damaged } from './failures.ts';
import { widgetsOf } from './fields.ts';
import { placementOf } from './geometry.ts';
import { boxAt, Looks } from './looks.ts';
import { dict, isArray, isCount, name, PdfDict, PdfName, PdfRef } from './objects.ts';
import { boxOf } from './pages.ts';
import { checkMayFollow, lockDictionary, referencesOf } from './permissions.ts';
import { checkOnPage } from './placement/on-page.ts';
import { byteRangeText, signatureObject, type SignatureObject } from './signature-dictionary.ts';
import { checkSoundness } from './soundness.ts';
import { addStamps } from './stamps.ts';
import { textString } from './text-string.ts';
import type { FormField, PdfFile, PdfPage, PlacementMm, PreparedSignature, SignatureFieldRequest } from './types.ts';

/** Annotation flags Print and Locked (Table 165). */
const WIDGET_FLAGS = 4 | 128;

/**
 * Builds the increment. A `fieldName` that the form has as an empty signature field is filled: it keeps its place and page, and
 * `placement` is not used. Otherwise a new field is made; without a name the first free one of Signature1, Signature2 …
 * @throws PDF_PERMISSION, PDF_DOCMDP_FORBIDS, PDF_COPIES_FORBIDDEN, PDF_ALREADY_CERTIFIED, PDF_FIELD_LOCKED, PDF_PAGE, PDF_PLACEMENT, PDF_FIELD,
 * PDF_IMAGE, PDF_TEXT_FONT, PDF_DAMAGED, PDF_LIMIT
 */
export async function prepareSignature(file: PdfFile, request: SignatureFieldRequest): Promise<PreparedSignature> {
  if (!isCount(request.contentsSize) || request.contentsSize === 0)
    throw new TypeError('contentsSize must be positive');
  if (request.certify !== undefined && request.subFilter === 'ETSI.RFC3161')
    throw new TypeError('a document time stamp does not certify');
  const fields = await file.fields();
  const fieldName = request.fieldName ?? freeName(fields);
  await checkMayFollow(file, request, fieldName);
  const existing = fields.find((field) => field.name === fieldName);
  requireSigningPermission(file, existing === undefined ? 'new' : 'existing');
  await checkSoundness(file);
  const edits = new Edits(file);
  const { increment } = edits;
  const order: Order = {
    edits,
    request,
    looks: new Looks(increment, request.appearance),
    signature: increment.reserve(),
  };
  const placement = await (existing === undefined ? addField(order, fieldName, fields) : fillField(order, existing));
  await addStamps(edits, order.looks, fieldName, request.copies ?? []);
  if (request.certify !== undefined) await certify(order);
  const signature = signatureObject(order.signature, request, await referencesOf(file, request, existing), (value) =>
    increment.secured(order.signature, value),
  );
  increment.putRaw(order.signature, signature.bytes);
  const { bytes, starts } = await increment.finish(order.signature);
  return fillByteRange(file, bytes, starts.get(order.signature.num) ?? 0, signature, { fieldName, placement });
}

/** What all steps of one signature share. */
interface Order {
  readonly edits: Edits;
  readonly request: SignatureFieldRequest;
  readonly looks: Looks;
  /** Number of the signature dictionary. */
  readonly signature: PdfRef;
}

function fillByteRange(
  file: PdfFile,
  increment: Uint8Array,
  start: number,
  signature: SignatureObject,
  { fieldName, placement }: Pick<PreparedSignature, 'fieldName' | 'placement'>,
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
  { edits, request, looks, signature }: Order,
  fieldName: string,
  fields: readonly FormField[],
): Promise<PlacementMm | undefined> {
  checkNewName(fieldName, fields);
  const { placement, lock } = request;
  const page = await edits.file.page(placement?.page ?? 1);
  if (placement !== undefined) checkOnPage(page, placement);
  const widget = edits.add(
    dict({
      Type: name('Annot'),
      Subtype: name('Widget'),
      FT: name('Sig'),
      T: textString(fieldName),
      V: signature,
      F: WIDGET_FLAGS,
      P: page.ref,
      Lock: lock === undefined ? undefined : lockDictionary(lock),
      ...(placement === undefined ? { Rect: [0, 0, 0, 0] } : looks.entries(page, boxAt(page, placement), request.part)),
    }),
  );
  await edits.addToPage(page, [widget]);
  await edits.addToForm([widget], SIGNATURE_FLAGS.exist | SIGNATURE_FLAGS.appendOnly);
  return placement;
}

/** Fills an empty field that the document brought along; gives its own place. */
async function fillField(
  { edits, request, looks, signature }: Order,
  field: FormField,
): Promise<PlacementMm | undefined> {
  const { file } = edits;
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
  // Its rectangle stays as it is written.
  const look =
    box === undefined ? {} : { ...looks.entries(page, box, request.part), Rect: widget.dict.get('Rect') ?? null };
  const merged = widget.ref.num === field.ref.num;
  const shown = widget.dict.with({ ...look, F: WIDGET_FLAGS });
  if (merged) edits.put(field.ref, shown.with({ V: signature }));
  else {
    edits.put(widget.ref, shown);
    edits.put(field.ref, field.dict.with({ V: signature }));
  }
  await edits.addToForm([], SIGNATURE_FLAGS.exist | SIGNATURE_FLAGS.appendOnly);
  return box === undefined ? undefined : placementOf(page, box);
}

/** The catalog names the certification signature (12.8.4). */
async function certify({ edits, signature }: Order): Promise<void> {
  const catalog = await edits.catalog();
  const written = catalog.get('Perms');
  const permissions = await edits.resolve(written);
  const certified = (permissions instanceof PdfDict ? permissions : new PdfDict()).with({ DocMDP: signature });
  if (written instanceof PdfRef && permissions instanceof PdfDict) edits.put(written, certified);
  else edits.putCatalog(catalog.with({ Perms: certified }));
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
