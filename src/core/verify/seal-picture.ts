/** Whether the page shows the seal's own picture: a seal of one office must not stand under the picture of another. */
import { PdfDict, PdfRef, PdfStream, showsPicture, type EmbeddedSignature, type PdfFile } from '#core/pdf/index.ts';
import type { Finding } from '#core/pki/index.ts';
import { finding } from './findings.ts';
import type { SealReport } from './types.ts';

/** A widget of the signature's field that shows another picture than the seal's gives SEAL_PICTURE_DIFFERS, where that can be told. */
export async function pictureFindings(
  file: PdfFile,
  signature: EmbeddedSignature,
  { picture }: Pick<SealReport, 'picture'>,
): Promise<readonly Finding[]> {
  const { format, data } = picture;
  if (!isFormat(format)) return [];
  for (const field of await file.signatureFields()) {
    if (!(field.value instanceof PdfRef) || field.value.num !== signature.objectNumber) continue;
    for (const written of field.kids ?? [field.dict]) {
      const widget = await file.resolve(written);
      const appearance = widget instanceof PdfDict ? await file.resolve(widget.get('AP')) : null;
      const normal = appearance instanceof PdfDict ? await file.resolve(appearance.get('N')) : null;
      if (!(normal instanceof PdfStream)) continue;
      if ((await showsPicture(file, normal, { format, data })) === 'different')
        return [finding('SEAL_PICTURE_DIFFERS')];
    }
  }
  return [];
}

const isFormat = (format: string): format is 'PNG' | 'JPG' | 'BMP' | 'GIF' | 'SVG' =>
  ['PNG', 'JPG', 'BMP', 'GIF', 'SVG'].includes(format);
