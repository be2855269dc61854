/** What a page said and says: the lines of text that went and came, its measures. For showing, not for judging. */
import { linesOf, textOfPage, type PdfFile, type PdfPage } from '#core/pdf/index.ts';
import type { Change } from './change-codes.ts';
import { clipped } from './change-codes.ts';

/** Pages whose text is compared in one step. */
const MAX_PAGES = 12;

/** Adds old and new text to the changes of pages' content. */
export async function withTexts(
  older: PdfFile,
  newer: PdfFile,
  changes: readonly Change[],
): Promise<readonly Change[]> {
  const wanted = new Set<number>();
  for (const { code, page } of changes) if (code === 'CHANGED_PAGE_CONTENT' && page !== undefined) wanted.add(page);
  if (wanted.size === 0) return changes;
  const texts = new Map<number, { readonly before: string; readonly after: string }>();
  for (const number of [...wanted].slice(0, MAX_PAGES)) {
    const difference = await textDifference(older, newer, number).catch(() => undefined);
    if (difference !== undefined) texts.set(number, difference);
  }
  return changes.map((found) => {
    const text = found.code === 'CHANGED_PAGE_CONTENT' ? texts.get(found.page ?? 0) : undefined;
    return text === undefined ? found : { ...found, ...text };
  });
}

async function textDifference(
  older: PdfFile,
  newer: PdfFile,
  number: number,
): Promise<{ readonly before: string; readonly after: string } | undefined> {
  const [was, is] = [await linesOn(older, number), await linesOn(newer, number)];
  const [gone, come] = [without(was, is), without(is, was)];
  if (gone.length === 0 && come.length === 0) return undefined;
  return { before: clipped(gone.join(' / ')), after: clipped(come.join(' / ')) };
}

const linesOn = async (file: PdfFile, number: number): Promise<readonly string[]> =>
  linesOf(await textOfPage(file, await file.page(number))).map((line) => line.text);

/** Lines of `all` that `others` lack; one that stands twice counts twice. */
function without(all: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return all.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

const tenth = (n: number): string => String(Math.round(n * 10) / 10);

/** Size, turn and origin of what is shown, in words; two pages that are alike in it give the same. */
export function measuresOf({ box, rotation, userUnit, widthMm, heightMm }: PdfPage): string {
  const { llx, lly, urx, ury } = box;
  const unit = userUnit === 1 ? '' : `, UserUnit ${userUnit}`;
  return `${tenth(widthMm)} × ${tenth(heightMm)} mm, ${rotation}°, [${[llx, lly, urx, ury].map(tenth).join(' ')}]${unit}`;
}
