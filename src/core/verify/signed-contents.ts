/** Reads /Contents of one signature and says which digests its ranges must be hashed with. */
import type { DigestName } from '#core/crypto/index.ts';
import type { EmbeddedSignature } from '#core/pdf/index.ts';
import { parseSignedData, trimDerPadding, type Finding, type SignedDataView } from '#core/pki/index.ts';
import { looksLikeSealSignature } from '#core/seal/index.ts';
import { finding } from './findings.ts';
import { imprintDigestOf } from './time-stamp.ts';

/** By /SubFilter, but for a seal signature, which stands under any. */
export type SignatureFormat = 'cades' | 'pkcs7' | 'pkcs7-sha1' | 'document-timestamp';

const FORMATS: Readonly<Record<string, SignatureFormat>> = {
  'ETSI.CAdES.detached': 'cades',
  'adbe.pkcs7.detached': 'pkcs7',
  'adbe.pkcs7.sha1': 'pkcs7-sha1',
  'ETSI.RFC3161': 'document-timestamp',
};

export type SignedContents = CmsContents | SealContents;

/** An SES_Signature by itself. */
export interface SealContents {
  readonly format: 'seal';
  readonly der: Uint8Array;
  readonly rangeDigest: 'sm3';
}

export interface CmsContents {
  readonly format: SignatureFormat;
  /** DER or BER without the zeros that fill the hole. */
  readonly der: Uint8Array;
  readonly view: SignedDataView;
  /** Undefined: an algorithm this product does not compute. */
  readonly rangeDigest: DigestName | undefined;
}

export interface ReadContents {
  readonly contents: SignedContents | undefined;
  readonly findings: readonly Finding[];
}

/** What /Contents holds, by its own first bytes (a seal signature stands under any name) and then by /SubFilter. */
export function readContents({ contents, subFilter }: EmbeddedSignature): ReadContents {
  // No /SubFilter stands for seals by common consent: what the bytes are decides.
  const isSeal = looksLikeSealSignature(contents);
  const format = FORMATS[subFilter];
  // Under a name that no standard knows, a CMS is judged as far as it goes; who knows what its maker meant by the name.
  const strange =
    isSeal || format !== undefined ? [] : [finding('SUBFILTER_UNKNOWN', { detail: subFilter.slice(0, NAME_SHOWN) })];
  const size = derLength(contents);
  if (size !== undefined && size <= contents.length && contents.subarray(size).some((byte) => byte !== 0)) {
    return { contents: undefined, findings: [finding('CONTENTS_PADDING', { detail: `behind byte ${size}` })] };
  }
  try {
    // In BER too, which several writers use: judged as irregular, but not as malformed.
    const der = trimDerPadding(contents);
    if (isSeal) return { contents: { format: 'seal', der, rangeDigest: 'sm3' }, findings: [] };
    const view = parseSignedData(der);
    const known = format ?? 'pkcs7';
    return { contents: { format: known, der, view, rangeDigest: rangeDigestOf(known, view) }, findings: strange };
  } catch (e) {
    if (strange.length > 0) return { contents: undefined, findings: strange };
    const detail = e instanceof Error ? e.message : String(e);
    return { contents: undefined, findings: [finding('CONTENTS_MALFORMED', { detail })] };
  }
}

const NAME_SHOWN = 100;

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
