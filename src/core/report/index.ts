/** The report room: a judgement as JSON, as a PDF that stands by itself, and as a table of many files. */
export type * from './types.ts';
export { csvTable, reportCsv } from './csv.ts';
export { reportJson } from './json.ts';
export { reportPdf } from './report-pdf.ts';
export { reportRow } from './row.ts';
export { textDifference, type TextPart } from './text-difference.ts';
