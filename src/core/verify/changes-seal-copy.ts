/**
 * Seals that show in more than one place (docs/design/009): beside the field's own widget a signature of ours brings locked Stamp
 * annotations. One that follows another signature is believed when it shows nothing but the picture of the field it belongs to.
 */
import {
  PdfDict,
  PdfName,
  PdfRef,
  PdfStream,
  PdfString,
  SEAL_COPY_FLAGS,
  sealCopyName,
  textOf,
  type PdfFile,
  type PdfObject,
} from '#core/pdf/index.ts';
import { explainAdded } from './changes-form.ts';
import type { Comparison } from './changes.ts';
import { drawingOf } from './drawing.ts';

const COPY_KEYS: ReadonlySet<string> = new Set(['Type', 'Subtype', 'Rect', 'P', 'F', 'NM', 'AP', 'MK']);
/** Copies of one signature: a riding seal over some thousand pages. */
const MAX_COPIES = 20_000;

/** The field that an annotation says it is a copy for: one that this revision signed. */
function fieldOfCopy({ signedFields }: Comparison, dict: PdfDict): string | undefined {
  const name = dict.get('NM');
  if (dict.name('Subtype') !== 'Stamp' || !(name instanceof PdfString)) return undefined;
  const [, n, field] = /^yiqian:seal-copy:(\d{1,5}):([^]*)$/.exec(textOf(name)) ?? [];
  if (n === undefined || field === undefined || Number(n) > MAX_COPIES) return undefined;
  return signedFields.has(field) && textOf(name) === sealCopyName(field, Number(n)) ? field : undefined;
}

/** Whether an annotation names itself a copy of a signature's picture, in this file or any. */
export function isCopyByName(dict: PdfDict): boolean {
  const name = dict.get('NM');
  return dict.name('Subtype') === 'Stamp' && name instanceof PdfString && textOf(name).startsWith('yiqian:seal-copy:');
}

/**
 * Crosses a copy off and remembers it for the judgement of appearances.
 * @returns false when the annotation is none
 */
export async function explainSealCopy(comparison: Comparison, item: PdfRef, page: number): Promise<boolean> {
  const { newer, changed, explain, report, sealCopies } = comparison;
  const dict = await newer.object(item.num);
  const field = dict instanceof PdfDict ? fieldOfCopy(comparison, dict) : undefined;
  if (field === undefined || !(dict instanceof PdfDict)) return false;
  const regular =
    changed.get(item.num)?.added === true &&
    [...dict.keys()].every((key) => COPY_KEYS.has(key)) &&
    dict.get('F') === SEAL_COPY_FLAGS &&
    (await showsSamePicture(comparison, field, dict.get('AP')));
  if (!regular) {
    report('CHANGED_SEAL_COPY', { object: item.num, page, field });
    return true;
  }
  explain(item.num);
  await explainAdded(comparison, dict.get('AP'));
  sealCopies.set(item.num, field);
  return true;
}

async function showsSamePicture(
  { newer, changed, signedFields }: Comparison,
  field: string,
  appearance: PdfObject | undefined,
): Promise<boolean> {
  const copy = await normalOf(newer, appearance);
  if (copy === undefined || changed.get(copy.num)?.added !== true) return false;
  const drawing = await drawingOf(newer, copy);
  if (drawing === undefined) return false;
  for (const num of signedFields.get(field) ?? []) {
    const widget = await newer.object(num);
    const own = widget instanceof PdfDict ? await normalOf(newer, widget.get('AP')) : undefined;
    if (own !== undefined && (own.num === copy.num || (await drawingOf(newer, own)) === drawing)) return true;
  }
  return false;
}

/** /N, which must be one stream of its own: an appearance in several states is no copy. */
async function normalOf(file: PdfFile, written: PdfObject | undefined): Promise<PdfRef | undefined> {
  const appearance = await file.resolve(written);
  if (!(appearance instanceof PdfDict) || appearance.size !== 1) return undefined;
  const normal = appearance.get('N');
  if (!(normal instanceof PdfRef)) return undefined;
  const form = await file.resolve(normal);
  return form instanceof PdfStream && form.dict.get('Subtype') instanceof PdfName ? normal : undefined;
}
