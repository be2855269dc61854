/** What differs between two revisions, object by object. core/verify holds the result against its white list. */
import { isName, PdfStream, sameObject, type PdfObject } from './objects.ts';
import type { DocumentChanges, ObjectChange, PdfFile } from './types.ts';
import { sameEntry } from './xref-index.ts';

/** Trailer keys that change with every revision or describe the cross-reference stream itself. */
const SILENT_KEYS = new Set(['Size', 'Prev', 'XRefStm', 'W', 'Index', 'Filter', 'DecodeParms', 'Length', 'Type']);

/**
 * Compares by cross-reference entry: an object whose entry (and, for a packed one, whose object stream) is the same stands at the
 * same bytes of the common prefix. An object that only became free or null counts as freed; one that was null before as added.
 * Cross-reference streams and object streams themselves are left out: what they hold is compared.
 */
export async function changedObjects(older: PdfFile, newer: PdfFile): Promise<DocumentChanges> {
  const objects: ObjectChange[] = [];
  const end = Math.max(older.objectLimit, newer.objectLimit);
  for (let num = 1; num < end; num++) {
    const before = older.xrefEntry(num);
    const after = newer.xrefEntry(num);
    if (sameEntry(before, after)) {
      if (before?.kind !== 'compressed') continue;
      if (sameEntry(older.xrefEntry(before.container), newer.xrefEntry(before.container))) continue;
    }
    const change = await compare(older, newer, num);
    if (change !== undefined) objects.push(change);
  }
  const keys = new Set([...older.trailer.keys(), ...newer.trailer.keys()]);
  const trailerKeys = [...keys].filter(
    (key) => !SILENT_KEYS.has(key) && !sameObject(older.trailer.get(key), newer.trailer.get(key)),
  );
  return { objects, trailerKeys };
}

async function compare(older: PdfFile, newer: PdfFile, num: number): Promise<ObjectChange | undefined> {
  const [before, after] = [await older.object(num), await newer.object(num)];
  if (isStructure(after) && (before === null || isStructure(before))) return undefined;
  if (before === null && after === null) return undefined;
  const kind =
    before === null
      ? 'added'
      : after === null
        ? 'freed'
        : generationOf(older, num) === generationOf(newer, num) && (await sameValue(older, before, newer, after))
          ? 'relisted'
          : 'changed';
  return { num, kind, older: before, newer: after };
}

/** References name it too: an object listed under another one is gone for those who follow them to the letter. */
function generationOf(file: PdfFile, num: number): number {
  const entry = file.xrefEntry(num);
  return entry?.kind === 'offset' ? entry.gen : 0;
}

const isStructure = (value: PdfObject): boolean =>
  value instanceof PdfStream && (isName(value.dict.get('Type'), 'XRef') || isName(value.dict.get('Type'), 'ObjStm'));

async function sameValue(older: PdfFile, before: PdfObject, newer: PdfFile, after: PdfObject): Promise<boolean> {
  if (!(before instanceof PdfStream) || !(after instanceof PdfStream)) return sameObject(before, after);
  if (!sameObject(before.dict, after.dict)) return false;
  const [a, b] = [await older.rawStream(before), await newer.rawStream(after)];
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
