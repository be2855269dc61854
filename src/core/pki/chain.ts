/** Building and judging certificate chains at a given time (RFC 5280 §6, GB/T 20518). */
import { equalBytes } from '#core/crypto/index.ts';
import type { Certificate } from './certificate.ts';
import { judgeCertificates, judgeLeafPurpose } from './chain-policy.ts';
import { finding, worstVerdict } from './findings.ts';
import { Oid } from './oids.ts';
import { judgeRevocation, readEvidence, type Evidence } from './revocation/status.ts';
import { diagnoseSm2Failure, resolveAlgorithm, verifySignatureValue } from './signature-value.ts';
import type { ChainOptions, ChainReport, Finding, TrustMaterial, Verdict } from './types.ts';

/** Paths tried and signatures computed at most: hostile bags of cross certificates must not cost more. */
const MAX_PATHS = 8;
const MAX_DEPTH = 10;
const MAX_SIGNATURES = 200;

/** Judges the best path from the leaf to a trusted root. Certificates of a SignedData belong into `trust.intermediates`. */
export function validateChain(leaf: Certificate, trust: TrustMaterial, options: ChainOptions): ChainReport {
  const { paths, longest, broken } = buildPaths(leaf, trust);
  const evidence = readEvidence(trust);
  const reports = paths.map((path) => judgePath(path, evidence, options));
  const rank: Readonly<Record<Verdict, number>> = { PASSED: 0, INDETERMINATE: 1, FAILED: 2 };
  const [best] = reports.toSorted((a, b) => rank[a.verdict] - rank[b.verdict]);
  if (best !== undefined) return best;

  const findings = [...judgeCertificates(longest, options), ...judgeLeafPurpose(leaf, options.purpose)];
  const last = longest.at(-1) ?? leaf;
  findings.push(broken ?? finding('CHAIN_NO_TRUST_ANCHOR', 'INDETERMINATE', `${last.issuer}`));
  return { verdict: worstVerdict(findings), findings, chain: longest, revocation: 'not-checked' };
}

interface Paths {
  readonly paths: readonly (readonly Certificate[])[];
  /** The longest path that leads nowhere, for the report. */
  readonly longest: readonly Certificate[];
  /** Set when an issuer was there but its signature does not fit. */
  readonly broken: Finding | undefined;
}

function buildPaths(leaf: Certificate, { roots, intermediates = [] }: TrustMaterial): Paths {
  const paths: (readonly Certificate[])[] = [];
  let longest: readonly Certificate[] = [leaf];
  let broken: Finding | undefined;
  let signatures = 0;
  const isAnchor = (c: Certificate): boolean => roots.some((r) => r.equals(c));

  const extend = (path: readonly Certificate[]): void => {
    const tip = path.at(-1);
    if (tip === undefined || paths.length >= MAX_PATHS) return;
    if (isAnchor(tip)) {
      paths.push(path);
      return;
    }
    if (path.length > longest.length) longest = path;
    if (path.length >= MAX_DEPTH) return;
    for (const issuer of [...roots, ...intermediates]) {
      if (path.some((c) => c.equals(issuer)) || !mayHaveIssued(issuer, tip)) continue;
      signatures += 1;
      if (signatures > MAX_SIGNATURES) return;
      if (isSignedBy(tip, issuer)) extend([...path, issuer]);
      else broken ??= brokenLink(tip, issuer);
    }
  };
  extend([leaf]);
  return { paths, longest, broken: paths.length === 0 ? broken : undefined };
}

/** Name over raw bytes; key identifiers when both sides have one. */
function mayHaveIssued(issuer: Certificate, subject: Certificate): boolean {
  if (!equalBytes(issuer.subjectDer, subject.issuerDer)) return false;
  const { authorityKeyId } = subject;
  const { subjectKeyId } = issuer;
  return authorityKeyId === undefined || subjectKeyId === undefined || equalBytes(authorityKeyId, subjectKeyId);
}

const isSignedBy = (subject: Certificate, issuer: Certificate): boolean =>
  verifySignatureValue(issuer.publicKey, { oid: subject.signatureAlgorithm }, subject.tbs, subject.signature);

function brokenLink(subject: Certificate, issuer: Certificate): Finding {
  const supported = resolveAlgorithm(issuer.publicKey, { oid: subject.signatureAlgorithm }) !== undefined;
  if (supported) {
    const cause = diagnoseSm2Failure(issuer.publicKey, subject.tbs, subject.signature);
    return finding(
      'CERT_SIGNATURE_INVALID',
      'FAILED',
      cause === undefined ? subject.serial : `${subject.serial}, ${cause}`,
    );
  }
  const weak = subject.signatureAlgorithm === Oid.md5WithRsa;
  return finding(
    weak ? 'CERT_WEAK_SIGNATURE' : 'CMS_ALGORITHM_UNSUPPORTED',
    'INDETERMINATE',
    subject.signatureAlgorithm,
  );
}

function judgePath(path: readonly Certificate[], evidence: Evidence, options: ChainOptions): ChainReport {
  const [leaf] = path;
  const findings: Finding[] = [
    finding('CHAIN_TRUSTED', 'PASSED', path.at(-1)?.subject),
    ...judgeCertificates(path, options),
  ];
  if (leaf !== undefined) findings.push(...judgeLeafPurpose(leaf, options.purpose));

  let revocation: ChainReport['revocation'] = 'not-checked';
  path.slice(0, -1).forEach((certificate, i) => {
    const issuer = path[i + 1];
    if (issuer === undefined) return;
    const report = judgeRevocation(certificate, issuer, evidence, options.at, options.existedAt);
    findings.push(...report.findings);
    if (i > 0) return;
    revocation = report.status;
    if (report.status === 'not-checked') findings.push(finding('REVOCATION_NOT_CHECKED', 'PASSED', certificate.serial));
  });
  return { verdict: worstVerdict(findings), findings, chain: path, revocation };
}
