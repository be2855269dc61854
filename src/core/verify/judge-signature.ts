/** Judges one signature apart from what came after it: value, certificate, chain, revocation, time. */
import { equalBytes } from '#core/crypto/index.ts';
import type { EmbeddedSignature } from '#core/pdf/index.ts';
import {
  Oid,
  readEventBinding,
  validateChain,
  verifySignerInfo,
  type Certificate,
  type ChainReport,
  type EventBinding,
  type Finding,
  type SignedDataView,
  type TrustMaterial,
} from '#core/pki/index.ts';
import { summarize } from './certificate-summary.ts';
import { pdfDate } from './pdf-date.ts';
import { strangeCertificates } from './embedded-certificates.ts';
import { finding, worst } from './findings.ts';
import { findingsOfSeal, judgeSeal, sealAttributesOf, type JudgedSeal } from './judge-seal.ts';
import type { CmsContents, SealContents, SignedContents } from './signed-contents.ts';
import type { LastingBasis } from './levels.ts';
import type { ProofOfExistence } from './time-line.ts';
import { judgeTimeStamp, type JudgedTimeStamp } from './time-stamp.ts';
import { isStreamedBer, unusualForm } from './unprotected-form.ts';
import type { SignatureReport } from './types.ts';

export interface SignatureOrder {
  readonly signature: EmbeddedSignature;
  readonly contents: SignedContents | undefined;
  /** Digest over the two ranges; absent when the ranges are not to be believed. */
  readonly rangeDigest: Uint8Array | undefined;
  readonly findings: readonly Finding[];
  readonly trust: TrustMaterial;
  readonly timeStampTrust: TrustMaterial;
  readonly sealTrust: TrustMaterial;
  readonly at: Date;
  /** The earliest good document time stamp that covers this signature. */
  readonly proof: ProofOfExistence | undefined;
}

export type JudgedSignature = Pick<
  SignatureReport,
  | 'fieldName'
  | 'kind'
  | 'findings'
  | 'signer'
  | 'chain'
  | 'algorithm'
  | 'digest'
  | 'claimedTime'
  | 'trustedTime'
  | 'timeStampAuthority'
  | 'level'
  | 'timeBasis'
  | 'seal'
  | 'revocation'
  | 'event'
> & {
  /** Nothing about the signature itself is wrong; trust and time may still be unclear. */
  readonly intact: boolean;
  /** What levels above B-T rest on: the signer's certificate (or a document time stamp's own), and that behind the proven time. */
  readonly basis: LastingBasis | undefined;
  readonly stampBasis: LastingBasis | undefined;
};

export function judgeSignature(order: SignatureOrder): JudgedSignature {
  const { signature, contents } = order;
  const stamp = contents?.format === 'document-timestamp';
  const judged =
    contents === undefined
      ? nothingKnown(order)
      : contents.format === 'seal'
        ? judgeSealAlone(order, contents)
        : stamp
          ? judgeStamp(order)
          : judgeValue(order, contents);
  const findings = [...order.findings, ...judged.findings];
  return {
    fieldName: signature.fieldName,
    kind:
      stamp || (contents === undefined && signature.subFilter === 'ETSI.RFC3161') ? 'document-timestamp' : 'signature',
    claimedTime: pdfDate(signature.claimedTime)?.toISOString(),
    ...judged,
    findings,
    intact: worst(findings.map((f) => f.verdict)) !== 'FAILED',
  };
}

type Judgement = Omit<JudgedSignature, 'fieldName' | 'kind' | 'claimedTime' | 'intact'>;

const UNKNOWN: Judgement = {
  findings: [],
  signer: undefined,
  chain: [],
  algorithm: undefined,
  digest: undefined,
  trustedTime: undefined,
  timeStampAuthority: undefined,
  level: 'none',
  timeBasis: 'now',
  seal: undefined,
  revocation: 'not-checked',
  basis: undefined,
  stampBasis: undefined,
};

function nothingKnown({ findings }: SignatureOrder): Judgement {
  // The caller's findings say why; were there none, an unread signature must still not pass.
  return findings.length > 0 ? UNKNOWN : { ...UNKNOWN, findings: [finding('CONTENTS_MALFORMED')] };
}

function judgeStamp({ contents, rangeDigest, timeStampTrust, findings, at, proof }: SignatureOrder): Judgement {
  if (contents === undefined) return UNKNOWN;
  if (rangeDigest === undefined)
    return findings.length > 0 ? UNKNOWN : { ...UNKNOWN, findings: [finding('DIGEST_UNSUPPORTED')] };
  const stamp = judgeTimeStamp(contents.der, { digest: rangeDigest }, timeStampTrust, at, proof?.time);
  return {
    ...UNKNOWN,
    findings: stamp.findings,
    signer: stamp.authority,
    chain: stamp.chain,
    digest: stamp.digest,
    trustedTime: stamp.time?.toISOString(),
    timeStampAuthority: stamp.authority,
    timeBasis: stamp.time === undefined ? 'now' : 'trusted',
    revocation: stamp.revocation,
    basis: stamp.basis,
  };
}

/** An SES_Signature that fills /Contents: the report's signer, time and chain are the seal signature's. */
function judgeSealAlone(order: SignatureOrder, { der }: SealContents): Judgement {
  const { rangeDigest, signature, trust, timeStampTrust, sealTrust, at, proof } = order;
  const { verdict, report } = judgeSeal({
    der,
    carrier: 'contents',
    dataHash: rangeDigest,
    byteRange: signature.byteRange,
    trust,
    timeStampTrust,
    sealTrust,
    provenTime: proof?.time,
    at,
  });
  const { findings, signer, signerChain, trustedTime, timeStampAuthority, signerRevocation } = verdict;
  const since = findings.some((f) => f.code === 'SIGNER_EXPIRED_SINCE');
  const time = trustedTime ?? proof?.time;
  return {
    ...UNKNOWN,
    findings,
    signer: signer && summarize(signer),
    chain: signerChain.map(summarize),
    algorithm: signer && ALGORITHMS[signer.publicKey.kind],
    digest: 'SM3',
    trustedTime: time?.toISOString(),
    timeStampAuthority: timeStampAuthority === undefined ? proof?.authority : summarize(timeStampAuthority),
    timeBasis: time !== undefined ? 'trusted' : since ? 'claimed' : 'now',
    seal: report,
    revocation: signerRevocation,
  };
}

/** The seal signature among the signed attributes of a CMS. */
function judgeSealAttribute(
  { rangeDigest, signature, trust, timeStampTrust, sealTrust, at }: SignatureOrder,
  { view, rangeDigest: digestName }: CmsContents,
  provenTime: Date | undefined,
): JudgedSeal | undefined {
  const [der] = sealAttributesOf(view.signerInfos[0]);
  if (der === undefined) return undefined;
  return judgeSeal({
    der,
    carrier: 'attribute',
    dataHash: digestName === 'sm3' ? rangeDigest : undefined,
    byteRange: signature.byteRange,
    trust,
    timeStampTrust,
    sealTrust,
    intermediates: view.certificates,
    provenTime,
    at,
  });
}

function judgeValue(order: SignatureOrder, contents: CmsContents): Judgement {
  const { rangeDigest, trust, timeStampTrust, at, signature } = order;
  const { view, format } = contents;
  const findings: Finding[] = [...judgeForm(contents)];
  const attached = format === 'pkcs7-sha1';
  if (rangeDigest === undefined && order.findings.length === 0) {
    findings.push(finding('DIGEST_UNSUPPORTED', { detail: view.signerInfos[0]?.digestOid ?? '' }));
  }
  if (attached) {
    findings.push(finding('DIGEST_WEAK', { detail: signature.subFilter }));
    if (rangeDigest !== undefined && !equalBytes(view.content ?? new Uint8Array(), rangeDigest)) {
      findings.push(finding('DIGEST_MISMATCH'));
    }
  }
  const signer = verifySignerInfo(
    view,
    attached ? { attached: true } : { contentDigest: rangeDigest ?? new Uint8Array() },
    { certificates: [...(trust.intermediates ?? [])] },
  );
  // Without believable ranges a digest mismatch would say nothing new.
  findings.push(...signer.findings.filter((f) => rangeDigest !== undefined || f.code !== 'CMS_DIGEST_MISMATCH'));
  if (format === 'cades' && signer.signingCertificate === 'absent') {
    findings.push(finding('SIGNED_ATTRIBUTE_MISSING', { detail: 'signingCertificateV2' }));
  }

  const stamp = judgeStamps(signer.timeStampTokens, signer.signature, timeStampTrust, at, order.proof);
  findings.push(...stamp.findings);
  const { certificate } = signer;
  const judgedChain = certificate && judgeChain(certificate, order, view, stamp.time);
  const chain = judgedChain?.report;
  findings.push(...(chain?.findings ?? []));
  const seal = judgeSealAttribute(order, contents, stamp.time);
  if (seal !== undefined) findings.push(...findingsOfSeal(seal, certificate));
  const event = certificate && eventOf(certificate);
  if (event !== undefined) findings.push(event.finding);
  const strange = strangeCertificates(view, trust, [...(chain?.chain ?? []), ...(seal?.verdict.makerChain ?? [])]);
  if (strange.length > 0) findings.push(finding('CERTIFICATE_IRREGULAR', { detail: strange.join(', ') }));
  return {
    findings,
    signer: certificate && summarize(certificate),
    chain: (chain?.chain ?? []).map(summarize),
    algorithm: certificate && ALGORITHMS[certificate.publicKey.kind],
    digest: signer.digest?.toUpperCase(),
    trustedTime: stamp.time?.toISOString(),
    timeStampAuthority: stamp.authority,
    level: format === 'cades' ? (stamp.time === undefined ? 'B-B' : 'B-T') : 'none',
    timeBasis: judgedChain?.timeBasis ?? 'now',
    seal: seal?.report,
    revocation: chain?.revocation ?? 'not-checked',
    basis:
      certificate === undefined || stamp.time === undefined
        ? undefined
        : { certificate, view, at: stamp.time, purpose: 'signing', roots: trust.roots },
    stampBasis: stamp.basis,
    ...(event?.binding === undefined ? {} : { event: event.binding }),
  };
}

/** What an event certificate binds the act to. Whether that evidence exists is for its escrow holder to show, not for the judge. */
function eventOf(certificate: Certificate): { finding: Finding; binding?: EventBinding } | undefined {
  try {
    const binding = readEventBinding(certificate.extensions);
    if (binding === undefined) return undefined;
    const detail = `${binding.party} · ${binding.eventId} · evidence SM3 ${binding.evidence} · document SM3 ${binding.document}`;
    return { finding: finding('EVENT_CERTIFICATE', { detail }), binding };
  } catch (e) {
    return { finding: finding('EVENT_CERTIFICATE_UNREADABLE', { detail: String(e) }) };
  }
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  sm2: 'SM2',
  rsa: 'RSA',
  'ec-p256': 'ECDSA',
  'ec-p384': 'ECDSA',
  'ec-p521': 'ECDSA',
};

/** The parts of SignedData that no signature protects must be what an honest writer writes. */
function judgeForm({ view, format }: CmsContents): readonly Finding[] {
  const findings: Finding[] = [];
  if (view.signerInfos.length !== 1) {
    findings.push(finding('SIGNER_COUNT', { detail: String(view.signerInfos.length) }));
  }
  const attached = view.content !== undefined;
  const plainData = view.contentType === Oid.data || view.contentType === Oid.gmData;
  if (attached !== (format === 'pkcs7-sha1') || !plainData) {
    findings.push(finding('CONTENT_TYPE_WRONG', { detail: `${view.contentType}${attached ? ', attached' : ''}` }));
  }
  if (view.signerInfos.length === 0) return findings;
  const odd = unusualForm(view);
  if (odd.length > 0) findings.push(finding('CONTENTS_IRREGULAR', { detail: odd.join(', ') }));
  if (isStreamedBer(view)) findings.push(finding('CONTENTS_BER'));
  return findings;
}

function judgeStamps(
  tokens: readonly Uint8Array[],
  signatureValue: Uint8Array | undefined,
  trust: TrustMaterial,
  at: Date,
  proof: ProofOfExistence | undefined,
): Pick<JudgedTimeStamp, 'findings' | 'time' | 'authority' | 'basis'> {
  const [token] = tokens;
  if (token === undefined || signatureValue === undefined) {
    return proof === undefined
      ? { findings: [finding('NO_TRUSTED_TIME')], time: undefined, authority: undefined, basis: undefined }
      : { findings: [finding('TIME_FROM_ARCHIVE', { detail: proof.time.toISOString() })], ...proof };
  }
  const judged = judgeTimeStamp(token, { data: signatureValue }, trust, at, proof?.time);
  const several = tokens.length > 1 ? [finding('TIMESTAMP_MORE_THAN_ONE')] : [];
  return { ...judged, findings: [...judged.findings, ...several] };
}

/** The chain at the trusted time, else now; an expiry since the claimed time is unclear rather than wrong. */
function judgeChain(
  leaf: Certificate,
  { trust, at, signature }: SignatureOrder,
  view: SignedDataView,
  trustedTime: Date | undefined,
): { readonly report: ChainReport; readonly timeBasis: SignatureReport['timeBasis'] } {
  const material: TrustMaterial = {
    ...trust,
    // Those that came with the signature first: a crowd in the file's store must not use up what a path may cost.
    intermediates: [...view.certificates, ...(trust.intermediates ?? [])],
    crls: [...(trust.crls ?? []), ...view.crls],
  };
  const atTime = (time: Date): ChainReport =>
    validateChain(leaf, material, {
      at: time,
      purpose: 'signing',
      ...(trustedTime === undefined ? {} : { existedAt: trustedTime }),
    });
  const chain = atTime(trustedTime ?? at);
  if (trustedTime !== undefined) return { report: chain, timeBasis: 'trusted' };
  const judgedNow = { report: chain, timeBasis: 'now' } as const;
  const claimed = pdfDate(signature.claimedTime);
  if (claimed === undefined || !chain.findings.some((f) => f.code === 'CERT_EXPIRED')) return judgedNow;
  const then = atTime(claimed);
  if (then.verdict === 'FAILED') return judgedNow;
  const since = finding('CERT_EXPIRED_SINCE', { detail: leaf.notAfter.toISOString() });
  return { report: { ...then, findings: [...then.findings, since] }, timeBasis: 'claimed' };
}
