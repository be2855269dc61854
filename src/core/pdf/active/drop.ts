/**
 * A copy without active content: one increment that rewrites the objects which lead to it, so that no reader finds it any more. The
 * bytes before stay; what stands in them is not part of the document as it is signed.
 */
import { YqError } from '#core/errors/index.ts';
import { Increment } from '../increment.ts';
import { isArray, PdfDict, PdfRef, PdfStream, type PdfObject } from '../objects.ts';
import { checkSoundness } from '../soundness.ts';
import type { PdfFile } from '../types.ts';
import { findActiveContent, type Found, type Place } from './inspect.ts';
import type { ActiveThing } from './kinds.ts';

export interface DroppedContent {
  /** Bytes to append to the document; empty when there was nothing to drop. */
  readonly increment: Uint8Array;
  readonly dropped: readonly ActiveThing[];
}

/** Things named in an error's text; the rest is counted. */
const NAMED = 6;

/** PDF_ACTIVE_CONTENT, naming each thing. */
export function activeContentError(things: readonly ActiveThing[]): YqError {
  const names = (language: 'zh' | 'en'): string => {
    const all = [...new Set(things.map((thing) => thing[language]))];
    const rest = all.length - NAMED;
    const shown = all.slice(0, NAMED);
    if (rest > 0) shown.push(language === 'zh' ? `另有 ${rest} 处` : `${rest} more`);
    return shown.join(language === 'zh' ? '；' : '; ');
  };
  return new YqError('PDF_ACTIVE_CONTENT', {
    params: { 'things.zh': names('zh'), 'things.en': names('en') },
    detail: things.map(({ code, where }) => `${code} ${where}`).join('; '),
  });
}

/**
 * Takes active content out of a document that nobody has signed yet.
 * @throws PDF_ACTIVE_CONTENT_FIXED when something can't be taken out without changing what the page shows; PDF_ACTIVE_CONTENT when the
 * document carries signatures, which a change would break; PDF_DAMAGED
 */
export async function dropActiveContent(file: PdfFile): Promise<DroppedContent> {
  const found = (await findActiveContent(file)).filter((thing) => thing.refuses);
  if (found.length === 0) return { increment: new Uint8Array(), dropped: [] };
  if ((await file.signatures()).length > 0) throw activeContentError(found);
  const fixed = found.filter((thing) => !thing.droppable);
  if (fixed.length > 0) {
    const { params, detail } = activeContentError(fixed);
    throw new YqError('PDF_ACTIVE_CONTENT_FIXED', { params, ...(detail === undefined ? {} : { detail }) });
  }
  await checkSoundness(file);
  const increment = new Increment(file);
  let last: PdfRef | undefined;
  for (const [num, paths] of byObject(found)) {
    const ref = refOf(file, num);
    const rest = without(await file.object(num), paths);
    increment.put(ref, rest instanceof PdfStream ? await withData(file, rest) : rest);
    last = ref;
  }
  if (last === undefined) throw activeContentError(found);
  const { bytes } = await increment.finish(last);
  return { increment: bytes, dropped: found.map(({ places, ...thing }) => (void places, thing)) };
}

/** A stream with its bytes in memory, so that it can be written anew. */
async function withData(file: PdfFile, stream: PdfStream): Promise<PdfStream> {
  const data = await file.rawStream(stream);
  return new PdfStream(stream.dict.with({ Length: data.length }), data);
}

function byObject(found: readonly Found[]): ReadonlyMap<number, readonly Place['path'][]> {
  const objects = new Map<number, Place['path'][]>();
  for (const { num, path } of found.flatMap((thing) => thing.places)) {
    objects.set(num, [...(objects.get(num) ?? []), path]);
  }
  return objects;
}

function refOf(file: PdfFile, num: number): PdfRef {
  const entry = file.xrefEntry(num);
  return new PdfRef(num, entry?.kind === 'offset' ? entry.gen : 0);
}

/** `value` without what stands at the paths; a key is deleted, an item leaves its array. */
function without(value: PdfObject, paths: readonly Place['path'][]): PdfObject {
  const here = new Set(paths.filter((path) => path.length === 1).map(([key]) => key));
  const below = (key: string | number): readonly Place['path'][] =>
    paths.filter((path) => path.length > 1 && path[0] === key).map((path) => path.slice(1));
  if (isArray(value)) return value.flatMap((item, i) => (here.has(i) ? [] : [without(item, below(i))]));
  if (value instanceof PdfStream) {
    const dict = without(value.dict, paths);
    return dict instanceof PdfDict ? new PdfStream(dict, value.data) : value;
  }
  if (!(value instanceof PdfDict)) return value;
  const entries = [...value.entries()].filter(([key]) => !here.has(key));
  return new PdfDict(
    entries.map(([key, item]) => [key, without(item, below(key))] as const),
    value.duplicateKeys,
  );
}
