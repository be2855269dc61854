/**
 * Document information (ISO 32000-2, 14.3.3) and XMP metadata (14.3.2). Writers bring the time of modification and their own name up to
 * date when they sign; nothing else about the document may be told otherwise than it was signed.
 */
import { PdfDict, PdfRef, PdfStream, PdfString, sameObject, type PdfFile } from '#core/pdf/index.ts';
import { differingKeys, type Comparison } from './changes.ts';
import { valueText } from './field-value.ts';

const BROUGHT_UP_TO_DATE = new Set(['ModDate', 'Producer']);
/** XMP is text of a few KB; more is not compared. */
const LARGEST_XMP = 4 << 20;

/** /Info of the trailer, in place or exchanged. */
export async function explainInfo(comparison: Comparison): Promise<void> {
  const { older, newer, changed, references, report, explain } = comparison;
  const [before, after] = [older.trailer.get('Info'), newer.trailer.get('Info')];
  const touched = !sameObject(before, after) || (after instanceof PdfRef && changed.has(after.num));
  if (!touched) return;
  const [old, now] = [await older.resolve(before), await newer.resolve(after)];
  if (after instanceof PdfRef && changed.has(after.num)) {
    // As /Info alone, or as something else too: only the first is told here.
    const known = before instanceof PdfRef && before.num === after.num ? 1 : 0;
    if ((references.get(after.num) ?? 0) <= known) explain(after.num);
  }
  if (!(old instanceof PdfDict) || !(now instanceof PdfDict)) {
    if (old !== null || now !== null) report('CHANGED_INFO', { key: 'Info' });
    return;
  }
  for (const key of differingKeys(old, now)) {
    const [was, is] = [await valueText(older, old.get(key)), await valueText(newer, now.get(key))];
    const texts = { key, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) };
    const plain = now.get(key) === undefined || now.get(key) instanceof PdfString;
    report(BROUGHT_UP_TO_DATE.has(key) && plain ? 'METADATA_UPDATED' : 'CHANGED_INFO', texts);
  }
}

/** /Metadata of the catalog, whose reference is the same in both. */
export async function explainXmp(comparison: Comparison): Promise<void> {
  const { older, newer, changed, references, report, explain } = comparison;
  const ref = (await newer.catalog()).get('Metadata');
  if (!(ref instanceof PdfRef) || !changed.has(ref.num) || (references.get(ref.num) ?? 0) !== 1) return;
  if (!sameObject((await older.catalog()).get('Metadata'), ref)) return;
  const [before, after] = [await xmpOf(older, ref), await xmpOf(newer, ref)];
  if (before === undefined || after === undefined) return;
  explain(ref.num);
  const same = lasting(before) === lasting(after);
  if (same) report('METADATA_UPDATED', { key: 'Metadata' });
  else report('CHANGED_INFO', { key: 'Metadata', ...firstDifference(lasting(before), lasting(after)) });
}

async function xmpOf(file: PdfFile, ref: PdfRef): Promise<string | undefined> {
  const stream = await file.resolve(ref);
  if (!(stream instanceof PdfStream)) return undefined;
  if (stream.dict.name('Type') !== 'Metadata' || stream.dict.name('Subtype') !== 'XML') return undefined;
  const data = await file.streamData(stream).catch(() => undefined);
  return data === undefined || data.length > LARGEST_XMP ? undefined : new TextDecoder().decode(data);
}

/** Properties (with the usual prefixes) that say when and by what the file was last written. */
const PASSING = ['xmp:ModifyDate', 'xmp:MetadataDate', 'xmpMM:InstanceID', 'xmpMM:VersionID', 'pdf:Producer'];

/** The text without what changes with every saving. */
function lasting(xmp: string): string {
  let text = xmp;
  for (const name of PASSING) {
    text = text.replaceAll(new RegExp(`<${name}(?:\\s[^<>]*)?>[^<]*</${name}\\s*>`, 'g'), '');
    text = text.replaceAll(new RegExp(`\\s${name}\\s*=\\s*(?:"[^"]*"|'[^']*')`, 'g'), '');
  }
  return text
    .replaceAll(/<\?xpacket[^>]*\?>/g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('> <', '><')
    .trim();
}

const CONTEXT = 60;

function firstDifference(before: string, after: string): { readonly before: string; readonly after: string } {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at++;
  const from = Math.max(0, at - CONTEXT / 2);
  return { before: before.slice(from, from + CONTEXT), after: after.slice(from, from + CONTEXT) };
}
