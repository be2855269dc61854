/**
 * Whether SignedData is written in DER. BER says the same in many ways, so who holds a signed file could write its signature value
 * differently; ISO 32000-2, 12.8.3.3.1 asks for DER.
 */

const INTEGER = 0x02;
const CONSTRUCTED = 0x20;
const CONTEXT_0 = 0xa0;
/** ContentInfo, [0], SignedData: from here on [0] holds certificates or signed attributes, whose own writers answer for them. */
const DEPTH_OF_SIGNED_DATA = 2;

/** What is not DER about it, for the expert. `bytes`: one element, known to be readable. */
export function departureFromDer(bytes: Uint8Array): string | undefined {
  const walk = (start: number, end: number, depth: number): string | undefined => {
    for (let at = start; at < end;) {
      const tag = bytes[at] ?? 0;
      const header = lengthAt(bytes, at + 1);
      if (header === undefined) return 'not in DER';
      const { from, to } = header;
      if (tag === INTEGER && to - from === 2 && bytes[from] === 0 && (bytes[from + 1] ?? 0) < 0x80)
        return 'padded INTEGER';
      const skipped = tag === CONTEXT_0 && depth > DEPTH_OF_SIGNED_DATA - 1;
      if ((tag & CONSTRUCTED) !== 0 && from === to) return 'empty element';
      const inner = (tag & CONSTRUCTED) === 0 || skipped ? undefined : walk(from, to, depth + 1);
      if (inner !== undefined) return inner;
      at = to;
    }
    return undefined;
  };
  return walk(0, bytes.length, 0);
}

/** Where the content lies; undefined for an indefinite length or one with more bytes than it needs. */
function lengthAt(bytes: Uint8Array, at: number): { readonly from: number; readonly to: number } | undefined {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return { from: at + 1, to: at + 1 + first };
  const count = first - 0x80;
  if (count === 0 || count > 4 || bytes[at + 1] === 0) return undefined;
  let length = 0;
  for (let i = 1; i <= count; i++) length = length * 256 + (bytes[at + i] ?? 0);
  return length < 0x80 ? undefined : { from: at + 1 + count, to: at + 1 + count + length };
}
