/** The signature fields of a document: who has signed, who has not, and where they stand. */
import { PdfDict, type PdfArray } from './objects.ts';
import { shownAt } from './signatures.ts';
import type { PdfFile, PlacementMm } from './types.ts';

export interface SignatureFieldState {
  readonly name: string;
  readonly signed: boolean;
  /** On the page as shown; undefined when it has no area or stands on no page. */
  readonly placement: PlacementMm | undefined;
}

/** In the order of the form. */
export async function signatureFieldStates(file: PdfFile): Promise<readonly SignatureFieldState[]> {
  const states: SignatureFieldState[] = [];
  for (const field of await file.signatureFields()) {
    // A field that only holds others has no value of its own.
    if (field.kids !== undefined && (await hasNamedKids(file, field.kids))) continue;
    const signed = (await file.resolve(field.value)) !== null;
    states.push({ name: field.name, signed, placement: (await shownAt(file, field)).placement });
  }
  return states;
}

async function hasNamedKids(file: PdfFile, kids: PdfArray): Promise<boolean> {
  for (const kid of kids) {
    const dict = await file.resolve(kid);
    if (dict instanceof PdfDict && dict.has('T')) return true;
  }
  return false;
}
