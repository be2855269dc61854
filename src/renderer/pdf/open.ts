/** pdf.js, set up for the strict content security policy: own worker file, data files of the bundle, no eval. */
import * as pdfjs from 'pdfjs-dist';
import PdfWorker from 'pdfjs-dist/build/pdf.worker.mjs?worker';

export type PdfDocument = pdfjs.PDFDocumentProxy;
export type PdfPage = pdfjs.PDFPageProxy;
export { TextLayer } from 'pdfjs-dist';

/** One worker for all documents: a document that is closed must not take it along. */
let worker: pdfjs.PDFWorker | undefined;

/** Absolute addresses: relative ones would be resolved against the worker. */
const data = (folder: string): string => new URL(`pdfjs/${folder}/`, document.baseURI).href;

export function openDocument(url: string, password?: string): { promise: Promise<PdfDocument>; destroy: () => void } {
  worker ??= pdfjs.PDFWorker.create({ port: new PdfWorker() });
  const task = pdfjs.getDocument({
    worker,
    url: new URL(url, document.baseURI).href,
    cMapUrl: data('cmaps'),
    standardFontDataUrl: data('standard_fonts'),
    wasmUrl: data('wasm'),
    iccUrl: data('iccs'),
    ...(password !== undefined && { password }),
    useWasm: false,
    useWorkerFetch: true,
    enableXfa: false,
    stopAtErrors: false,
  });
  return { promise: task.promise, destroy: () => void task.destroy() };
}
