/** The seal room: electronic seals (SESeal) and seal signatures (SES_Signature), read, made, checked. */
export type * from './types.ts';
export { parseSeal } from './parse-seal.ts';
export { looksLikeSealSignature, parseSealSignature } from './parse-signature.ts';
export { byteRangeInfo, readByteRangeInfo } from './property-info.ts';
export { verifySeal } from './verify-seal.ts';
export { judgeSealSignature, sealLists, verifySealSignature } from './verify-signature.ts';
export { SEAL_FINDING_CODES, type SealFindingCode } from './findings.ts';
export { SEAL_SIGNATURE_ATTRIBUTE } from './attribute.ts';
export { MAX_SIDE_MM } from './picture.ts';
export { makeSeal, type MakeSealOptions } from './make-seal.ts';
export { addSealTimeStamp, makeSealSignature, type SealSignatureRequest } from './make-signature.ts';
export { checkSealUsable, type SealUse } from './usable.ts';
export { drawSeal, type DrawnSeal, type SealDrawing, type SealFonts } from './pictures/index.ts';
