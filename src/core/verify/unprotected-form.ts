/**
 * The parts of SignedData that no signature protects: versions, repeated algorithm identifiers, unsigned attributes. Honest writers
 * fill them in one way; where they differ somebody may have been at work, and the judge doesn't vouch for the file.
 */
import { Oid, type Certificate, type SignedDataView } from '#core/pki/index.ts';
import { departureFromDer } from './cms-encoding.ts';

/**
 * The one unsigned attribute that a signature in a PDF may have (ETSI EN 319 142-1, 6.3): a time stamp. Any other is read by nobody and
 * could be anything, a time stamp too that somebody made unreadable.
 */
const IN_SIGNATURES = /^1\.2\.840\.113549\.1\.9\.16\.2\.14$/;
/** References to and values of certificates and revocation data, with which an authority keeps its token valid (CAdES). */
const IN_TIME_STAMPS = /^1\.2\.840\.113549\.1\.9\.16\.2\.2[1-4]$/;

/** What is unusual about them, for the expert; empty when nothing is. */
export function unusualForm(view: SignedDataView): readonly string[] {
  const [signer] = view.signerInfos;
  if (signer === undefined) return ['no SignerInfo'];
  const odd: string[] = [];
  const signerVersion = 'subjectKeyId' in signer.sid ? 3 : 1;
  const plainData = view.contentType === Oid.data || view.contentType === Oid.gmData;
  // RFC 5652 §5.1; GB/T 35275 always writes 1.
  const version = plainData ? signerVersion : 3;
  if (signer.version !== signerVersion) odd.push(`SignerInfo version ${signer.version}`);
  if (view.version !== version && !(view.family === 'gm' && view.version === 1)) {
    odd.push(`SignedData version ${view.version}`);
  }
  if (view.digestAlgorithms.length !== 1 || view.digestAlgorithms[0] !== signer.digestOid)
    odd.push(`digestAlgorithms ${view.digestAlgorithms.join(' ')}`);
  const known = plainData ? IN_SIGNATURES : IN_TIME_STAMPS;
  for (const { id, values } of signer.unsignedAttributes) {
    if (!known.test(id) || values.length === 0) odd.push(`unsigned attribute ${id}`);
  }
  if (view.otherRevocation > 0) odd.push(`${view.otherRevocation} pieces of other revocation information`);
  const encoding = departureFromDer(view.received);
  if (encoding !== undefined && !isStreamedBer(view)) odd.push(encoding);
  // Parameters of RSASSA-PSS were read and computed with.
  const isPss = signer.signatureOid.startsWith(`${Oid.rsaPss}/`);
  for (const algorithm of [signer.digestAlgorithmDer, ...(isPss ? [] : [signer.signatureAlgorithmDer])]) {
    if (!hasPlainParameters(algorithm)) odd.push('algorithm parameters');
  }
  if (!plainData && !standsInOctetString(view)) odd.push('eContent is no OCTET STRING');
  return odd;
}

/**
 * Written as streaming writers leave it (NSS: poppler, LibreOffice): indefinite lengths, strings in pieces, and with these taken away
 * DER to the last byte. It says the same in other words, so it takes nothing from a signature.
 */
export const isStreamedBer = ({ received, der }: SignedDataView): boolean =>
  departureFromDer(received) !== undefined && departureFromDer(der) === undefined;

/** The content is a slice of the DER, so that the header before it can be looked at. */
function standsInOctetString({ der, content }: SignedDataView): boolean {
  if (content === undefined) return true;
  const headerLength = content.length < 0x80 ? 2 : content.length < 0x100 ? 3 : content.length < 0x10000 ? 4 : 5;
  const tag = content.buffer === der.buffer ? der[content.byteOffset - der.byteOffset - headerLength] : undefined;
  return tag === 0x04;
}

/** RFC 5280 §4.1.1.2: the algorithm behind the signed part, which is not signed itself, repeats the one inside byte for byte. */
export function isUnusualCertificate({ der, tbs }: Certificate): boolean {
  const lengthByte = der[1] ?? 0;
  const start = (lengthByte < 0x80 ? 2 : 2 + (lengthByte & 0x7f)) + tbs.length;
  const algorithm = der.subarray(start, start + 2 + (der[start + 1] ?? 0));
  return Buffer.from(tbs.buffer, tbs.byteOffset, tbs.length).indexOf(algorithm) < 0;
}

/** AlgorithmIdentifier whose parameters are absent or NULL. */
function hasPlainParameters(algorithm: Uint8Array): boolean {
  const end = 4 + (algorithm[3] ?? 0);
  const rest = algorithm.subarray(end);
  return rest.length === 0 || (rest.length === 2 && rest[0] === 0x05 && rest[1] === 0x00);
}
