/**
 * The quick look: whether any object of the document, reachable or not, has a key or type that active content needs. Most documents
 * have none, and then nothing else is done. One pass in the order of the object numbers.
 */
import { isArray, PdfDict, PdfName, PdfRef, PdfStream, type PdfObject } from '../objects.ts';
import type { PdfFile } from '../types.ts';
import { ACTIONS, HIDING_FLAGS, MEDIA_ANNOTATIONS } from './kinds.ts';

const KEYS = [
  'JS',
  'JavaScript',
  'XFA',
  'AA',
  'OCProperties',
  'EmbeddedFiles',
  'EF',
  'Collection',
  'NeedAppearances',
] as const;
const STREAM_KEYS = ['F', 'Ref', 'OPI', 'Alternates'] as const;

export async function hasSuspects(file: PdfFile): Promise<boolean> {
  for (let num = 1; num < file.objectLimit; num++) {
    const kind = file.xrefEntry(num)?.kind ?? 'free';
    if (kind !== 'free' && isSuspect(await file.object(num))) return true;
  }
  return false;
}

function isSuspect(value: PdfObject): boolean {
  if (isArray(value)) return value.some(isSuspect);
  if (value instanceof PdfStream) return isSuspectStream(value.dict) || isSuspect(value.dict);
  if (!(value instanceof PdfDict)) return false;
  if (KEYS.some((key) => value.has(key))) return true;
  const action = value.get('S');
  if (action instanceof PdfRef || (action instanceof PdfName && Object.hasOwn(ACTIONS, action.value) && !isLink(value)))
    return true;
  const open = value.get('OpenAction');
  if (open !== undefined && !isArray(open)) return true;
  const subtype = value.get('Subtype');
  if (subtype instanceof PdfRef || (subtype instanceof PdfName && MEDIA_ANNOTATIONS.has(subtype.value))) return true;
  if (value.has('AP') && hides(value.get('F'))) return true;
  for (const [, item] of value.entries()) if (typeof item === 'object' && isSuspect(item)) return true;
  return false;
}

/** A link that waits for a click; one that does not wait hangs at /AA or /OpenAction, which count by themselves. */
const isLink = (action: PdfDict): boolean => ['URI', 'GoToR', 'GoToE'].includes(action.name('S') ?? '');

const isSuspectStream = (dict: PdfDict): boolean =>
  STREAM_KEYS.some((key) => dict.has(key)) || dict.name('Subtype') === 'PS' || dict.name('Subtype2') === 'PS';

const hides = (flags: PdfObject | undefined): boolean =>
  flags instanceof PdfRef || (typeof flags === 'number' && (flags & HIDING_FLAGS) !== 0);
