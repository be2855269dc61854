/** A record whose diagnosis was painted over after it was signed: what the judge calls CONTENT_CHANGED. */
import { PDFDocument, rgb, StandardFonts } from 'pdf-lib';

/** mm → points. */
const pt = (mm: number): number => (mm * 72) / 25.4;

/** Where the forged words stand, mm from the top left of page 1. */
export const FORGED = { page: 1, x: 126, y: 142.5, width: 18, height: 6 };

export async function alteredAfterSigning(bytes: Uint8Array): Promise<Uint8Array> {
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
  const page = pdf.getPage(0);
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  const { x, y, width, height } = FORGED;
  const bottom = page.getHeight() - pt(y + height);
  page.drawRectangle({ x: pt(x), y: bottom, width: pt(width), height: pt(height), color: rgb(1, 1, 1) });
  page.drawText('I', { x: pt(x + 1.5), y: bottom + pt(1.6), size: 11, font, color: rgb(0.1, 0.1, 0.1) });
  page.drawText('+ ASA 100 mg', {
    x: pt(60),
    y: page.getHeight() - pt(215),
    size: 11,
    font,
    color: rgb(0.1, 0.1, 0.1),
  });
  return pdf.save();
}
