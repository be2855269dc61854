/** Shapes of the pdf room. Lengths on a page are mm from the top left of the page as shown (rotation applied). */

/** Random access to a document's bytes: memory, file, network. Offsets and lengths in bytes. */
export interface ByteSource {
  readonly size: number;
  /** Gives exactly `length` bytes or rejects. */
  read(offset: number, length: number): Promise<Uint8Array>;
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

export interface SignatureAppearance {
  /** PNG bytes of a seal or of handwriting. */
  readonly image?: Uint8Array;
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
  readonly subFilter: 'ETSI.CAdES.detached' | 'adbe.pkcs7.detached' | 'ETSI.RFC3161';
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
}
