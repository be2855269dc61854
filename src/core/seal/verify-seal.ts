/**
 * Checking a SESeal in the order of the standards: structure, the maker's value, date of making and time stamp (GM/T 0031-2025), the
 * maker's certificate, validity. A step that fails does not keep the later ones from being taken.
 */
import { validateChain, worstVerdict, type Certificate, type ChainReport, type Finding } from '#core/pki/index.ts';
import { finding } from './findings.ts';
import { judgePicture } from './picture.ts';
import { judgeSealValue, MAKER_VALUE } from './signature-value.ts';
import { judgeSealStamp, signatureStamped } from './time-stamp.ts';
import { isAhead, mayBeLocalTime } from './times.ts';
import type { Seal, SealCheckOptions, SealVerdict } from './types.ts';

/** Checks a seal as of `options.at`. Never throws. */
export const verifySeal = (seal: Seal, options: SealCheckOptions): SealVerdict => judgeSeal(seal, options);

export interface SealTimes extends SealCheckOptions {
  /** Time of use that nothing proves; `at` is then now. */
  readonly claimed?: Date;
}

export function judgeSeal(seal: Seal, times: SealTimes): SealVerdict {
  const value = judgeSealValue({ ...seal, certificate: seal.makerCertificate }, MAKER_VALUE);
  const stamp = judgeMaking(seal, times);
  const maker =
    value.certificate === undefined
      ? { findings: [], chain: [] }
      : judgeMaker(value.certificate, seal, times, stamp.time !== undefined);
  const listed = isListed(value.certificate, maker.chain, times.makerTrust);
  const findings = [
    ...judgeStructure(seal),
    ...value.findings,
    ...stamp.findings,
    ...maker.findings,
    ...(listed ? [] : [finding('SEAL_MAKER_NOT_LISTED', value.certificate?.subject)]),
    ...judgeValidity(seal, times),
  ];
  return { verdict: worstVerdict(findings), findings, makerChain: maker.chain };
}

const STANDARDS: Readonly<Record<Seal['version'], string>> = {
  1: 'GM/T 0031-2014',
  4: 'GB/T 38540-2020',
  5: 'GM/T 0031-2025',
};

function judgeStructure(seal: Seal): Finding[] {
  const critical = seal.extensions.filter((e) => e.critical).map((e) => e.id);
  const picture = judgePicture(seal.picture);
  return [
    finding('SEAL_READ', `${STANDARDS[seal.version]}, ${seal.vendor}, ${seal.id}`),
    ...(seal.irregularities.length > 0 ? [finding('SEAL_ENCODING', seal.irregularities.join('; '))] : []),
    ...(critical.length > 0 ? [finding('SEAL_CRITICAL_EXTENSION', critical.join(', '))] : []),
    ...(picture === undefined ? [] : [finding('SEAL_PICTURE', picture)]),
  ];
}

/** createDate, of which only the standard of 2025 demands anything, and the time stamp. */
function judgeMaking(seal: Seal, { makerTrust, timeStampTrust = makerTrust, now }: SealTimes) {
  const { createdAt, validFrom, validTo, timeStamp, version } = seal;
  const findings: Finding[] = [];
  const written = createdAt.toISOString();
  if (version === 5) {
    if (mayBeLocalTime(createdAt, now)) findings.push(finding('SEAL_LOCAL_TIME', `createDate ${written}`));
    else if (isAhead(createdAt, now) || createdAt < validFrom || createdAt > validTo)
      findings.push(finding('SEAL_CREATE_DATE', written));
  } else if (mayBeLocalTime(createdAt, now)) {
    findings.push(finding('SEAL_LOCAL_TIME', `createDate ${written}`, 'PASSED'));
  }
  if (timeStamp === undefined) return { findings, time: undefined };
  const stamp = judgeSealStamp(timeStamp, signatureStamped(seal.signature), timeStampTrust, now);
  const causes = stamp.findings.filter((f) => f.verdict !== 'PASSED');
  if (stamp.time === undefined) {
    const code = stamp.verdict === 'FAILED' ? 'SEAL_TIMESTAMP' : 'SEAL_TIMESTAMP_UNCLEAR';
    findings.push(finding(code, causes.map((f) => f.code).join(', ')), ...causes);
  } else if (isAhead(createdAt, stamp.time)) {
    const detail = `createDate ${written}, stamped ${stamp.time.toISOString()}`;
    findings.push(finding(mayBeLocalTime(createdAt, stamp.time) ? 'SEAL_LOCAL_TIME' : 'SEAL_TIMESTAMP', detail));
  } else findings.push(finding('SEAL_TIMESTAMP_VALID', stamp.time.toISOString()));
  return { findings, time: stamp.time };
}

interface MakerJudgement {
  readonly findings: readonly Finding[];
  readonly chain: readonly Certificate[];
}

/** Failings that only time brings: a certificate that was good when the seal was made may have them now. */
const OF_TIME = new Set(['CERT_EXPIRED', 'CERT_REVOKED']);
const failuresOf = (report: ChainReport): readonly string[] =>
  report.findings.filter((f) => f.verdict === 'FAILED').map((f) => f.code);
const onlyOfTime = (report: ChainReport): boolean => {
  const failures = failuresOf(report);
  return failures.length > 0 && failures.every((code) => OF_TIME.has(code));
};

function judgeMaker(certificate: Certificate, seal: Seal, times: SealTimes, stamped: boolean): MakerJudgement {
  const { makerTrust, at, claimed } = times;
  const atTime = (time: Date): ChainReport => validateChain(certificate, makerTrust, { at: time, purpose: 'signing' });
  const report = atTime(at);
  if (!onlyOfTime(report)) return plainMaker(report);
  const failures = failuresOf(report);
  if (seal.version === 5) {
    const then = atTime(seal.createdAt);
    if (then.verdict === 'FAILED') return plainMaker(then);
    const revoked = failures.includes('CERT_REVOKED');
    const code = revoked && !stamped ? 'SEAL_MAKER_REVOKED_SINCE' : 'SEAL_MAKER_SINCE';
    return withRemark(then, finding(code, failures.join(', ')));
  }
  if (claimed !== undefined && failures.every((code) => code === 'CERT_EXPIRED')) {
    const then = atTime(claimed);
    if (then.verdict !== 'FAILED') return withRemark(then, finding('SEAL_MAKER_EXPIRED_SINCE', certificate.serial));
  }
  return plainMaker(report);
}

/** A doctor's certificate chains to the same root as the seal maker's; where makers are named, only they count. */
function isListed(
  maker: Certificate | undefined,
  chain: readonly Certificate[],
  { sealMakers }: SealTimes['makerTrust'],
): boolean {
  if (sealMakers === undefined || maker === undefined) return true;
  return sealMakers.some((c) => c.equals(maker) || (c.isCa && chain.some((link) => link.equals(c))));
}

function plainMaker({ verdict, findings, chain }: ChainReport): MakerJudgement {
  if (verdict === 'PASSED') return { findings: [finding('SEAL_MAKER_TRUSTED', chain[0]?.subject), ...findings], chain };
  const causes = findings.filter((f) => f.verdict !== 'PASSED').map((f) => f.code);
  const code = verdict === 'FAILED' ? 'SEAL_MAKER_CERT' : 'SEAL_MAKER_UNKNOWN';
  return { findings: [finding(code, causes.join(', ')), ...findings], chain };
}

/** `then`: as it was judged at an earlier time; the remark says why that time counts. */
function withRemark(then: ChainReport, remark: Finding): MakerJudgement {
  const { findings, chain } = plainMaker(then);
  return { findings: [...findings, remark], chain };
}

function judgeValidity(seal: Seal, { at, claimed }: SealTimes): Finding[] {
  const time = claimed ?? at;
  const validity = `${seal.validFrom.toISOString()} – ${seal.validTo.toISOString()}, at ${time.toISOString()}`;
  if (time < seal.validFrom) {
    // Used before it was made: its maker may have written Beijing time as UTC.
    const local = mayBeLocalTime(seal.validFrom, time) && mayBeLocalTime(seal.createdAt, time);
    return [finding(local ? 'SEAL_LOCAL_TIME' : 'SEAL_NOT_YET_VALID', validity)];
  }
  if (time > seal.validTo) return [finding('SEAL_EXPIRED', validity)];
  if (claimed !== undefined && at > seal.validTo) return [finding('SEAL_EXPIRED_SINCE', validity)];
  return [finding('SEAL_IN_VALIDITY', validity)];
}
