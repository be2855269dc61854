/** A picture put into a document as a signature's appearance, and what then stands in that document. */
import { bytesSource, PdfDict, PdfStream, prepareSignature, readPdf } from '#core/pdf/index.ts';
import type { PdfFile, SignatureFieldRequest } from '#core/pdf/index.ts';
import { fixture } from '../../../fixtures/pdf/index.ts';

export interface Embedded {
  readonly bytes: Uint8Array;
  readonly file: PdfFile;
  /** The appearance, its picture's XObject, and their content. */
  readonly form: PdfStream;
  readonly picture: PdfStream;
  readonly formContent: string;
  readonly pictureContent: string;
}

export async function streamAt(file: PdfFile, start: PdfDict, ...keys: string[]): Promise<PdfStream> {
  let current = start;
  for (const [i, key] of keys.entries()) {
    const next = await file.resolve(current.get(key));
    if (i === keys.length - 1 && next instanceof PdfStream) return next;
    if (next instanceof PdfStream) current = next.dict;
    else if (next instanceof PdfDict) current = next;
    else throw new Error(`no /${key}`);
  }
  throw new Error('no stream');
}

/** A document with one signature more. */
export async function prepared(request: Partial<SignatureFieldRequest>): Promise<Pick<Embedded, 'bytes' | 'file'>> {
  const original = fixture('table');
  const { increment } = await prepareSignature(await readPdf(bytesSource(original)), {
    subFilter: 'ETSI.CAdES.detached',
    claimedTime: new Date(0),
    contentsSize: 8,
    placement: { page: 1, x: 10, y: 10, width: 42, height: 42 },
    ...request,
  });
  const bytes = new Uint8Array(Buffer.concat([original, increment]));
  return { bytes, file: await readPdf(bytesSource(bytes)) };
}

export async function embedded(request: Partial<SignatureFieldRequest>): Promise<Embedded> {
  const { bytes, file } = await prepared(request);
  const [field] = await file.signatureFields();
  if (field === undefined) throw new Error('no field');
  const form = await streamAt(file, field.dict, 'AP', 'N');
  const picture = await streamAt(file, form.dict, 'Resources', 'XObject', 'Im0');
  const text = async (stream: PdfStream): Promise<string> =>
    stream.dict.name('Filter') === 'DCTDecode' ? '' : Buffer.from(await file.streamData(stream)).toString('latin1');
  return { bytes, file, form, picture, formContent: await text(form), pictureContent: await text(picture) };
}

export const svgPicture = (content: string, attributes = 'viewBox="0 0 10 10"') => ({
  format: 'SVG' as const,
  data: new TextEncoder().encode(
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${content}</svg>`,
  ),
});
