/** Bounds that no honest record reaches; beyond them the file is refused (PDF_LIMIT) before it costs memory or time. */
export const limits = {
  /** Highest object number (ISO 32000-1, Annex C). */
  objectNumber: 8_388_607,
  /** An increment may start at no later byte: a table's offsets have ten digits. */
  fileSize: 9_999_999_999,
  /** Arrays and dictionaries within each other. */
  nesting: 128,
  /** Bytes of one object's text, without its stream. */
  objectText: 16 << 20,
  /** Bytes that one object stream may unpack to. */
  objectStream: 64 << 20,
  /**
   * Bytes that all object streams of a document and of its earlier revisions may unpack to together, one that is unpacked again counted
   * again: objects dealt out over many large streams would else keep a reader busy for minutes.
   */
  objectStreamsTotal: 256 << 20,
  /** What a large document may have beyond that: four times its size, at most so much. */
  objectStreamsOfLarge: 2 ** 31,
  /** Bytes of unpacked object streams that are kept. */
  objectStreamsKept: 64 << 20,
  /** Bytes that a stream asked for by `streamData` may unpack to. */
  decodedStream: 256 << 20,
  /** Cross-reference entries in one chain, those that newer ones hide included. */
  entries: 2_000_000,
  /** Bytes of one cross-reference stream as it stands in the file. */
  xrefStream: 64 << 20,
  /** Cross-reference sections in one chain. */
  sections: 2_000,
  pageTreeDepth: 64,
  pages: 200_000,
  /** Bytes of a page's content, unpacked; operators run, characters and forms drawn on one page when text is looked for. */
  pageContent: 64 << 20,
  pageOperators: 5_000_000,
  pageCharacters: 1_000_000,
  pageForms: 20_000,
  fieldDepth: 32,
  fields: 50_000,
  /** Pixels of a seal or handwriting picture. */
  imagePixels: 16_000_000,
  /** Bytes of such a picture's file. */
  imageBytes: 32 << 20,
  /** Bytes of an SVG picture; elements, their depth, attributes of one, all after `use` is resolved; path segments in all. */
  svgBytes: 4 << 20,
  svgElements: 50_000,
  svgDepth: 64,
  svgAttributes: 100,
  svgSegments: 500_000,
} as const;
