/** The pdf room: reading a document through its cross-reference chain, and appending what a signature needs. */
export { addSignatureFields, type NewSignatureField } from './add-fields.ts';
export {
  activeContentError,
  dropActiveContent,
  inspectActiveContent,
  type ActiveCode,
  type ActiveThing,
  type DroppedContent,
} from './active/index.ts';
export { changedObjects } from './changes.ts';
export { readPdf, type ReadPdfOptions } from './document.ts';
export { requireSigningPermission } from './encryption/permissions.ts';
export { signatureFieldStates, type SignatureFieldState } from './field-states.ts';
export { loadSigningFont } from './font.ts';
export { placementOf, rectangleOf } from './geometry.ts';
export {
  duplicateKeyIn,
  isArray,
  isName,
  PdfDict,
  PdfName,
  PdfRef,
  PdfStream,
  PdfString,
  sameObject,
} from './objects.ts';
export type { PdfArray, PdfObject } from './objects.ts';
export { showsPicture, type ShownPicture } from './picture/compare.ts';
export { pictureInfo, pictureOf, picturePage, sniffFormat } from './picture/index.ts';
export type { PictureInfo } from './picture/index.ts';
export { lockOf as readFieldLock, locks as locksField, type FieldLock } from './permissions.ts';
export { prepareSignature } from './prepare.ts';
export { resolvePlacement } from './placement/resolve.ts';
export { SEAL_COPY_FLAGS, sealCopyName } from './stamps.ts';
export { ContentLexer, type Operand } from './text/content-lexer.ts';
export { linesOf, type Line } from './text/lines.ts';
export { textOfForm, textOfPage, type PlacedGlyph } from './text/page-text.ts';
export { paintOf, type Paint } from './text/paint.ts';
export { plainTextOf, type Believed } from './text/plain-look.ts';
export { veilOf, type Veil } from './text/covering.ts';
export { findText, type FindTextOptions, type TextHit } from './text/find-text.ts';
export {
  prepareSecurityStore,
  readSecurityStore,
  storeKey,
  type PreparedStore,
  type SecurityStore,
  type StoreAddition,
  type StoreMaterial,
} from './security-store.ts';
export { checkSoundness } from './soundness.ts';
export { bytesSource, fileSource, frontOf, joinedSource } from './source.ts';
export { textOf } from './text-string.ts';
export type * from './types.ts';
export type { XrefEntry } from './xref-index.ts';
