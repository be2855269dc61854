/**
 * Signatures judged along time, newest first (ETSI EN 319 102-1, 5.6: past signature validation). A document time stamp proves that
 * everything before it existed at its time; so it is judged now, or at the time of the earliest good stamp that covers it, and what it
 * covers is judged at its time. A chain of stamps, each made while the one before was still good, carries a proof over any span.
 */
import type { JudgedSignature } from './judge-signature.ts';
import type { LastingBasis } from './levels.ts';
import type { CertificateSummary } from './types.ts';

/** A good document time stamp: whatever lies before `end` existed at `time`. */
export interface ProofOfExistence {
  /** Offset behind the bytes it covers. */
  readonly end: number;
  readonly time: Date;
  readonly authority: CertificateSummary | undefined;
  readonly basis: LastingBasis | undefined;
}

export interface TimelineEntry {
  /** Where its covered range ends; absent when the range is not to be believed. */
  readonly end: number | undefined;
  /** Judges the signature; `proof` is the earliest that covers it. */
  judge(proof: ProofOfExistence | undefined): JudgedSignature;
}

export interface Timeline {
  /** In the order of the entries. */
  readonly judged: readonly JudgedSignature[];
  readonly proofs: readonly ProofOfExistence[];
}

export function judgeAlongTime(entries: readonly TimelineEntry[]): Timeline {
  const order = entries.map((entry, index) => ({ entry, index }));
  order.sort((a, b) => (b.entry.end ?? -1) - (a.entry.end ?? -1));
  const judged = new Map<number, JudgedSignature>();
  const proofs: ProofOfExistence[] = [];
  for (const { entry, index } of order) {
    const result = entry.judge(earliestBehind(proofs, entry.end));
    judged.set(index, result);
    if (entry.end === undefined || result.kind !== 'document-timestamp' || !result.intact) continue;
    if (result.trustedTime === undefined) continue;
    const { timeStampAuthority: authority, basis } = result;
    proofs.push({ end: entry.end, time: new Date(result.trustedTime), authority, basis });
  }
  return { judged: entries.flatMap((_, index) => judged.get(index) ?? []), proofs };
}

function earliestBehind(proofs: readonly ProofOfExistence[], end: number | undefined): ProofOfExistence | undefined {
  if (end === undefined) return undefined;
  let earliest: ProofOfExistence | undefined;
  for (const proof of proofs) {
    if (proof.end > end && (earliest === undefined || proof.time < earliest.time)) earliest = proof;
  }
  return earliest;
}
