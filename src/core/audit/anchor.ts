/** Anchors: RFC 3161 time stamps whose imprint is the hash of an entry, so that whoever has the entry can check it with any tool. */
import { fromHex } from '#core/crypto/index.ts';
import { verifyTimeStampToken, type TrustMaterial } from '#core/pki/index.ts';
import type { AuditAnchor } from './types.ts';

/** What the time stamp service is given (SM3, 32 bytes). */
export const anchorImprint = (entryHash: string): Uint8Array => fromHex(entryHash);

/** Time of a good anchor (ISO 8601), or the code of what is wrong with it. */
export function judgeAnchor(
  anchor: AuditAnchor,
  trust: TrustMaterial,
): { readonly time: string } | { readonly reason: string } {
  const report = verifyTimeStampToken(
    anchor.token,
    (name) => (name === 'sm3' ? anchorImprint(anchor.hash) : undefined),
    trust,
  );
  if (report.verdict !== 'PASSED' || !report.time) {
    return { reason: report.findings.find((f) => f.verdict !== 'PASSED')?.code ?? report.verdict };
  }
  const time = report.time.toISOString();
  return time === anchor.time ? { time } : { reason: `time ${anchor.time.slice(0, 40)}` };
}
