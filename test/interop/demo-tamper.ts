/** Tampered copies of a signed demo record: each one thing changed, the rest as it was. */
import { bytesSource, readPdf } from '#core/pdf/index.ts';
import type { Certificate, SignerInfoView } from '#core/pki/index.ts';
import { exchange, type RawSignature } from './demo-run.ts';

/** A signature of a demo record with what its CMS holds. */
export interface Given extends RawSignature {
  readonly name: string;
  readonly signer: SignerInfoView;
  readonly leaf: Certificate;
  /** Time stamp token, and the signature in it. */
  readonly token: Uint8Array;
  readonly stamp: SignerInfoView;
  readonly stampLeaf: Certificate;
}

/** The ways of tampering, each applied to the newest signature or to all that the file holds. */
export async function tampered(
  bytes: Uint8Array,
  own: readonly Given[],
  others: readonly Given[],
): Promise<Record<string, Uint8Array>> {
  const newest = own.at(-1);
  const other = others.at(-1);
  if (newest === undefined || other === undefined) throw new Error('nothing to tamper with');
  const flipped = (at: number): Uint8Array => bytes.with(at, (bytes[at] ?? 0) ^ 1);
  const [from, length, to, rest] = newest.range;
  /** A hex digit inside a value of the CMS; another digit, so that it stays hex. */
  const digit = (value: Uint8Array): Uint8Array => {
    const at = from + length + 1 + 2 * (Buffer.from(newest.cms).indexOf(value) + value.length - 4);
    return bytes.with(at, bytes[at] === 0x30 ? 0x31 : 0x30);
  };
  const asText = Buffer.from(bytes).toString('latin1');
  const rangeText = /\[[^\]]*\]/.exec(asText.slice(newest.at))?.[0] ?? '';
  const shorter = `[${from} ${length} ${to} ${rest - 2}]`.padEnd(rangeText.length);
  const byteRange = Buffer.from(
    asText.slice(0, newest.at) + asText.slice(newest.at).replace(rangeText, shorter),
    'latin1',
  );
  const cms = exchange(newest.cms, newest.token, other.token);
  const room = to - from - length - 2;
  const hex = Buffer.from(cms).toString('hex').padEnd(room, '0');
  if (hex.length !== room) throw new Error('the other time stamp does not fit');
  const swapped = Uint8Array.from(bytes);
  swapped.set(Buffer.from(hex, 'latin1'), from + length + 1);
  return {
    content: flipped(asText.indexOf('stream') + 20),
    'signature-value': digit(newest.signer.signature),
    'time-stamp-value': digit(newest.stamp.signature),
    truncated: bytes.subarray(0, bytes.length - 60),
    half: bytes.subarray(0, bytes.length >> 1),
    increment: await withOtherPage(bytes),
    'byte-range': byteRange,
    'time-stamp-swapped': swapped,
  };
}

/** A well-formed update behind the signatures that replaces what the first page shows. */
async function withOtherPage(bytes: Uint8Array): Promise<Uint8Array> {
  const pdf = await readPdf(bytesSource(bytes));
  const contents = await pdf.resolve((await pdf.page(1)).dict.get('Contents'));
  const ref = Array.isArray(contents) ? (contents as { num?: number }[])[0]?.num : undefined;
  const text = Buffer.from(bytes).toString('latin1');
  const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1];
  const catalog = text.match(/\/Root \d+ \d+ R/g)?.at(-1);
  if (ref === undefined || previous === undefined || catalog === undefined) throw new Error('not as our demo draws');
  const shown = '1 0 0 rg 100 100 200 200 re f\n';
  const object = `\n${ref} 0 obj\n<</Length ${shown.length}>>\nstream\n${shown}endstream\nendobj\n`;
  const [place, xref] = [bytes.length + 1, bytes.length + object.length];
  const size = pdf.objectLimit;
  const entries = Buffer.alloc(14);
  for (const [i, offset] of [place, xref].entries()) {
    entries.writeUInt8(1, 7 * i);
    entries.writeUInt32BE(offset, 7 * i + 1);
  }
  const dictionary = `<</Type/XRef/W[1 4 2]/Index[${ref} 1 ${size} 1]/Size ${size + 1}${catalog}/Prev ${previous}/Length 14>>`;
  return Buffer.concat([
    bytes,
    Buffer.from(`${object}${size} 0 obj\n${dictionary}\nstream\n`),
    entries,
    Buffer.from(`\nendstream\nendobj\nstartxref\n${xref}\n%%EOF\n`),
  ]);
}
