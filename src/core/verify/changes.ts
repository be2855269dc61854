/**
 * The white list (pains.md, ISA and shadow attacks): what one revision may do to the one before. Allowed is what a further signature
 * of the same kind needs (its field, widget, appearance, dictionary, and the entries that list them) and a document security store.
 *
 * The two revisions are walked side by side from the trailer. Each changed object that the walk meets in a place where it may
 * change is compared entry by entry and crossed off; whatever is left over at the end is a forbidden change. A place is only
 * believed when nothing else in the older revision points to the object: an object number that something pointed to before it
 * existed, or an array that serves two masters, is an attack prepared before signing.
 */
import {
  duplicateKeyIn,
  type PdfDict,
  PdfRef,
  sameObject,
  type DocumentChanges,
  type PdfFile,
  type PdfObject,
  type XrefEntry,
} from '#core/pdf/index.ts';
import { explainSecurityStore } from './changes-store.ts';
import { change, type Change, type ChangeCode, type ChangeFound } from './change-codes.ts';
import { explainForm } from './changes-form.ts';
import { explainInfo, explainXmp } from './changes-metadata.ts';
import { explainPages } from './changes-page.ts';
import { locateChange } from './changes-locate.ts';
import { explainValues } from './changes-values.ts';
import { withTexts } from './page-difference.ts';
import { countReferences, isPlumbing } from './references.ts';

/** What the steps of the walk share. */
export interface Comparison {
  readonly older: PdfFile;
  readonly newer: PdfFile;
  /** Objects that differ, by number; `undefined` in `older` or `newer` stands for absent. */
  readonly changed: ReadonlyMap<
    number,
    { readonly older: PdfObject; readonly newer: PdfObject; readonly added: boolean }
  >;
  /** References from the older revision to each changed object. */
  readonly references: ReadonlyMap<number, number>;
  /** Crosses an object off. */
  explain(num: number): void;
  /** Whether an object differs and nothing has explained it so far. */
  isOpen(num: number): boolean;
  report(code: ChangeCode, found?: ChangeFound): void;
  /** Widgets and fields of signatures that this revision added or filled, by object number. */
  readonly signatureWidgets: Set<number>;
  /** Fields that this revision signed, by their names, with the widgets that show them. */
  readonly signedFields: Map<string, number[]>;
  /** Fields that were there before, of those signed. */
  readonly filledFields: Set<string>;
  /** Further places of their pictures: the field's name by annotation. */
  readonly sealCopies: Map<number, string>;
}

const CATALOG_MAY_CHANGE = new Set(['AcroForm', 'DSS', 'Extensions']);
const ACTIONS = new Set(['OpenAction', 'AA', 'Names', 'URI', 'JavaScript']);
/** A new second half of /ID is what the standard asks for; /Info is looked at by itself. */
const TRAILER_MAY_CHANGE = new Set(['ID', 'Info']);

/** All that the step from `older` to `newer` did, allowed and forbidden; `revision` is the newer one's 1-based number. */
export async function compareRevisions(
  older: PdfFile,
  newer: PdfFile,
  differences: DocumentChanges,
  revision: number,
): Promise<readonly Change[]> {
  const reports: Change[] = [];
  const report = (code: ChangeCode, found: ChangeFound = {}): void => void reports.push(change(code, revision, found));

  const changed: Map<number, { older: PdfObject; newer: PdfObject; added: boolean }> = new Map();
  for (const { num, kind, older: before, newer: after } of differences.objects) {
    if (kind === 'relisted') continue;
    changed.set(num, { older: before, newer: after, added: kind === 'added' });
  }
  const plumbing = newPlumbing(older, newer, new Set(differences.objects.map((o) => o.num)));
  const references = await countReferences(older, new Set([...changed.keys(), ...plumbing]));
  if (references === undefined) return [change('REVISION_NOT_COMPARED', revision)];

  const left = new Set(changed.keys());
  const comparison: Comparison = {
    older,
    newer,
    changed,
    references,
    explain: (num) => void left.delete(num),
    isOpen: (num) => left.has(num),
    report,
    signatureWidgets: new Set(),
    signedFields: new Map(),
    filledFields: new Set(),
    sealCopies: new Map(),
  };
  compareTrailers(comparison, differences.trailerKeys);
  compareSizes(comparison);
  await compareCatalogs(comparison);
  await explainInfo(comparison);
  await explainXmp(comparison);
  await explainForm(comparison);
  await explainValues(comparison);
  await explainPages(comparison);

  for (const [num, { older: before, newer: after, added }] of changed) {
    // Whichever of the two counted for whom: this revision may have changed it, even where a change is allowed.
    if ((duplicateKeyIn(before) ?? duplicateKeyIn(after)) !== undefined) report('CHANGED_OBJECT', { object: num });
    if (added && (references.get(num) ?? 0) > 0) {
      report('PLANTED_OBJECT', { object: num });
      left.delete(num);
    }
    // The plumbing of a revision that nobody reads any more may be given up.
    if (after === null && isPlumbing(before) && (references.get(num) ?? 0) === 0) left.delete(num);
  }
  // A stream that calls itself /XRef can be a page's content all the same, when the page points to it.
  for (const num of plumbing) if ((references.get(num) ?? 0) > 0) report('PLANTED_OBJECT', { object: num });
  for (const num of left) reports.push(await locateChange(comparison, num, revision));
  return withTexts(older, newer, reports);
}

/** Objects listed anew that the comparison left out, because they call themselves the file's own structure. */
function newPlumbing(older: PdfFile, newer: PdfFile, compared: ReadonlySet<number>): readonly number[] {
  const found: number[] = [];
  for (let num = 1; num < newer.objectLimit; num++) {
    const entry = newer.xrefEntry(num);
    if (entry === undefined || entry.kind === 'free' || compared.has(num)) continue;
    if (!sameEntry(older.xrefEntry(num), entry)) found.push(num);
  }
  return found;
}

function sameEntry(a: XrefEntry | undefined, b: XrefEntry): boolean {
  if (a?.kind === 'offset' && b.kind === 'offset') return a.offset === b.offset;
  if (a?.kind === 'compressed' && b.kind === 'compressed') return a.container === b.container && a.index === b.index;
  return false;
}

function compareTrailers({ older, newer, report }: Comparison, keys: readonly string[]): void {
  for (const key of [...older.trailer.duplicateKeys, ...newer.trailer.duplicateKeys])
    report('CHANGED_TRAILER', { key });
  for (const key of keys) {
    if (!TRAILER_MAY_CHANGE.has(key)) report('CHANGED_TRAILER', { key });
  }
  const [before, after] = [older.trailer.get('Root'), newer.trailer.get('Root')];
  if (!keys.includes('Root') && !sameObject(before, after)) report('CHANGED_TRAILER', { key: 'Root' });
}

/**
 * Objects from /Size on are absent for a strict reader (ISO 32000-1, 7.5.5): a smaller /Size takes objects away, a larger one brings to
 * light what had been listed beyond it.
 */
function compareSizes({ older, newer, report }: Comparison): void {
  const [before, after] = [older.trailer.get('Size'), newer.trailer.get('Size')];
  const regular =
    typeof before === 'number' &&
    typeof after === 'number' &&
    before <= after &&
    !listsBeyond(older, before) &&
    !listsBeyond(newer, after);
  if (!regular) report('CHANGED_TRAILER', { key: 'Size' });
}

function listsBeyond(file: PdfFile, size: number): boolean {
  for (let num = size; num < file.objectLimit; num++) {
    if ((file.xrefEntry(num)?.kind ?? 'free') !== 'free') return true;
  }
  return false;
}

async function compareCatalogs(comparison: Comparison): Promise<void> {
  const { older, newer, changed, report, explain } = comparison;
  const root = newer.trailer.get('Root');
  const before = await older.catalog();
  const after = await newer.catalog();
  if (root instanceof PdfRef && changed.has(root.num)) explain(root.num);
  for (const key of differingKeys(before, after)) {
    if (CATALOG_MAY_CHANGE.has(key)) continue;
    report(ACTIONS.has(key) ? 'CHANGED_ACTION' : 'CHANGED_CATALOG', { key });
  }
  await explainSecurityStore(comparison, before.get('DSS'), after.get('DSS'));
}

/** Keys whose value is written differently in the two dictionaries. */
export function differingKeys(before: PdfDict, after: PdfDict): readonly string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => !sameObject(before.get(key), after.get(key)));
}
