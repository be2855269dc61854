/**
 * The signature dictionary (ISO 32000-1, Table 252; ETSI EN 319 142-1, 6.3) with its hole: /Contents is all zeros and
 * /ByteRange has room for any offset, so that both keep their length when they are filled in.
 */
import { dict, name, type PdfArray, type PdfDict, type PdfObject, type PdfRef } from './objects.ts';
import { ascii, write } from './serialize.ts';
import { dateString, textString } from './text-string.ts';
import type { SignatureFieldRequest } from './types.ts';

const OFFSET_DIGITS = 10;
const BYTE_RANGE_LENGTH = '[0 ]'.length + 3 * OFFSET_DIGITS + 2;

export interface SignatureObject {
  readonly bytes: Uint8Array;
  /** Where in `bytes` the `[` of /ByteRange, the `<` of /Contents and the byte behind its `>` stand. */
  readonly byteRangeAt: number;
  readonly contentsAt: number;
  readonly contentsEnd: number;
}

/** @param secured encrypts the strings of the object, all but /Contents, as the document demands */
export function signatureObject(
  ref: PdfRef,
  request: SignatureFieldRequest,
  reference: PdfArray | undefined,
  secured: (value: PdfObject) => PdfObject,
): SignatureObject {
  const stamp = request.subFilter === 'ETSI.RFC3161';
  const head = `${ref.num} ${ref.gen} obj\n<</Type/${stamp ? 'DocTimeStamp' : 'Sig'}/Filter/${request.filter ?? 'Adobe.PPKLite'}/SubFilter/${request.subFilter}/ByteRange `;
  const zeros = '0'.repeat(2 * request.contentsSize);
  const between = `${' '.repeat(BYTE_RANGE_LENGTH)}/Contents<`;
  const rest = write(secured(describing(request, stamp, reference))).slice('<<'.length);
  const contentsAt = head.length + between.length - 1;
  return {
    bytes: ascii(`${head}${between}${zeros}>${rest}\nendobj\n`),
    byteRangeAt: head.length,
    contentsAt,
    contentsEnd: contentsAt + zeros.length + 2,
  };
}

/** What a person may read about the signature. A document time stamp claims no time and has no reason of its own. */
function describing(request: SignatureFieldRequest, stamp: boolean, reference: PdfArray | undefined): PdfDict {
  const text = (value: string | undefined) => (value === undefined || value === '' ? undefined : textString(value));
  return dict({
    M: stamp ? undefined : dateString(request.claimedTime),
    Name: text(request.signerName),
    Reason: stamp ? undefined : text(request.reason),
    Location: stamp ? undefined : text(request.location),
    Reference: reference,
    Prop_Build: dict({ App: dict({ Name: name('Yiqian') }) }),
  });
}

/** `[0 a b c]` padded to the length that was kept for it. */
export function byteRangeText(range: readonly [number, number, number, number]): Uint8Array {
  return ascii(`[${range.join(' ')}]`.padEnd(BYTE_RANGE_LENGTH));
}
