/** Reads /Contents of one signature and says which digests its ranges must be hashed with. */
import type { DigestName } from '#core/crypto/index.ts';
import type { EmbeddedSignature } from '#core/pdf/index.ts';
import { parseSignedData, trimDerPadding, type Finding, type SignedDataView } from '#core/pki/index.ts';
import { finding } from './findings.ts';
import { imprintDigestOf } from './time-stamp.ts';

export type SignatureFormat = 'cades' | 'pkcs7' | 'pkcs7-sha1' | 'document-timestamp';

const FORMATS: Readonly<Record<string, SignatureFormat>> = {
  'ETSI.CAdES.detached': 'cades',
  'adbe.pkcs7.detached': 'pkcs7',
  'adbe.pkcs7.sha1': 'pkcs7-sha1',
  'ETSI.RFC3161': 'document-timestamp',
};

export interface SignedContents {
  readonly format: SignatureFormat;
  /** DER or BER without the zeros that fill the hole. */
  readonly der: Uint8Array;
  readonly view: SignedDataView;
  /** Undefined: an algorithm this product does not compute. */
  readonly rangeDigest: DigestName | undefined;
}

export function readContents(
  signature: EmbeddedSignature,
): { readonly contents: SignedContents } | { readonly contents: undefined; readonly findings: readonly Finding[] } {
  const format = FORMATS[signature.subFilter];
  if (format === undefined) {
    return { contents: undefined, findings: [finding('SUBFILTER_UNKNOWN', { detail: signature.subFilter })] };
  }
  const { contents } = signature;
  const size = derLength(contents);
  if (size !== undefined && size <= contents.length && contents.subarray(size).some((byte) => byte !== 0)) {
    return { contents: undefined, findings: [finding('CONTENTS_PADDING', { detail: `behind byte ${size}` })] };
  }
  try {
    // In BER too, which several writers use: judged as irregular, but not as malformed.
    const der = trimDerPadding(contents);
    const view = parseSignedData(der);
    return { contents: { format, der, view, rangeDigest: rangeDigestOf(format, view) } };
  } catch (e) {
    const detail = e instanceof Error ? e.message : String(e);
    return { contents: undefined, findings: [finding('CONTENTS_MALFORMED', { detail })] };
  }
}

function rangeDigestOf(format: SignatureFormat, view: SignedDataView): DigestName | undefined {
  if (format === 'document-timestamp') return imprintDigestOf(view);
  if (format === 'pkcs7-sha1') return 'sha1';
  return view.signerInfos[0]?.digest;
}

/** Bytes of the first DER element, header included; undefined when its header is not DER. */
function derLength(bytes: Uint8Array): number | undefined {
  const [tag, first] = bytes;
  if (tag !== 0x30 || first === undefined) return undefined;
  if (first < 0x80) return 2 + first;
  const count = first - 0x80;
  if (count === 0 || count > 4 || bytes.length < 2 + count) return undefined;
  let length = 0;
  for (let i = 0; i < count; i++) length = length * 256 + (bytes[2 + i] ?? 0);
  return 2 + count + length;
}
