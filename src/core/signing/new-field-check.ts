/** A rule of the judge (docs/design/010) that is better told before the token is asked than by the self-check. */
import { YqError } from '#core/errors/index.ts';
import type { PdfFile } from '#core/pdf/index.ts';
import type { SignPdfRequest } from './types.ts';

/**
 * Under a certification with permission 2 only a field that was there may show a signature: what shows itself anew is an annotation, and
 * the means of a "sneaky signature".
 * @throws PDF_DOCMDP_FORBIDS
 */
export async function checkNewField(
  file: PdfFile,
  { fieldName, placement }: Pick<SignPdfRequest, 'fieldName' | 'placement'>,
): Promise<void> {
  if (placement === undefined || (await file.docMdp()) !== 2) return;
  if ((await file.fields()).some((field) => field.name === fieldName)) return;
  throw new YqError('PDF_DOCMDP_FORBIDS', { detail: 'DocMDP permission 2: a new field that shows itself' });
}
