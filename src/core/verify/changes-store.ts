/**
 * The part of the white list that concerns /DSS (ETSI EN 319 142-1, 5.4.2): certificates and revocation data that no page shows. What it
 * brings must be new, or have been the store's alone before: else a store could claim a page's resources as its own and change them.
 */
import { isArray, PdfDict, PdfRef, PdfStream, sameObject, type PdfFile, type PdfObject } from '#core/pdf/index.ts';
import type { Comparison } from './changes.ts';

const LISTS = ['Certs', 'OCSPs', 'CRLs'] as const;
const ENTRY_LISTS = ['Cert', 'OCSP', 'CRL'] as const;

export async function explainSecurityStore(
  { older, newer, changed, references, explain, report }: Comparison,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
): Promise<void> {
  if (after === undefined || after === null) return;
  const own = await objectsOfStore(older, before);
  const stored = await objectsOfStore(newer, after);
  let touched = !sameObject(before, after);
  for (const num of stored.keys()) {
    const found = changed.get(num);
    if (found === undefined) continue;
    touched = true;
    const stoodAlone = own.has(num) && own.get(num) === references.get(num) && !(found.older instanceof PdfStream);
    if (found.added || stoodAlone) explain(num);
  }
  if (touched) report('SECURITY_STORE_ADDED');
}

/**
 * The objects that a store is made of, each with how often the store refers to it. Only the places that the standard gives it are
 * followed; whatever else hangs on a store is nobody's business here and stays unexplained.
 */
async function objectsOfStore(file: PdfFile, store: PdfObject | undefined): Promise<ReadonlyMap<number, number>> {
  const counts = new Map<number, number>();
  const follow = async (value: PdfObject | undefined): Promise<PdfObject> => {
    if (value instanceof PdfRef) counts.set(value.num, (counts.get(value.num) ?? 0) + 1);
    const found = await file.resolve(value);
    // Some writers give each stream's length an object of its own.
    if (found instanceof PdfStream) await follow(found.dict.get('Length'));
    return found;
  };
  const list = async (value: PdfObject | undefined): Promise<void> => {
    const items = await follow(value);
    for (const item of isArray(items) ? items : []) if (item instanceof PdfRef) await follow(item);
  };
  const dictionary = await follow(store);
  if (!(dictionary instanceof PdfDict)) return counts;
  for (const key of LISTS) await list(dictionary.get(key));
  const validation = await follow(dictionary.get('VRI'));
  for (const [, written] of validation instanceof PdfDict ? validation.entries() : []) {
    const entry = await follow(written);
    if (!(entry instanceof PdfDict)) continue;
    for (const key of ENTRY_LISTS) await list(entry.get(key));
    await follow(entry.get('TS'));
  }
  return counts;
}
