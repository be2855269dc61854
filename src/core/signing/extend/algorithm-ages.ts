/**
 * Until when an archive time stamp proves anything: the end of the certificates behind it, or of trust in its algorithms, whichever comes
 * first. Before that day another stamp must cover it.
 */
import {
  parseSignedData,
  parseTstInfo,
  resolveAlgorithm,
  rsaModulusBits,
  type Certificate,
  type PublicKey,
} from '#core/pki/index.ts';
import type { DigestName } from '#core/crypto/index.ts';

const endOf = (year: number): Date => new Date(Date.UTC(year, 11, 31, 23, 59, 59));

/**
 * Last moment at which a signature over data of one's own choosing may rest on a digest. SHA-1: NIST SP 800-131A Rev. 2 (2019), table 8:
 * disallowed for signatures after 2013. SHA-2 and SM3 (GB/T 32905): no end has been set.
 */
const DIGEST_ENDS: Partial<Readonly<Record<DigestName, Date>>> = { sha1: endOf(2013) };

/**
 * Keys. RSA below 2048 bits: NIST SP 800-131A Rev. 2, table 2: disallowed after 2013. RSA below 3072 bits (112 bits of strength): NIST
 * SP 800-57 Part 1 Rev. 5, table 4: not beyond 2030. RSA from 3072 bits and P-256: NIST IR 8547 (draft, 2024), table 2: disallowed after
 * 2035 for the sake of quantum computers. SM2 (GB/T 32918): the Chinese authority has set no end.
 */
function endOfKey(key: PublicKey): Date | undefined {
  if (key.kind.startsWith('ec-')) return endOf(2035);
  if (key.kind !== 'rsa') return undefined;
  const bits = rsaModulusBits(key) ?? 0;
  return bits < 2048 ? endOf(2013) : bits < 3072 ? endOf(2030) : endOf(2035);
}

/**
 * The day by which a time stamp must be covered by another one.
 * @param token DER ContentInfo
 * @param chain of the authority's certificate, leaf first; as far as it is known
 */
export function renewTimeStampBy(token: Uint8Array, chain: readonly Certificate[]): Date | undefined {
  const view = parseSignedData(token);
  const [signer] = view.signerInfos;
  const ends: (Date | undefined)[] = chain.flatMap((certificate, i) => [
    certificate.notAfter,
    endOfKey(certificate.publicKey),
    endOfSignature(certificate, chain[i + 1]),
  ]);
  const imprint = view.content === undefined ? undefined : parseTstInfo(view.content).digestName;
  for (const name of [imprint, signer?.digest]) if (name !== undefined) ends.push(DIGEST_ENDS[name]);
  const known = ends.filter((end) => end !== undefined);
  return known.length === 0 ? undefined : new Date(Math.min(...known.map((end) => end.getTime())));
}

function endOfSignature(certificate: Certificate, issuer: Certificate | undefined): Date | undefined {
  if (issuer === undefined) return undefined;
  const weak = resolveAlgorithm(issuer.publicKey, { oid: certificate.signatureAlgorithm })?.weak === true;
  return weak ? DIGEST_ENDS.sha1 : undefined;
}
