/** Time stamps in seals and seal signatures: RFC 3161 tokens. */
import { digest, equalBytes, type DigestName } from '#core/crypto/index.ts';
import {
  bitString,
  parseSignedData,
  parseTstInfo,
  verifyTimeStampToken,
  type Certificate,
  type Finding,
  type TrustMaterial,
  type Verdict,
} from '#core/pki/index.ts';
import { isAhead } from './times.ts';

export interface SealStampReport {
  readonly verdict: Verdict;
  /** Those of core/pki (TSA_…). */
  readonly findings: readonly Finding[];
  /** Only when every check passed. */
  readonly time: Date | undefined;
  readonly certificate: Certificate | undefined;
}

/** What a token may have stamped: the digests it may carry, by its own algorithm; the first is the one we write. */
export type Stamped = (digestName: DigestName) => readonly [Uint8Array, ...Uint8Array[]];

/**
 * "Over the signature value" leaves open whether the count of unused bits or the header of the BIT STRING belongs to it. We write
 * the value alone (DER{r, s}) and read all three.
 */
export const signatureStamped =
  (signature: Uint8Array): Stamped =>
  (name) => [digest(name, signature), digest(name, Uint8Array.of(0), signature), digest(name, bitString(signature))];

/** The token in a 2014 timeInfo is signed along, so it covers the data: their digest, or that digest hashed once more. */
export const dataStamped =
  (dataHash: Uint8Array): Stamped =>
  (name) => [digest(name, dataHash), dataHash];

/** Never throws. A stamp of the future proves nothing. */
export function judgeSealStamp(token: Uint8Array, stamped: Stamped, trust: TrustMaterial, now: Date): SealStampReport {
  const imprint = imprintOf(token);
  const report = verifyTimeStampToken(
    token,
    (name) => {
      const forms = stamped(name);
      return forms.find((form) => imprint !== undefined && equalBytes(form, imprint)) ?? forms[0];
    },
    trust,
  );
  const { findings, certificate, time } = report;
  const early = time !== undefined && isAhead(time, now);
  if (!early) return { verdict: report.verdict, findings, time, certificate };
  return { verdict: 'INDETERMINATE', findings, time: undefined, certificate };
}

function imprintOf(token: Uint8Array): Uint8Array | undefined {
  try {
    const { content } = parseSignedData(token);
    return content === undefined ? undefined : parseTstInfo(content).imprint;
  } catch {
    return undefined;
  }
}
