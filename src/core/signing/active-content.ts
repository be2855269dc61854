/** Before anything is signed: content that can change the document's look is refused, or taken out of the copy that will be signed. */
import { activeContentError, dropActiveContent, fileSource, inspectActiveContent, readPdf } from '#core/pdf/index.ts';
import type { DroppedContent } from '#core/pdf/index.ts';
import type { DraftFile } from './draft-file.ts';
import type { SignPdfRequest } from './types.ts';

/**
 * Looks the draft through, a copy of the source and nothing more. With `drop` the increment that takes active content out is appended
 * to it, and given back for the hashes to run over.
 * @throws PDF_ACTIVE_CONTENT, PDF_ACTIVE_CONTENT_FIXED and what reading a PDF throws
 */
export async function settleActiveContent(
  draft: DraftFile,
  size: number,
  { activeContent = 'refuse', password }: Pick<SignPdfRequest, 'activeContent' | 'password'>,
): Promise<DroppedContent> {
  const reading = await fileSource(draft.path);
  try {
    const file = await readPdf(reading, { password });
    if (activeContent === 'refuse') {
      const things = (await inspectActiveContent(file)).filter((thing) => thing.refuses);
      if (things.length > 0) throw activeContentError(things);
      return { increment: new Uint8Array(), dropped: [] };
    }
    const result = await dropActiveContent(file);
    if (result.increment.length > 0) await draft.write(result.increment, size);
    return result;
  } finally {
    await reading.close();
  }
}
