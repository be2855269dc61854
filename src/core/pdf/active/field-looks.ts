/**
 * Form fields that look different once a reader draws them anew: where the form asks for that, what a field shows must be its value, or
 * two readers show two things of one document.
 */
import { widgetsOf } from '../fields.ts';
import { PdfDict, PdfStream, PdfString } from '../objects.ts';
import { folded } from '../text/lines.ts';
import { plainTextOf } from '../text/plain-look.ts';
import { textOf } from '../text-string.ts';
import type { PdfFile } from '../types.ts';

const PASSWORD = 1 << 13;
/** Fields compared. */
const MAX_FIELDS = 2_000;

/** Names of text fields whose look says something else than their value; those whose look cannot be read are not among them. */
export async function fieldsThatDiffer(file: PdfFile): Promise<readonly string[]> {
  const names: string[] = [];
  for (const field of (await file.fields()).slice(0, MAX_FIELDS)) {
    const value = await file.resolve(field.value);
    const flags = await file.resolve(field.dict.get('Ff'));
    if (field.type !== 'Tx' || !(value instanceof PdfString)) continue;
    if (typeof flags === 'number' && (flags & PASSWORD) !== 0) continue;
    for (const { dict } of await widgetsOf(file, field)) {
      const appearance = await file.resolve(dict.get('AP'));
      const normal = appearance instanceof PdfDict ? await file.resolve(appearance.get('N')) : null;
      if (!(normal instanceof PdfStream)) continue;
      const shown = await plainTextOf(file, normal, dict, () => true).catch(() => undefined);
      if (shown !== undefined && shown !== folded(textOf(value))) names.push(field.name);
    }
  }
  return names;
}
