/** Who points at whom: the references within one value, and how often a whole revision points at some objects. */
import { isArray, PdfDict, PdfRef, PdfStream, type PdfFile, type PdfObject } from '#core/pdf/index.ts';

/** Object numbers that `value` itself refers to, each as often as it is written; what they point to is not followed. */
export function* referencesIn(value: PdfObject | undefined): Generator<number> {
  if (value instanceof PdfRef) yield value.num;
  else if (isArray(value)) for (const item of value) yield* referencesIn(item);
  else if (value instanceof PdfDict) for (const [, item] of value.entries()) yield* referencesIn(item);
  else if (value instanceof PdfStream) yield* referencesIn(value.dict);
}

/** More objects than this are not searched; the judge then says that it can't tell. */
export const SCAN_LIMIT = 600_000;

/**
 * How often the objects of a revision refer to each of `wanted`. Every object that the cross-reference lists is looked at,
 * reachable or not, so nothing can hide. Undefined when there are too many.
 */
export async function countReferences(
  file: PdfFile,
  wanted: ReadonlySet<number>,
): Promise<ReadonlyMap<number, number> | undefined> {
  if (file.objectLimit > SCAN_LIMIT) return undefined;
  const counts = new Map<number, number>();
  const count = (value: PdfObject | undefined): void => {
    for (const num of referencesIn(value)) if (wanted.has(num)) counts.set(num, (counts.get(num) ?? 0) + 1);
  };
  count(file.trailer.get('Root'));
  count(file.trailer.get('Info'));
  for (let num = 1; num < file.objectLimit; num++) {
    const entry = file.xrefEntry(num);
    if (entry === undefined || entry.kind === 'free') continue;
    // Streams that call themselves /XRef or /ObjStm are no exception: a page can draw one all the same.
    count(await file.object(num));
  }
  return counts;
}

/** Cross-reference and object streams: they carry the file's structure, not its content. */
export function isPlumbing(object: PdfObject | undefined): boolean {
  if (!(object instanceof PdfStream)) return false;
  const type = object.dict.name('Type');
  return type === 'XRef' || type === 'ObjStm';
}

/** All objects that can be reached from `value`, its own number not among them unless something leads back to it. */
export async function reachableFrom(
  file: PdfFile,
  value: PdfObject | undefined,
  { limit = 10_000, through = () => true }: { limit?: number; through?: (num: number) => boolean } = {},
): Promise<ReadonlySet<number>> {
  const seen = new Set<number>();
  const queue = [...referencesIn(value)];
  for (let num = queue.pop(); num !== undefined && seen.size < limit; num = queue.pop()) {
    if (seen.has(num) || !through(num)) continue;
    seen.add(num);
    queue.push(...referencesIn(await file.object(num)));
  }
  return seen;
}
