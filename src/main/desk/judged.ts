/** The judge's report on a held document: kept beside it in full for exports, and as the page sees it. */
import { isYqError } from '#core/errors/index.ts';
import { bytesSource, readPdf, type ByteSource } from '#core/pdf/index.ts';
import type { PictureFormat } from '#core/pdf/types.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import { verifyPdf, type VerifyReport } from '#core/verify/index.ts';
import type { VerifyReportView } from '#shared/models.ts';
import type { DocumentStore, HeldDocument, HeldFile } from './documents.ts';
import { reportView, type ShowPicture } from './views.ts';

const FORMATS: ReadonlySet<string> = new Set<PictureFormat>(['PNG', 'JPG', 'BMP', 'GIF', 'SVG']);
const isPictureFormat = (format: string): format is PictureFormat => FORMATS.has(format);

/** Pictures are served by the document store, as long as somebody is signed in. */
export const showIn =
  (documents: DocumentStore): ShowPicture =>
  ({ format, data }) =>
    isPictureFormat(format) ? documents.addPicture(new Uint8Array(data), format) : null;

/** Puts a report to its document and gives it as the page sees it. */
export function attach(
  documents: DocumentStore,
  held: HeldDocument | HeldFile,
  report: VerifyReport,
  revisionEnds: readonly number[],
): VerifyReportView {
  const view = reportView(report, showIn(documents));
  held.judged = report;
  held.report = view;
  held.revisionEnds = revisionEnds;
  return view;
}

async function revisionEndsOf(source: ByteSource): Promise<readonly number[]> {
  try {
    return (await readPdf(source)).revisions.map((r) => r.end);
  } catch (e) {
    if (!isYqError(e)) throw e;
    return [];
  }
}

/** Judges a document whose bytes are in memory: a record, or what has just been signed. */
export async function judgeHeld(
  documents: DocumentStore,
  held: HeldDocument,
  trust: TrustMaterial,
  at: Date,
): Promise<VerifyReportView> {
  const source = bytesSource(held.bytes);
  const report = await verifyPdf(source, { name: held.name, trust, at });
  return attach(documents, held, report, await revisionEndsOf(source));
}
