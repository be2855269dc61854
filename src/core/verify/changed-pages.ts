/** Pages that may look different in two revisions, for the desk to show side by side. */
import type { PdfRevision, PlacementMm } from '#core/pdf/index.ts';
import type { ChangeReport, VerifyReport } from './types.ts';

type ChangedPage = VerifyReport['changedPages'][number];

/** More are not listed. */
const MAX_PAGES = 500;

/**
 * From the changes after any of the signatures: each page with the state before its first change and the one after its last.
 * @param changes of all signatures, in any order, the same ones as often as they come
 */
export function changedPages(
  changes: readonly ChangeReport[],
  revisions: readonly PdfRevision[],
): readonly ChangedPage[] {
  const pages = new Map<number, { first: number; last: number; places: PlacementMm[] }>();
  for (const { page, place, revision } of changes) {
    if (page === undefined) continue;
    const known = pages.get(page);
    if (known === undefined) {
      if (pages.size < MAX_PAGES) pages.set(page, { first: revision, last: revision, places: place ? [place] : [] });
      continue;
    }
    known.first = Math.min(known.first, revision);
    known.last = Math.max(known.last, revision);
    if (place !== undefined && !known.places.some((other) => isSame(other, place))) known.places.push(place);
  }
  const state = (revision: number): ChangedPage['before'] => ({ revision, end: revisions[revision - 1]?.end ?? 0 });
  return [...pages]
    .sort(([a], [b]) => a - b)
    .map(([page, { first, last, places }]) => ({ page, before: state(first - 1), after: state(last), places }));
}

const isSame = (a: PlacementMm, b: PlacementMm): boolean =>
  a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
