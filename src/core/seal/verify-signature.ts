/**
 * Checking an SES_Signature in the order of GB/T 38540: structure, value, signer in the seal, the seal itself, the signer's
 * certificate, the protected data, time stamp, time of use. A step that fails does not keep the later ones from being taken.
 */
import { equalBytes, sm3 } from '#core/crypto/index.ts';
import { isYqError } from '#core/errors/index.ts';
import { Oid, validateChain, worstVerdict, type Certificate, type ChainReport, type Finding } from '#core/pki/index.ts';
import { isUnsupported } from './elements.ts';
import { finding } from './findings.ts';
import { parseSealSignature } from './parse-signature.ts';
import { readByteRangeInfo } from './property-info.ts';
import { judgeSealValue, SIGNER_VALUE } from './signature-value.ts';
import { dataStamped, judgeSealStamp, signatureStamped, type Stamped, type SealStampReport } from './time-stamp.ts';
import { isAhead, isLocalTimeOf, mayBeLocalTime } from './times.ts';
import type { Seal, SealSignature, SealSignatureCheckOptions, SealSignatureVerdict } from './types.ts';
import { judgeSeal } from './verify-seal.ts';

/** Reads and checks the DER of an SES_Signature. Never throws: bytes that are none give SIGN_FORMAT or SIGN_UNSUPPORTED. */
export function judgeSealSignature(der: Uint8Array, options: SealSignatureCheckOptions): SealSignatureVerdict {
  let signature: SealSignature;
  try {
    signature = parseSealSignature(der);
  } catch (e) {
    const detail = isYqError(e) ? (e.detail ?? e.code) : String(e);
    const findings = [finding(isUnsupported(e) ? 'SIGN_UNSUPPORTED' : 'SIGN_FORMAT', detail)];
    return { ...NOTHING, verdict: worstVerdict(findings), findings };
  }
  return verifySealSignature(signature, options);
}

const NOTHING: Omit<SealSignatureVerdict, 'verdict' | 'findings'> = {
  signature: undefined,
  signer: undefined,
  signerChain: [],
  signerRevocation: 'not-checked',
  makerChain: [],
  trustedTime: undefined,
  timeStampAuthority: undefined,
};

/** Checks an SES_Signature as read. Never throws. */
export function verifySealSignature(
  signature: SealSignature,
  options: SealSignatureCheckOptions,
): SealSignatureVerdict {
  const { makerTrust, timeStampTrust = makerTrust, now } = options;
  const value = judgeSealValue({ ...signature, certificate: signature.signerCertificate }, SIGNER_VALUE);
  const stamp =
    signature.timeStamp === undefined
      ? undefined
      : judgeSealStamp(signature.timeStamp, stampedBy(signature), timeStampTrust, now);
  const proven = earliest(options.provenTime, stamp?.time);
  const claimed = signature.signedAt;
  const use: TimeOfUse =
    proven === undefined ? { at: now, ...(claimed === undefined ? {} : { claimed }) } : { at: proven };
  const seal = judgeSeal(signature.seal, { makerTrust, timeStampTrust, now, ...use });
  const chain = value.certificate === undefined ? undefined : judgeSigner(value.certificate, options, use, claimed);
  const findings = [
    ...judgeStructure(signature),
    ...value.findings,
    judgeListed(signature),
    ...seal.findings,
    ...(chain?.findings ?? []),
    ...judgeData(signature, options),
    ...judgeStamp(signature, stamp, options.provenTime),
    ...judgeTime(signature, proven, now),
  ];
  return {
    verdict: worstVerdict(findings),
    findings,
    signature,
    signer: value.certificate,
    signerChain: chain?.report.chain ?? [],
    signerRevocation: chain?.report.revocation ?? 'not-checked',
    makerChain: seal.makerChain,
    trustedTime: stamp?.time,
    timeStampAuthority: stamp?.certificate,
  };
}

const earliest = (a: Date | undefined, b: Date | undefined): Date | undefined =>
  a === undefined || b === undefined ? (a ?? b) : a < b ? a : b;

interface TimeOfUse {
  /** Proven, or now. */
  readonly at: Date;
  /** What the signer says, where nothing proves a time. */
  readonly claimed?: Date;
}

function judgeStructure(signature: SealSignature): Finding[] {
  const { version, statedVersion, seal, irregularities, extensions } = signature;
  const critical = extensions.filter((e) => e.critical).map((e) => e.id);
  // 2014 leaves both numbers to the vendor; since 2020 TBS_Sign repeats the seal's.
  const agrees = version === seal.version && (version === 1 || statedVersion === seal.headerVersion);
  const versions = `signature ${statedVersion}, seal ${seal.headerVersion}`;
  return [
    agrees ? finding('SIGN_READ', versions) : finding('SIGN_FORMAT', versions),
    ...(irregularities.length > 0 ? [finding('SIGN_ENCODING', irregularities.join('; '))] : []),
    ...(critical.length > 0 ? [finding('SIGN_CRITICAL_EXTENSION', critical.join(', '))] : []),
  ];
}

/** Names of SM3 met in CertDigestObj.type. */
const isSm3 = (type: string): boolean => /^sm3$/i.test(type.trim()) || type.trim() === Oid.sm3;

/** Whether a seal lists this certificate; undefined when it lists digests that cannot be computed here. */
export function sealLists({ signers }: Pick<Seal, 'signers'>, certificate: Uint8Array): boolean | undefined {
  if (signers.kind === 'certificates') return signers.certificates.some((c) => equalBytes(c, certificate));
  const known = signers.digests.filter((d) => isSm3(d.type));
  const own = sm3(certificate);
  if (known.some((d) => equalBytes(d.value, own))) return true;
  return known.length < signers.digests.length ? undefined : false;
}

function judgeListed({ seal, signerCertificate }: SealSignature): Finding {
  const listed = sealLists(seal, signerCertificate);
  if (listed === undefined && seal.signers.kind === 'digests')
    return finding('SIGNER_LIST_UNKNOWN', [...new Set(seal.signers.digests.map((d) => d.type))].join(', '));
  return finding(listed === true ? 'SIGNER_IN_SEAL' : 'SIGNER_NOT_IN_SEAL', seal.signers.kind);
}

function judgeSigner(
  certificate: Certificate,
  { signerTrust }: SealSignatureCheckOptions,
  { at, claimed }: TimeOfUse,
  stated: Date | undefined,
): { readonly report: ChainReport; readonly findings: readonly Finding[] } {
  const atTime = (time: Date): ChainReport =>
    validateChain(certificate, signerTrust, {
      at: time,
      purpose: 'signing',
      // Without a claim the time is a proven one.
      ...(claimed === undefined ? { existedAt: at } : {}),
    });
  const outside = stated !== undefined && (stated < certificate.notBefore || stated > certificate.notAfter);
  const report = atTime(at);
  if (outside) {
    const detail = `${certificate.serial} at ${stated.toISOString()}`;
    return { report, findings: [finding('SIGNER_CERT', detail), ...report.findings] };
  }
  const failures = report.findings.filter((f) => f.verdict === 'FAILED').map((f) => f.code);
  if (claimed !== undefined && failures.length > 0 && failures.every((code) => code === 'CERT_EXPIRED')) {
    const then = atTime(claimed);
    if (then.verdict !== 'FAILED') {
      return { report: then, findings: [finding('SIGNER_EXPIRED_SINCE', certificate.serial), ...then.findings] };
    }
  }
  if (report.verdict === 'PASSED') {
    return { report, findings: [finding('SIGNER_TRUSTED', certificate.subject), ...report.findings] };
  }
  const causes = report.findings.filter((f) => f.verdict !== 'PASSED').map((f) => f.code);
  const code = report.verdict === 'FAILED' ? 'SIGNER_CERT' : 'SIGNER_UNKNOWN';
  return { report, findings: [finding(code, causes.join(', ')), ...report.findings] };
}

function judgeData({ dataHash, propertyInfo }: SealSignature, options: SealSignatureCheckOptions): Finding[] {
  const { byteRange } = options;
  const findings: Finding[] = [];
  if (options.dataHash === undefined) findings.push(finding('DOC_HASH_UNKNOWN'));
  else findings.push(finding(equalBytes(options.dataHash, dataHash) ? 'DOC_HASH_MATCHES' : 'DOC_HASH'));
  if (byteRange === undefined) return findings;
  const stated = readByteRangeInfo(propertyInfo);
  const detail = propertyInfo.slice(0, 200);
  if (stated === undefined) findings.push(finding('SIGN_RANGE_FOREIGN', detail));
  else {
    const fits = stated.length === byteRange.length && stated.every((n, i) => n === byteRange[i]);
    findings.push(finding(fits ? 'SIGN_RANGE_MATCHES' : 'SIGN_RANGE', detail));
  }
  return findings;
}

const stampedBy = ({ version, signature, dataHash }: SealSignature): Stamped =>
  version === 1 ? dataStamped(dataHash) : signatureStamped(signature);

function judgeStamp(
  { signedAt }: SealSignature,
  stamp: SealStampReport | undefined,
  provenElsewhere: Date | undefined,
): Finding[] {
  if (stamp === undefined) {
    return provenElsewhere === undefined
      ? [finding('SIGN_NO_TRUSTED_TIME')]
      : judgeAgainstStamp(signedAt, provenElsewhere);
  }
  const causes = stamp.findings.filter((f) => f.verdict !== 'PASSED');
  if (stamp.time === undefined) {
    const code = stamp.verdict === 'FAILED' ? 'SIGN_TIMESTAMP' : 'SIGN_TIMESTAMP_UNCLEAR';
    return [finding(code, causes.map((f) => f.code).join(', ')), ...causes];
  }
  const against = judgeAgainstStamp(signedAt, stamp.time);
  return against.length > 0 ? against : [finding('SIGN_TIMESTAMP_VALID', stamp.time.toISOString())];
}

/** genTime is not earlier than timeInfo. */
function judgeAgainstStamp(signedAt: Date | undefined, time: Date): Finding[] {
  if (signedAt === undefined || !isAhead(signedAt, time)) return [];
  const detail = `timeInfo ${signedAt.toISOString()}, stamped ${time.toISOString()}`;
  return [finding(isLocalTimeOf(signedAt, time) ? 'SIGN_LOCAL_TIME' : 'SIGN_TIMESTAMP', detail)];
}

function judgeTime({ signedAt, seal }: SealSignature, proven: Date | undefined, now: Date): Finding[] {
  if (signedAt === undefined) return proven === undefined ? [finding('SIGN_TIME_MISSING')] : [];
  const detail = signedAt.toISOString();
  if (proven === undefined && mayBeLocalTime(signedAt, now)) return [finding('SIGN_LOCAL_TIME', detail)];
  const outside = signedAt < seal.validFrom || signedAt > seal.validTo || isAhead(signedAt, now);
  return [finding(outside ? 'SIGN_TIME' : 'SIGN_TIME_VALID', detail)];
}
