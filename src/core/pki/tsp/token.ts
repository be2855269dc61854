/** Judging a time stamp token: the checks that hold whenever it is looked at, and those of the moment it is received. */
import { digest, equalBytes, type DigestName } from '#core/crypto/index.ts';
import { asYqError, type ErrorCode } from '#core/errors/index.ts';
import type { Certificate } from '../certificate.ts';
import { isTimeStampingOnly } from '../chain-policy.ts';
import { validateChain } from '../chain.ts';
import { verifySignerInfo } from '../cms/verify.ts';
import { parseSignedData, type SignedDataView } from '../cms/view.ts';
import { finding, worstVerdict } from '../findings.ts';
import { Oid } from '../oids.ts';
import type { ChainReport, Finding, TrustMaterial, Verdict } from '../types.ts';
import type { TimeStampRequestView } from './request.ts';
import { parseTstInfo, type TstInfoView } from './tst-info.ts';

/** What the stamp should cover: the data themselves, or a function that gives their digest by the token's algorithm. */
export type ImprintSource = Uint8Array | ((digestName: DigestName) => Uint8Array | undefined);

export interface TimeStampReport {
  readonly verdict: Verdict;
  /** TSA_… codes in the order of the checks, then what the chain has to say. */
  readonly findings: readonly Finding[];
  readonly token: Uint8Array;
  readonly info: TstInfoView | undefined;
  /** genTime, only when the verdict is PASSED. */
  readonly time: Date | undefined;
  readonly certificate: Certificate | undefined;
  readonly chain: ChainReport | undefined;
}

/** Checks against the request and the clock, made once when the answer comes in. */
export interface ReceptionChecks {
  readonly request: TimeStampRequestView;
  readonly now: Date;
  /** Milliseconds that genTime and clock may differ. */
  readonly tolerance: number;
}

/**
 * Verifies a token at any later time: imprint, signer, digest, signature, usage, chain and revocation at genTime.
 * Never throws over hostile content. For a signature time stamp `imprintOf` is the SignerInfo's signature value; for a
 * DocTimeStamp a function that gives the digest of the ByteRange. `existedAt`: the token is proven to have existed then.
 */
export const verifyTimeStampToken = (
  token: Uint8Array,
  imprintOf: ImprintSource,
  trust: TrustMaterial,
  existedAt?: Date,
): TimeStampReport => judgeToken(token, trust, (info) => judgeImprint(info, imprintOf), { existedAt });

/** Verifies a token just received, in the order of the client checks. */
export const verifyFreshToken = (token: Uint8Array, trust: TrustMaterial, checks: ReceptionChecks): TimeStampReport =>
  judgeToken(token, trust, (info) => judgeAgainstRequest(info, checks.request), { fresh: checks });

type TsaCode = Extract<ErrorCode, `TSA_${string}`>;
const failed = (code: TsaCode, detail?: string): Finding => finding(code, 'FAILED', detail);

function judgeImprint(info: TstInfoView, source: ImprintSource): Finding[] {
  if (info.digestName === undefined) return [finding('TSA_WRONG_IMPRINT', 'INDETERMINATE', info.digestOid)];
  const expected = source instanceof Uint8Array ? digest(info.digestName, source) : source(info.digestName);
  if (expected === undefined) return [finding('TSA_WRONG_IMPRINT', 'INDETERMINATE', info.digestName)];
  if (!equalBytes(expected, info.imprint)) return [failed('TSA_WRONG_IMPRINT', info.digestName)];
  return info.digestName === 'sha1' ? [finding('CMS_WEAK_DIGEST', 'INDETERMINATE', 'SHA-1')] : [];
}

function judgeAgainstRequest(info: TstInfoView, request: TimeStampRequestView): Finding[] {
  const findings: Finding[] = [];
  if (info.digestOid !== request.digestOid || !equalBytes(info.imprint, request.imprint)) {
    findings.push(failed('TSA_WRONG_IMPRINT', info.digestOid));
  }
  const nonceFits = request.nonce === undefined || (info.nonce !== undefined && equalBytes(info.nonce, request.nonce));
  if (!nonceFits) findings.push(failed('TSA_WRONG_NONCE'));
  if (request.policy !== undefined && info.policy !== request.policy)
    findings.push(failed('TSA_WRONG_POLICY', info.policy));
  return findings;
}

function judgeToken(
  token: Uint8Array,
  trust: TrustMaterial,
  judgeInfo: (info: TstInfoView) => Finding[],
  { fresh, existedAt }: { readonly fresh?: ReceptionChecks; readonly existedAt?: Date | undefined },
): TimeStampReport {
  const nothing = { token, info: undefined, time: undefined, certificate: undefined, chain: undefined };
  let view: SignedDataView;
  let info: TstInfoView;
  try {
    view = parseSignedData(token);
    if (view.contentType !== Oid.tstInfo || view.signerInfos.length !== 1 || view.content === undefined) {
      const findings = [failed('TSA_NOT_TOKEN', `${view.contentType}, ${view.signerInfos.length} signers`)];
      return { ...nothing, verdict: 'FAILED', findings };
    }
    info = parseTstInfo(view.content);
  } catch (e) {
    const { message } = asYqError(e, 'TSA_MALFORMED');
    return { ...nothing, verdict: 'FAILED', findings: [failed('TSA_MALFORMED', message)] };
  }
  const intermediates = [...view.certificates, ...(trust.intermediates ?? [])];
  const signer = verifySignerInfo(view, { attached: true }, { certificates: trust.intermediates ?? [] });
  const { certificate } = signer;
  const chain =
    certificate === undefined
      ? undefined
      : validateChain(
          certificate,
          { ...trust, intermediates, crls: [...(trust.crls ?? []), ...view.crls] },
          { at: info.time, purpose: 'timeStamping', ...(existedAt === undefined ? {} : { existedAt }) },
        );

  const protection = signer.findings.some((f) => f.code === 'CMS_ALGORITHM_PROTECTION');
  const findings = [
    ...judgeInfo(info),
    ...judgeSigner(signer.findings, signer.signingCertificate === 'bound'),
    ...(certificate !== undefined && !isTimeStampingOnly(certificate)
      ? [failed('TSA_WRONG_USAGE', certificate.serial)]
      : []),
    ...(chain === undefined ? [] : judgeTsaChain(chain)),
    ...(fresh === undefined ? [] : judgeClock(info.time, fresh)),
    ...(protection ? [failed('TSA_ALGORITHM_PROTECTION')] : []),
  ];
  const verdict = findings.length === 0 ? 'PASSED' : worstVerdict(findings);
  if (verdict === 'PASSED') findings.unshift(finding('TSA_TIME_TRUSTED', 'PASSED', info.time.toISOString()));
  return { verdict, findings, token, info, time: verdict === 'PASSED' ? info.time : undefined, certificate, chain };
}

/** The findings of the CMS layer under the names of the time stamp checks 8 to 10. */
function judgeSigner(findings: readonly Finding[], bound: boolean): Finding[] {
  const has = (...codes: readonly string[]): Finding | undefined => findings.find((f) => codes.includes(f.code));
  const missing = has('CMS_SIGNER_CERT_MISSING');
  if (missing !== undefined) return [finding('TSA_SIGNER_MISSING', 'INDETERMINATE')];
  const out: Finding[] = bound ? [] : [failed('TSA_SIGNER_MISSING', 'signingCertificate')];
  const digestProblem = has(
    'CMS_DIGEST_MISMATCH',
    'CMS_MISSING_ATTRIBUTE',
    'CMS_DUPLICATE_ATTRIBUTE',
    'CMS_CONTENT_TYPE_MISMATCH',
  );
  if (digestProblem !== undefined) out.push(failed('TSA_BAD_DIGEST', digestProblem.detail));
  if (has('CMS_SIGNATURE_VALID') === undefined) {
    const open = has('CMS_ALGORITHM_UNSUPPORTED', 'CMS_WEAK_DIGEST');
    out.push(
      open === undefined ? failed('TSA_BAD_SIGNATURE') : finding('TSA_BAD_SIGNATURE', 'INDETERMINATE', open.detail),
    );
  }
  const remark = has('CMS_WEAK_DIGEST', 'CMS_SM2_VARIANT');
  return remark === undefined ? out : [...out, remark];
}

function judgeTsaChain(chain: ChainReport): Finding[] {
  if (chain.verdict === 'PASSED') return [];
  // The usage of the leaf has its own code and check.
  const own = chain.findings.filter((f) => f.verdict !== 'PASSED' && f.code !== 'CERT_EXTENDED_KEY_USAGE');
  const [first] = own;
  if (first === undefined) return [];
  const untrusted = own.some((f) => f.code === 'CHAIN_NO_TRUST_ANCHOR' || f.code === 'CERT_SIGNATURE_INVALID');
  return [finding(untrusted ? 'TSA_WRONG_SIGNER' : 'TSA_CERTIFICATE_INVALID', worstVerdict(own), first.code), ...own];
}

function judgeClock(time: Date, { now, tolerance }: ReceptionChecks): Finding[] {
  const difference = Math.abs(time.getTime() - now.getTime());
  return difference <= tolerance ? [] : [failed('TSA_CLOCK', `${Math.round(difference / 1000)} s`)];
}
