/** Shapes of the report room: what the judge said, for people and programs outside of the desk. */
import type { ByteSource } from '#core/pdf/index.ts';
import type { Verdict } from '#core/verify/index.ts';

export type ReportLanguage = 'zh' | 'en';

export interface PdfReportOptions {
  readonly language: ReportLanguage;
  /** TTF/OTF bytes with Chinese and Latin letters; a subset is embedded. */
  readonly font: Uint8Array;
  /**
   * The judged file: with it the report carries the evidence as attachments (signature data, certificates, seals), so that it can be
   * checked without us. It must be the file that was judged; its SM3 is compared.
   */
  readonly source?: ByteSource;
  readonly password?: string;
  /** Name and version of the program that judged, for the last page. */
  readonly judgedBy: string;
}

/** One line of the table about many files. */
export interface ReportRow {
  /** Path below the folder, with forward slashes. */
  readonly name: string;
  readonly size: number;
  /** Undefined: the file could not be read. */
  readonly verdict: Verdict | undefined;
  readonly signatures: number;
  readonly signers: readonly string[];
  readonly trustedTime: string | undefined;
  /** The lowest level of its signatures; empty without any. */
  readonly level: string;
  readonly sm3: string;
  readonly reason: { readonly code: string; readonly zh: string; readonly en: string } | undefined;
}
