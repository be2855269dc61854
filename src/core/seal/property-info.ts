/** propertyInfo of a seal signature in a PDF: the protected range, as the signature dictionary has it (docs/formats.md). */

/** `ByteRange=[0 1234 9876 5432]`. */
export const byteRangeInfo = (byteRange: readonly number[]): string => `ByteRange=[${byteRange.join(' ')}]`;

/** The four numbers of our own form; undefined when it is written in any other way. */
export function readByteRangeInfo(propertyInfo: string): readonly number[] | undefined {
  const match = /^ByteRange=\[(\d{1,15}) (\d{1,15}) (\d{1,15}) (\d{1,15})\]$/.exec(propertyInfo);
  return match === null ? undefined : match.slice(1).map(Number);
}
