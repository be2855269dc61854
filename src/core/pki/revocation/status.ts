/** The revocation status of one certificate at a given time, from the CRLs and OCSP answers at hand. Nothing is fetched here. */
import { equalBytes } from '#core/crypto/index.ts';
import type { Certificate } from '../certificate.ts';
import { readDer, readTime } from '../der.ts';
import { findExtension } from '../extensions.ts';
import { finding } from '../findings.ts';
import { keyIdentifier } from '../issue-certificate.ts';
import { Oid } from '../oids.ts';
import { verifySignatureValue } from '../signature-value.ts';
import type { ChainReport, Finding, TrustMaterial } from '../types.ts';
import { CrlReason, parseCrl, type CrlView } from './crl.ts';
import { certIdMatches, parseOcspResponse, type OcspView } from './ocsp.ts';

/** Revocation evidence read once for a whole chain. */
export interface Evidence {
  readonly crls: readonly CrlView[];
  readonly ocsp: readonly OcspView[];
  /** Pieces that could not be read. */
  readonly unreadable: number;
}

/** Lists and answers already read, by the very array they came in: a large CRL is read once, not for every signature. */
const knownCrls = new WeakMap<Uint8Array, CrlView>();
const knownAnswers = new WeakMap<Uint8Array, OcspView>();

export function readEvidence({ crls = [], ocspResponses = [] }: TrustMaterial): Evidence {
  const lists = readAll(crls, parseCrl, knownCrls);
  const answers = readAll(ocspResponses, parseOcspResponse, knownAnswers);
  return { crls: lists, ocsp: answers, unreadable: crls.length + ocspResponses.length - lists.length - answers.length };
}

function readAll<T>(inputs: readonly Uint8Array[], parse: (der: Uint8Array) => T, known: WeakMap<Uint8Array, T>): T[] {
  return inputs.flatMap((der) => {
    try {
      const view = known.get(der) ?? parse(der);
      known.set(der, view);
      return [view];
    } catch {
      return [];
    }
  });
}

/** Outcome of a list's signature by the issuer's fingerprint: hashing a CRL of a megabyte takes longer than all the rest of a chain. */
const judgedLists = new WeakMap<CrlView, Map<string, boolean>>();

function isListSignedBy(list: CrlView, issuer: Certificate): boolean {
  const outcomes = judgedLists.get(list) ?? new Map<string, boolean>();
  judgedLists.set(list, outcomes);
  const outcome =
    outcomes.get(issuer.fingerprint) ??
    verifySignatureValue(issuer.publicKey, { oid: list.signatureAlgorithm }, list.tbs, list.signature);
  outcomes.set(issuer.fingerprint, outcome);
  return outcome;
}

export interface RevocationReport {
  readonly status: ChainReport['revocation'];
  readonly findings: readonly Finding[];
}

/** What one piece of evidence says of one certificate. */
type Statement =
  | { readonly kind: 'good' | 'stale' | 'unknown' | 'invalid'; readonly detail: string }
  | {
      readonly kind: 'revoked';
      readonly detail: string;
      readonly date: Date;
      readonly reason: number | undefined;
      readonly invalidityDate: Date | undefined;
    };

/**
 * A revocation always counts; good counts only where the evidence covers the time; all else leaves the matter open.
 * @param existedAt what the certificate signed is proven to have existed then: a revocation after that, whatever its reason, says nothing
 * about it
 */
export function judgeRevocation(
  certificate: Certificate,
  issuer: Certificate,
  evidence: Evidence,
  at: Date,
  existedAt?: Date,
): RevocationReport {
  const statements = [
    ...evidence.ocsp.flatMap((answer) => ocspStatements(answer, certificate, issuer, at)),
    ...evidence.crls.flatMap((list) => crlStatement(list, certificate, issuer, at)),
  ];
  const revoked = statements.filter((s) => s.kind === 'revoked');
  if (revoked.length > 0) return judgeRevoked(revoked, at, existedAt);
  if (statements.some((s) => s.kind === 'good')) return { status: 'good', findings: [] };
  const open = (['unknown', 'stale', 'invalid'] as const).flatMap(
    (kind) => statements.find((s) => s.kind === kind) ?? [],
  );
  const [first] = open;
  if (first !== undefined) {
    const code =
      first.kind === 'unknown'
        ? 'REVOCATION_UNKNOWN'
        : first.kind === 'stale'
          ? 'REVOCATION_STALE'
          : 'REVOCATION_EVIDENCE_INVALID';
    return { status: 'unknown', findings: [finding(code, 'INDETERMINATE', first.detail)] };
  }
  if (evidence.unreadable > 0) {
    const detail = `${evidence.unreadable} unreadable`;
    return { status: 'unknown', findings: [finding('REVOCATION_EVIDENCE_INVALID', 'INDETERMINATE', detail)] };
  }
  return { status: 'not-checked', findings: [] };
}

function judgeRevoked(
  statements: readonly Extract<Statement, { kind: 'revoked' }>[],
  at: Date,
  existedAt: Date | undefined,
): RevocationReport {
  const earliest = statements.toSorted((a, b) => a.date.getTime() - b.date.getTime())[0];
  if (earliest === undefined) return { status: 'not-checked', findings: [] };
  if (earliest.date <= at) return { status: 'revoked', findings: [finding('CERT_REVOKED', 'FAILED', earliest.detail)] };
  // Revoked after the time in question. A compromised key may have signed with a false date long before it was noticed.
  const compromised = statements.find(
    (s) => s.reason === CrlReason.keyCompromise || s.reason === CrlReason.caCompromise,
  );
  // A proof that the signature existed before (ETSI EN 319 102-1, 5.6.2.3): the thief came later, unless the CA says since when he was there.
  const before = (limit: Date): boolean =>
    earliest.date > limit && !(compromised?.invalidityDate !== undefined && compromised.invalidityDate <= limit);
  if (compromised === undefined || (existedAt !== undefined && before(existedAt))) {
    return { status: 'good', findings: [finding('CERT_REVOKED_LATER', 'PASSED', earliest.detail)] };
  }
  const sinceLater = compromised.invalidityDate !== undefined && compromised.invalidityDate > at;
  return {
    status: 'revoked',
    findings: [finding('CERT_KEY_COMPROMISED', sinceLater ? 'INDETERMINATE' : 'FAILED', compromised.detail)],
  };
}

/** Evidence made after the time in question covers it, as does evidence still in force then. */
const covers = (thisUpdate: Date, nextUpdate: Date | undefined, at: Date): boolean =>
  thisUpdate >= at || (nextUpdate !== undefined && nextUpdate >= at);

function crlStatement(list: CrlView, certificate: Certificate, issuer: Certificate, at: Date): Statement[] {
  if (!equalBytes(list.issuerDer, certificate.issuerDer)) return [];
  const keyId = issuer.subjectKeyId ?? keyIdentifier(issuer.publicKey);
  if (list.authorityKeyId !== undefined && !equalBytes(list.authorityKeyId, keyId)) return [];
  if (list.scope === (certificate.isCa ? 'user-certificates' : 'ca-certificates')) return [];
  const detail = `CRL ${list.thisUpdate.toISOString()} – ${list.nextUpdate?.toISOString() ?? '?'}`;
  if (list.scope === 'unusable') return [{ kind: 'invalid', detail: `${detail}: scope` }];
  const mayIssue = issuer.keyUsage === undefined || issuer.keyUsage.has('cRLSign');
  if (!mayIssue || !isListSignedBy(list, issuer)) {
    return [{ kind: 'invalid', detail }];
  }
  let entry;
  try {
    entry = list.find(certificate.serialBytes);
  } catch {
    return [{ kind: 'invalid', detail: `${detail}: entry` }];
  }
  if (entry !== undefined) {
    const { revocationDate: date, reason, invalidityDate } = entry;
    return [{ kind: 'revoked', date, reason, invalidityDate, detail: `${date.toISOString()} reason ${reason ?? 0}` }];
  }
  const silent = list.thisUpdate > certificate.notAfter && !listsExpired(list, certificate.notAfter);
  return [{ kind: !silent && covers(list.thisUpdate, list.nextUpdate, at) ? 'good' : 'stale', detail }];
}

/** RFC 5280 §3.3 lets a CA drop what has expired from its lists, unless the list says since when it keeps such entries (X.509, 9.5.2.8). */
function listsExpired({ extensions }: CrlView, notAfter: Date): boolean {
  const kept = findExtension(extensions, Oid.expiredCertsOnCrl);
  try {
    return kept !== undefined && readTime(readDer(kept.value)) <= notAfter;
  } catch {
    return false;
  }
}

function ocspStatements(answer: OcspView, certificate: Certificate, issuer: Certificate, at: Date): Statement[] {
  const about = answer.responses.filter((r) => certIdMatches(r.certId, certificate, issuer));
  if (about.length === 0) return [];
  const detail = `OCSP ${answer.producedAt.toISOString()}`;
  const responder = findResponder(answer, issuer);
  const signed =
    responder !== undefined &&
    verifySignatureValue(responder.publicKey, { oid: answer.signatureAlgorithm }, answer.tbs, answer.signature);
  if (!signed) return [{ kind: 'invalid', detail }];
  return about.map((r): Statement => {
    if (r.status === 'revoked') {
      const { revocationDate: date, reason } = r;
      return {
        kind: 'revoked',
        date,
        reason,
        invalidityDate: undefined,
        detail: `${date.toISOString()} reason ${reason ?? 0}`,
      };
    }
    if (!covers(r.thisUpdate, r.nextUpdate, at)) return { kind: 'stale', detail };
    return { kind: r.status, detail };
  });
}

/** The issuer itself, or a responder it certified for OCSP directly, valid when the answer was made (RFC 6960 §4.2.2.2). */
function findResponder(answer: OcspView, issuer: Certificate): Certificate | undefined {
  return [issuer, ...answer.certificates].find(
    (candidate) =>
      isNamed(answer, candidate) && (candidate.equals(issuer) || isDelegated(candidate, issuer, answer.producedAt)),
  );
}

function isNamed({ responder }: OcspView, candidate: Certificate): boolean {
  return 'nameDer' in responder
    ? equalBytes(responder.nameDer, candidate.subjectDer)
    : equalBytes(responder.keyHash, keyIdentifier(candidate.publicKey));
}

const isDelegated = (candidate: Certificate, issuer: Certificate, at: Date): boolean =>
  equalBytes(candidate.issuerDer, issuer.subjectDer) &&
  candidate.extendedKeyUsage?.has(Oid.ocspSigning) === true &&
  candidate.notBefore <= at &&
  at <= candidate.notAfter &&
  verifySignatureValue(issuer.publicKey, { oid: candidate.signatureAlgorithm }, candidate.tbs, candidate.signature);
