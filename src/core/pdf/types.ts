/** Shapes of the pdf room. Lengths on a page are mm from the top left of the page as shown (rotation applied). */
import type { PdfArray, PdfDict, PdfObject, PdfRef, PdfStream } from './objects.ts';
import type { DocumentSecurity } from './encryption/security.ts';
import type { XrefEntry } from './xref-index.ts';

/** Random access to a document's bytes: memory, file, network. Offsets and lengths in bytes. */
export interface ByteSource {
  readonly size: number;
  /** Gives exactly `length` bytes or rejects. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** The same for one who neither changes nor keeps the bytes: they may be another reader's too. */
  peek?(offset: number, length: number): Promise<Uint8Array>;
}

/** A state of the document that a later one was appended to, and the newest one. Offsets in bytes from the start of the file. */
export interface PdfRevision {
  /** Offset of its newest cross-reference section. */
  readonly startXref: number;
  /** Just behind `%%EOF`. */
  readonly eof: number;
  /** Behind the line end that follows `%%EOF`, where there is one. */
  readonly end: number;
}

/** Corners in user space: lower left, upper right. */
export interface PdfBox {
  readonly llx: number;
  readonly lly: number;
  readonly urx: number;
  readonly ury: number;
}

export interface PdfPage {
  /** 1-based. */
  readonly number: number;
  readonly ref: PdfRef;
  /** As written, without what it inherits. */
  readonly dict: PdfDict;
  /** What is shown: CropBox within MediaBox, in user space units. */
  readonly box: PdfBox;
  /** Clockwise. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** One user space unit in points (1/72 inch). */
  readonly userUnit: number;
  /** As shown, rotation applied. */
  readonly widthMm: number;
  readonly heightMm: number;
}

/** What the user password of an encrypted document gives the right to (ISO 32000-2, Table 22). The owner password gives it to everything. */
export interface DocumentPermissions {
  readonly print: boolean;
  readonly printInFullQuality: boolean;
  /** Change the document beyond what the others name. */
  readonly modify: boolean;
  readonly copy: boolean;
  /** Add annotations and fill in forms; together with `modify` also make new form fields. */
  readonly annotate: boolean;
  /** Fill in existing form fields, signature fields among them. */
  readonly fillForms: boolean;
  /** Insert, turn and remove pages. */
  readonly assemble: boolean;
}

/** A document read through its cross-reference chain. Nothing outside that chain is ever seen. Reads are lazy. */
export interface PdfFile {
  readonly source: ByteSource;
  readonly size: number;
  /** Of the header, e.g. `1.7`; a catalog's /Version is not applied. */
  readonly version: string;
  /** Of the newest section. */
  readonly trailer: PdfDict;
  /** Kind of the newest cross-reference section; a hybrid file's is `table`. */
  readonly xrefKind: 'table' | 'stream';
  /** Oldest first, the last one is the document as it stands. */
  readonly revisions: readonly PdfRevision[];
  /** Undefined for a document that is not encrypted. */
  readonly security: DocumentSecurity | undefined;
  /** One more than the highest object number in use or listed. */
  readonly objectLimit: number;
  xrefEntry(num: number): XrefEntry | undefined;
  /** The object as written, strings decrypted, null when free or absent. Throws PDF_DAMAGED when something else stands at its place. */
  object(num: number, gen?: number): Promise<PdfObject>;
  /** Follows references; any other value comes back as it is, undefined as null. */
  resolve(value: PdfObject | undefined): Promise<PdfObject>;
  /** Decrypted, but still filtered. */
  rawStream(stream: PdfStream): Promise<Uint8Array>;
  /** Filters undone; only the filters that structure needs. */
  streamData(stream: PdfStream): Promise<Uint8Array>;
  catalog(): Promise<PdfDict>;
  pageCount(): Promise<number>;
  /** 1-based; PDF_PAGE beyond the last. */
  page(number: number): Promise<PdfPage>;
  pages(): Promise<readonly PdfPage[]>;
  /** Every field of the form, terminal or not, in document order. */
  fields(): Promise<readonly FormField[]>;
  signatureFields(): Promise<readonly FormField[]>;
  /** In order of the bytes they cover, i.e. the order of signing. */
  signatures(): Promise<readonly EmbeddedSignature[]>;
  /** The strictest permission that a certification or a field lock in force sets; undefined when none does. */
  docMdp(): Promise<1 | 2 | 3 | undefined>;
  /** Whether the catalog has a document security store (PAdES B-LT). */
  hasDss(): Promise<boolean>;
  /** The document as its first `end` bytes had it. `end`: a revision's `eof` or `end`, or the end of a ByteRange. */
  revisionAt(end: number): Promise<PdfFile>;
}

export interface FormField {
  /** Fully qualified, parts joined by dots. */
  readonly name: string;
  /** Absent when the field stands directly in its parent's array. */
  readonly ref: PdfRef | undefined;
  readonly dict: PdfDict;
  /** /FT, inherited. */
  readonly type: string | undefined;
  /** /V as written, inherited. */
  readonly value: PdfObject | undefined;
  /** Kids as written, when it has any. */
  readonly kids: PdfArray | undefined;
}

/** One object that differs between two revisions. */
export interface ObjectChange {
  readonly num: number;
  /** `relisted`: listed at another place, but the same value down to the stream's bytes. */
  readonly kind: 'added' | 'changed' | 'freed' | 'relisted';
  readonly older: PdfObject;
  readonly newer: PdfObject;
}

export interface DocumentChanges {
  readonly objects: readonly ObjectChange[];
  /** Trailer keys whose value differs, among those with meaning (not Size, Prev, the xref stream's own). */
  readonly trailerKeys: readonly string[];
}

export interface PlacementMm {
  /** 1-based page number. */
  readonly page: number;
  /** mm from the left and top edge of the visible page to the top left corner of the appearance. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type PictureFormat = 'PNG' | 'JPG' | 'BMP' | 'GIF' | 'SVG';

/** A picture as it lies in a file or a seal. SVG stays vector in the PDF. */
export interface Picture {
  readonly format: PictureFormat;
  readonly data: Uint8Array;
}

/** Which edge of the pages a riding seal (骑缝章) runs along. */
export type PageEdge = 'left' | 'right' | 'top' | 'bottom';

/** Pages a rule means: all, every other one, or a list such as `1,3-5,-1` (`-1` is the last page). */
export type PageSelection = 'all' | 'odd' | 'even' | { readonly list: string };

/** How a user, a record type or an integrator says where a seal stands. Offsets in mm, x to the right, y downwards, as the page is shown. */
export type PlacementRule =
  | { readonly kind: 'fixed'; readonly page: number; readonly x: number; readonly y: number }
  /** On every selected page at the same place; the first carries the signature field. */
  | { readonly kind: 'pages'; readonly pages: PageSelection; readonly x: number; readonly y: number }
  /** 关键字: the n-th hit (1-based, negative from the end) in reading order, or all; centred on the hit unless `anchor` says otherwise. */
  | {
      readonly kind: 'keyword';
      readonly text: string;
      readonly hit?: number | 'all';
      readonly pages?: PageSelection;
      readonly anchor?: 'centre' | 'right' | 'below' | 'over-left';
      readonly dx?: number;
      readonly dy?: number;
    }
  /** An empty signature field that the document brought along: its own rectangle. */
  | { readonly kind: 'field'; readonly name: string }
  /** 骑缝章: strips over the pages' edge; `offset` along the edge in mm from the top or left, the middle when absent. */
  | {
      readonly kind: 'riding';
      readonly edge: PageEdge;
      /** At most so many pages share one picture (ses-seal.md §11); default 20. A remainder of one page joins the group before it. */
      readonly groupSize?: number;
      readonly pages?: PageSelection;
      readonly offset?: number;
      /** mm kept free between the page's edge and the strip; default 0. */
      readonly margin?: number;
    };

/** A part of the picture on a page: the whole of it, or a strip. */
export interface PlacedPicture {
  readonly place: PlacementMm;
  /** The part of the picture shown there, as fractions of its width and height from its top left; the whole when absent. */
  readonly part?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** What a rule comes to in one document: one signature covers all of it. */
export interface ResolvedPlacement {
  /** Where the signature field's own widget stands; a strip for a riding seal. Undefined only with `fieldName`. */
  readonly widget?: PlacedPicture;
  /** Filled instead of making a new field. */
  readonly fieldName?: string;
  /** Further pictures, put on the pages as locked, printing Stamp annotations in the same revision. */
  readonly copies: readonly PlacedPicture[];
}

export interface SignatureAppearance {
  /** PNG bytes of a seal or of handwriting. */
  readonly image?: Uint8Array;
  /** A picture of any kind; takes the place of `image`. */
  readonly picture?: Picture;
  /** The picture fills the rectangle exactly, true to size, without border or scaling to fit; for seals whose mm are given. */
  readonly trueToSize?: boolean;
  /** Lines under or beside the picture, e.g. name and time. CJK allowed. */
  readonly lines?: readonly string[];
  /** TTF/OTF bytes the lines are set in (subset on embedding). Needed when `lines` is given. */
  readonly font?: Uint8Array;
}

export interface SignatureFieldRequest {
  readonly fieldName?: string;
  /** Absent: an invisible signature on page 1. */
  readonly placement?: PlacementMm;
  readonly appearance?: SignatureAppearance;
  /** The part of the picture that the field's own widget shows (a strip of a riding seal); the whole when absent. */
  readonly part?: PlacedPicture['part'];
  /** Further places of the same picture, in the same revision, under the same signature. */
  readonly copies?: readonly PlacedPicture[];
  /** Makes this a certification signature with DocMDP permission 1, 2 or 3; PDF_ALREADY_CERTIFIED when it is not the first. */
  readonly certify?: 1 | 2 | 3;
  /** Form fields that this signature locks (FieldMDP, /Lock of a new field). */
  readonly lock?: { readonly action: 'All' | 'Include' | 'Exclude'; readonly fields?: readonly string[] };
  readonly subFilter: 'ETSI.CAdES.detached' | 'adbe.pkcs7.detached' | 'ETSI.RFC3161';
  /** /Filter; Adobe.PPKLite when absent. */
  readonly filter?: string;
  readonly reason?: string;
  readonly location?: string;
  readonly signerName?: string;
  /** /M, the claimed time. */
  readonly claimedTime: Date;
  /** Bytes of DER that /Contents must hold. */
  readonly contentsSize: number;
}

/** The increment that makes a document signable: append `increment` after the untouched original. */
export interface PreparedSignature {
  /** Length of the original document; its bytes never change. */
  readonly originalSize: number;
  /** Bytes to append, with ByteRange filled in and /Contents all zeros. */
  readonly increment: Uint8Array;
  /** [0, a, b, c] over original + increment. */
  readonly byteRange: readonly [number, number, number, number];
  /** Offset in `increment` of the first hex digit of /Contents; it has 2 × contentsSize digits. */
  readonly contentsHexOffset: number;
  readonly fieldName: string;
  /** Where the appearance stands: as asked, or an existing field's own place; undefined when invisible. */
  readonly placement: PlacementMm | undefined;
}

/** One entry of a signature dictionary's /Reference, as written (ISO 32000-1, 12.8.1). */
export interface SignatureReference {
  /** DocMDP, FieldMDP, UR3 … */
  readonly transformMethod: string;
  readonly params: PdfDict | undefined;
}

/** A signature found in a document, as written there; judged by core/verify, not here. */
export interface EmbeddedSignature {
  readonly fieldName: string;
  readonly subFilter: string;
  /** As written, unchecked. */
  readonly byteRange: readonly number[];
  /** Raw bytes of /Contents, trailing zeros included. */
  readonly contents: Uint8Array;
  /** Object number and generation of the signature dictionary and file offset where its object starts. */
  readonly objectNumber: number;
  readonly objectOffset: number;
  /** Where the `<` and the byte after `>` of /Contents stand in the file; undefined when it cannot be located. */
  readonly contentsSpan: readonly [number, number] | undefined;
  readonly reason?: string;
  readonly location?: string;
  readonly signerName?: string;
  readonly claimedTime?: string;
  readonly page?: number;
  /** On the page as shown, in mm, when visible. */
  readonly placement?: PlacementMm;
  /** DocMDP permission (1–3) when this is a certification signature. */
  readonly docMdp?: 1 | 2 | 3;
  /** The signature dictionary as written. */
  readonly dict: PdfDict;
  readonly references: readonly SignatureReference[];
  /** What a well-made signature never has, one line each: keys twice, missing, or indirect where they must be direct. */
  readonly irregularities: readonly string[];
}
