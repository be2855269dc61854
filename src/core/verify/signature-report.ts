/** One entry of the report: what was found about a signature itself, and what came after it. */
import type { Finding } from '#core/pki/index.ts';
import { finding, worst } from './findings.ts';
import type { JudgedSignature } from './judge-signature.ts';
import type { ChangeReport, SignatureReport } from './types.ts';
import type { Candidate } from './verify-pdf.ts';

export function signatureReport(
  index: number,
  { signature, coverage }: Candidate,
  judged: JudgedSignature,
  changesAfter: readonly ChangeReport[],
  fileSize: number,
): SignatureReport {
  const findings = [...judged.findings, ...findingsOfChanges(changesAfter)];
  return {
    index: index + 1,
    fieldName: signature.fieldName,
    kind: judged.kind,
    subFilter: signature.subFilter,
    verdict: worst(findings.map((f) => f.verdict)),
    findings,
    signer: judged.signer,
    chain: judged.chain,
    algorithm: judged.algorithm,
    digest: judged.digest,
    claimedTime: judged.claimedTime,
    trustedTime: judged.trustedTime,
    timeStampAuthority: judged.timeStampAuthority,
    level: judged.level,
    timeBasis: judged.timeBasis,
    seal: judged.seal,
    certification: signature.docMdp,
    revocation: judged.revocation,
    coverage: {
      byteRange: signature.byteRange,
      revision: coverage?.revision,
      wholeFile: coverage !== undefined && coverage.end === fileSize,
    },
    changesAfter,
    placement: signature.placement,
    reason: signature.reason,
    ...(judged.event === undefined ? {} : { event: judged.event }),
  };
}

/** What may follow any signature is only listed; what a certification had to allow is said. */
const QUIET: ReadonlySet<string> = new Set([
  'SIGNATURE_ADDED',
  'APPEARANCE_ADDED',
  'TIMESTAMP_ADDED',
  'SECURITY_STORE_ADDED',
  'SEAL_COPY_ADDED',
  'METADATA_UPDATED',
]);

function findingsOfChanges(changes: readonly ChangeReport[]): readonly Finding[] {
  const codesOf = (some: readonly ChangeReport[]): string => [...new Set(some.map((c) => c.code))].join(', ');
  const failed = changes.filter((c) => c.verdict === 'FAILED');
  const unclear = changes.filter((c) => c.verdict === 'INDETERMINATE');
  const notCompared = unclear.filter((c) => c.code === 'REVISION_NOT_COMPARED');
  const permitted = changes.filter((c) => c.allowed && !QUIET.has(c.code));
  return [
    ...(failed.length > 0 ? [finding('CHANGED_AFTER_SIGNING', { detail: codesOf(failed) })] : []),
    ...(unclear.length > notCompared.length ? [finding('CHANGES_UNCLEAR', { detail: codesOf(unclear) })] : []),
    ...(notCompared.length > 0 ? [finding('CHANGES_NOT_COMPARED')] : []),
    ...(permitted.length > 0 ? [finding('CHANGED_AS_PERMITTED', { detail: codesOf(permitted) })] : []),
  ];
}
