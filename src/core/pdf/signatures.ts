/** Signatures as written in the document (ISO 32000-1, 12.8): found through the form's fields, described, not judged. */
import { widgetsOf } from './fields.ts';
import { placementOf } from './geometry.ts';
import { limits } from './limits.ts';
import { isArray, isCount, PdfDict, PdfName, PdfRef, PdfString, type PdfObject } from './objects.ts';
import { boxOf } from './pages.ts';
import { textOf } from './text-string.ts';
import type { EmbeddedSignature, FormField, PdfFile, PlacementMm, SignatureReference } from './types.ts';
import { parseAt } from './window.ts';

export async function signaturesOf(file: PdfFile): Promise<readonly EmbeddedSignature[]> {
  const signatures: EmbeddedSignature[] = [];
  for (const field of await file.signatureFields()) {
    const signature = await describe(file, field);
    if (signature !== undefined) signatures.push(signature);
  }
  return signatures.sort((a, b) => coveredEnd(a) - coveredEnd(b));
}

function coveredEnd({ byteRange, objectOffset }: EmbeddedSignature): number {
  const [, , c, d] = byteRange;
  return c === undefined || d === undefined ? objectOffset : c + d;
}

async function describe(file: PdfFile, field: FormField): Promise<EmbeddedSignature | undefined> {
  const dict = await file.resolve(field.value);
  if (!(dict instanceof PdfDict)) return undefined;
  const irregularities: string[] = [];
  for (const key of dict.duplicateKeys) irregularities.push(`/${key} stands twice`);
  for (const key of ['ByteRange', 'Contents', 'Filter', 'SubFilter']) {
    if (!dict.has(key)) irregularities.push(`/${key} is missing`);
    else if (dict.get(key) instanceof PdfRef) irregularities.push(`/${key} is indirect`);
  }
  if (!(field.value instanceof PdfRef)) irregularities.push('the signature dictionary is not an object of its own');

  const at = await locate(file, field.value, irregularities);
  const range = await file.resolve(dict.get('ByteRange'));
  const byteRange = isArray(range) ? await Promise.all(range.map((item) => file.resolve(item))) : [];
  if (isArray(range) && range.some((item) => item instanceof PdfRef))
    irregularities.push('/ByteRange holds references');
  if (!byteRange.every(isCount)) irregularities.push('/ByteRange holds something else than offsets');
  const contents = await file.resolve(dict.get('Contents'));
  if (!(contents instanceof PdfString)) irregularities.push('/Contents is no string');
  else if (!contents.hex) irregularities.push('/Contents is not written in hexadecimal');
  const type = dict.get('Type');
  if (type !== undefined && !(type instanceof PdfName && ['Sig', 'DocTimeStamp'].includes(type.value)))
    irregularities.push('/Type is neither Sig nor DocTimeStamp');

  const references = await referencesOf(file, dict);
  const docMdp = permissionOf(references);
  const shown = await shownAt(file, field);
  return {
    fieldName: field.name,
    subFilter: nameOf(await file.resolve(dict.get('SubFilter'))),
    byteRange: byteRange.map((n) => (typeof n === 'number' ? n : NaN)),
    contents: contents instanceof PdfString ? contents.bytes : new Uint8Array(0),
    ...at,
    ...(await optionalText(file, dict, 'Reason', 'reason')),
    ...(await optionalText(file, dict, 'Location', 'location')),
    ...(await optionalText(file, dict, 'Name', 'signerName')),
    ...(await optionalText(file, dict, 'M', 'claimedTime')),
    ...(shown.page === undefined ? {} : { page: shown.page }),
    ...(shown.placement === undefined ? {} : { placement: shown.placement }),
    ...(docMdp === undefined ? {} : { docMdp }),
    dict,
    references,
    irregularities,
  };
}

const nameOf = (value: PdfObject): string => (value instanceof PdfName ? value.value : '');

async function optionalText<K extends string>(
  file: PdfFile,
  dict: PdfDict,
  key: string,
  as: K,
): Promise<Partial<Record<K, string>>> {
  const value = await file.resolve(dict.get(key));
  return value instanceof PdfString ? ({ [as]: textOf(value) } as Record<K, string>) : {};
}

/** Lexes the signature's own object once more, to learn where the value of /Contents stands in the file. */
async function locate(
  file: PdfFile,
  value: PdfObject | undefined,
  irregularities: string[],
): Promise<Pick<EmbeddedSignature, 'objectNumber' | 'objectOffset' | 'contentsSpan'>> {
  const ref = value instanceof PdfRef ? value : undefined;
  const entry = ref === undefined ? undefined : file.xrefEntry(ref.num);
  if (ref === undefined || entry?.kind !== 'offset') {
    if (entry?.kind === 'compressed') irregularities.push('the signature dictionary stands in an object stream');
    return { objectNumber: ref?.num ?? 0, objectOffset: 0, contentsSpan: undefined };
  }
  const span = await parseAt(
    file.source,
    entry.offset,
    (parser) => {
      parser.objectHeader();
      parser.watch('Contents');
      parser.object();
      return parser.spans.get('Contents');
    },
    { what: `signature ${ref.num}`, window: 64 << 10, limit: limits.objectText },
  );
  return { objectNumber: ref.num, objectOffset: entry.offset, contentsSpan: span };
}

async function referencesOf(file: PdfFile, signature: PdfDict): Promise<SignatureReference[]> {
  const list = await file.resolve(signature.get('Reference'));
  const references: SignatureReference[] = [];
  for (const item of isArray(list) ? list : []) {
    const dict = await file.resolve(item);
    if (!(dict instanceof PdfDict)) continue;
    const params = await file.resolve(dict.get('TransformParams'));
    references.push({
      transformMethod: nameOf(await file.resolve(dict.get('TransformMethod'))),
      params: params instanceof PdfDict ? params : undefined,
    });
  }
  return references;
}

/** DocMDP's /P; absent it means 2 (Table 254), and what is no permission is taken as the strictest. */
function permissionOf(references: readonly SignatureReference[]): 1 | 2 | 3 | undefined {
  const found = references.filter((reference) => reference.transformMethod === 'DocMDP');
  if (found.length === 0) return undefined;
  return strictest(found.map(({ params }) => params?.get('P') ?? 2));
}

function strictest(values: readonly PdfObject[]): 1 | 2 | 3 {
  return values.every((p) => p === 3) ? 3 : values.every((p) => p === 2 || p === 3) ? 2 : 1;
}

/** Where the first widget of a field stands: its page, and its place there when it has an area. */
export async function shownAt(file: PdfFile, field: FormField): Promise<{ page?: number; placement?: PlacementMm }> {
  const [widget] = await widgetsOf(file, field);
  if (widget === undefined) return {};
  const onPage = widget.dict.get('P');
  for (const page of await file.pages()) {
    const here = onPage instanceof PdfRef ? onPage.num === page.ref.num : await holds(file, page.dict, widget.ref);
    if (!here) continue;
    const rect = await boxOf(file, await file.resolve(widget.dict.get('Rect')));
    return rect === undefined ? { page: page.number } : { page: page.number, placement: placementOf(page, rect) };
  }
  return {};
}

async function holds(file: PdfFile, page: PdfDict, widget: PdfRef | undefined): Promise<boolean> {
  const annotations = await file.resolve(page.get('Annots'));
  return isArray(annotations) && annotations.some((item) => item instanceof PdfRef && item.num === widget?.num);
}

/**
 * The permission in force: the catalog's certification (/Perms /DocMDP), that of any signature, and the locks of signed
 * fields (/Lock with /P, ISO 32000-2, 12.7.5.5).
 */
export async function strictestDocMdp(file: PdfFile): Promise<1 | 2 | 3 | undefined> {
  const found: PdfObject[] = [];
  const permissions = await file.resolve((await file.catalog()).get('Perms'));
  const certification = permissions instanceof PdfDict ? await file.resolve(permissions.get('DocMDP')) : null;
  if (certification instanceof PdfDict) found.push(permissionOf(await referencesOf(file, certification)) ?? 2);
  for (const field of await file.signatureFields()) {
    const signature = await file.resolve(field.value);
    if (!(signature instanceof PdfDict)) continue;
    const certified = permissionOf(await referencesOf(file, signature));
    if (certified !== undefined) found.push(certified);
    const lock = await file.resolve(field.dict.get('Lock'));
    if (lock instanceof PdfDict && lock.has('P')) found.push(await file.resolve(lock.get('P')));
  }
  return found.length === 0 ? undefined : strictest(found);
}
