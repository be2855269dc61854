/** Judging one SignerInfo: attributes, digest, signature value. The certificate chain is judged apart (chain.ts). */
import { digest, equalBytes, type DigestName } from '#core/crypto/index.ts';
import type { Certificate } from '../certificate.ts';
import { childrenOf, compareBytes, readDer, readOid, readTime, Tag } from '../der.ts';
import { finding, worstVerdict } from '../findings.ts';
import { Oid } from '../oids.ts';
import {
  diagnoseSm2Failure,
  resolveAlgorithm,
  verifySignatureValue,
  type ResolvedAlgorithm,
} from '../signature-value.ts';
import type { Finding, Verdict } from '../types.ts';
import { namesCertificate } from './signing-certificate.ts';
import {
  attributesOf,
  findSignerCertificate,
  signatureTimeStamps,
  type SignedDataView,
  type SignerInfoView,
} from './view.ts';

export interface SignerInfoReport {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly signerInfo: SignerInfoView | undefined;
  readonly certificate: Certificate | undefined;
  readonly algorithm: ResolvedAlgorithm | undefined;
  readonly digest: DigestName | undefined;
  /** Claimed by the signer, proven by nobody. */
  readonly signingTime: Date | undefined;
  /** Whether a signed attribute binds the certificate. */
  readonly signingCertificate: 'bound' | 'absent' | 'mismatch';
  /** What a signature time stamp covers. */
  readonly signature: Uint8Array | undefined;
  /** DER tokens in the unsigned attributes. */
  readonly timeStampTokens: readonly Uint8Array[];
}

export type SignedContent =
  /** Digest of the content by `signerInfo.digest`; enough whenever there are signed attributes. */
  | { readonly contentDigest: Uint8Array }
  | { readonly content: Uint8Array }
  /** The content inside the SignedData. */
  | { readonly attached: true };

export interface VerifySignerOptions {
  /** Which SignerInfo; the only one when absent. */
  readonly index?: number;
  /** Certificates to look in besides those inside. */
  readonly certificates?: readonly Certificate[];
}

/** Judges one SignerInfo. Never throws over hostile content: what cannot be read becomes a finding. */
export function verifySignerInfo(
  view: SignedDataView,
  signed: SignedContent,
  options: VerifySignerOptions = {},
): SignerInfoReport {
  const signer = view.signerInfos[options.index ?? 0];
  if (signer === undefined) return report([finding('CMS_NO_SIGNER', 'FAILED')], undefined, undefined);
  const certificate = findSignerCertificate(signer.sid, [...view.certificates, ...(options.certificates ?? [])]);
  const findings: Finding[] = [];
  if (view.signerInfos.length > 1 && options.index === undefined) {
    findings.push(finding('CMS_SEVERAL_SIGNERS', 'INDETERMINATE', `${view.signerInfos.length}`));
  }
  try {
    findings.push(...judge(view, signer, certificate, contentOf(view, signed)));
  } catch (e) {
    findings.push(finding('CMS_MISSING_ATTRIBUTE', 'FAILED', e instanceof Error ? e.message : String(e)));
  }
  return report(findings, signer, certificate);
}

type Content = { readonly bytes?: Uint8Array; readonly digest?: Uint8Array };

function contentOf(view: SignedDataView, signed: SignedContent): Content {
  if ('contentDigest' in signed) return { digest: signed.contentDigest };
  const bytes = 'content' in signed ? signed.content : view.content;
  return bytes === undefined ? {} : { bytes };
}

function judge(
  view: SignedDataView,
  signer: SignerInfoView,
  certificate: Certificate | undefined,
  content: Content,
): Finding[] {
  const findings: Finding[] = [];
  if (signer.digest === undefined) {
    const weak = signer.digestOid === Oid.md5;
    return [finding(weak ? 'CMS_WEAK_DIGEST' : 'CMS_ALGORITHM_UNSUPPORTED', 'INDETERMINATE', signer.digestOid)];
  }
  if (signer.digest === 'sha1') findings.push(finding('CMS_WEAK_DIGEST', 'INDETERMINATE', 'SHA-1'));
  findings.push(
    ...(signer.signedAttributes === undefined
      ? judgePlainContent(view.contentType, content)
      : judgeAttributes(view.contentType, signer, signer.digest, certificate, content)),
  );
  const bytes = signer.signedAttributesDer ?? content.bytes;
  if (certificate === undefined) return [...findings, finding('CMS_SIGNER_CERT_MISSING', 'INDETERMINATE')];
  if (bytes !== undefined) findings.push(...judgeValue(signer, certificate, bytes));
  return findings;
}

function judgeValue(signer: SignerInfoView, certificate: Certificate, bytes: Uint8Array): Finding[] {
  const algorithm = { oid: signer.signatureOid, digestOid: signer.digestOid };
  const resolved = resolveAlgorithm(certificate.publicKey, algorithm);
  if (resolved === undefined) {
    const detail = `${signer.signatureOid} / ${signer.digestOid} / ${certificate.publicKey.kind}`;
    return certificate.publicKey.kind === 'sm2'
      ? [finding('CMS_SM2_DIGEST', 'FAILED', detail)]
      : [finding('CMS_ALGORITHM_UNSUPPORTED', 'INDETERMINATE', detail)];
  }
  if (!verifySignatureValue(certificate.publicKey, algorithm, bytes, signer.signature)) {
    const cause = diagnoseSm2Failure(certificate.publicKey, bytes, signer.signature);
    return [
      finding(
        'CMS_SIGNATURE_INVALID',
        'FAILED',
        cause === undefined ? signer.signatureOid : `${signer.signatureOid}, ${cause}`,
      ),
    ];
  }
  const odd = resolved.sm2Variant !== undefined && resolved.sm2Variant !== '501';
  return [
    finding('CMS_SIGNATURE_VALID', 'PASSED', signer.signatureOid),
    ...(odd ? [finding('CMS_SM2_VARIANT', 'PASSED', signer.signatureOid)] : []),
  ];
}

/** Without signed attributes the signature is over the content itself. */
function judgePlainContent(contentType: string, content: Content): Finding[] {
  const findings = [finding('CMS_NO_SIGNED_ATTRIBUTES', 'PASSED')];
  // RFC 5652 §5.3: only plain data may be signed without attributes.
  if (contentType !== Oid.data && contentType !== Oid.gmData)
    findings.push(finding('CMS_MISSING_ATTRIBUTE', 'FAILED', contentType));
  if (content.bytes === undefined) findings.push(finding('CMS_CONTENT_MISSING', 'INDETERMINATE'));
  // Attributes stripped from a signature make its SET OF the "content": same bytes, same signature, other meaning (RFC 5652 §11).
  else if (looksLikeAttributes(content.bytes)) findings.push(finding('CMS_ATTRIBUTE_CONFUSION', 'FAILED'));
  return findings;
}

function looksLikeAttributes(bytes: Uint8Array): boolean {
  if (bytes[0] !== Tag.set) return false;
  try {
    return childrenOf(readDer(bytes), Tag.sequence).some((a) => {
      const [id] = childrenOf(a);
      return id?.tag === Tag.oid && readOid(id) === Oid.messageDigest;
    });
  } catch {
    return false;
  }
}

function judgeAttributes(
  eContentType: string,
  signer: SignerInfoView,
  digestName: DigestName,
  certificate: Certificate | undefined,
  content: Content,
): Finding[] {
  const attributes = signer.signedAttributes ?? [];
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const { id, values } of attributes) {
    if (seen.has(id) || values.length !== 1) findings.push(finding('CMS_DUPLICATE_ATTRIBUTE', 'FAILED', id));
    seen.add(id);
  }
  const single = (id: string): Uint8Array | undefined => attributesOf(attributes, id)[0]?.values[0];

  const contentType = single(Oid.contentType);
  if (contentType === undefined) findings.push(finding('CMS_MISSING_ATTRIBUTE', 'FAILED', 'contentType'));
  else if (readOid(readDer(contentType)) !== eContentType) {
    findings.push(finding('CMS_CONTENT_TYPE_MISMATCH', 'FAILED', `${readOid(readDer(contentType))} / ${eContentType}`));
  }

  const signedDigest = single(Oid.messageDigest);
  const actual = content.digest ?? (content.bytes === undefined ? undefined : digest(digestName, content.bytes));
  if (signedDigest === undefined) findings.push(finding('CMS_MISSING_ATTRIBUTE', 'FAILED', 'messageDigest'));
  else if (actual === undefined) findings.push(finding('CMS_CONTENT_MISSING', 'INDETERMINATE'));
  else if (!equalBytes(readDer(signedDigest, Tag.octetString).value, actual)) {
    findings.push(finding('CMS_DIGEST_MISMATCH', 'FAILED'));
  }

  const encodings = attributes.map((a) => a.der);
  const unsorted = encodings.some((e, i) => i > 0 && compareBytes(encodings[i - 1] ?? e, e) > 0);
  if (unsorted) findings.push(finding('CMS_ATTRIBUTES_NOT_DER', 'PASSED'));

  const protection = single(Oid.cmsAlgorithmProtection);
  if (protection !== undefined && !protectsAlgorithms(protection, signer)) {
    findings.push(finding('CMS_ALGORITHM_PROTECTION', 'FAILED'));
  }
  if (certificate !== undefined) {
    const bound = boundCertificate(signer, certificate);
    if (bound === 'absent') findings.push(finding('CMS_SIGNING_CERTIFICATE_ABSENT', 'PASSED'));
    if (bound === 'mismatch') findings.push(finding('CMS_SIGNING_CERTIFICATE_MISMATCH', 'FAILED'));
  }
  return findings;
}

/** CMSAlgorithmProtection (RFC 6211) names the algorithms of the SignerInfo; parameters NULL and absent count as equal. */
function protectsAlgorithms(value: Uint8Array, signer: SignerInfoView): boolean {
  const parts = childrenOf(readDer(value, Tag.sequence));
  const named = parts.find((p) => p.tag === Tag.sequence);
  const signature = parts.find((p) => p.tag === Tag.contextConstructed(1));
  const id = (content: Uint8Array | undefined): string | undefined =>
    content === undefined
      ? undefined
      : readOid(childrenOf({ tag: Tag.sequence, bytes: content, value: content })[0] ?? readDer(content));
  return id(named?.value) === signer.digestOid && id(signature?.value) === signer.signatureOid.split('/')[0];
}

export function boundCertificate(
  signer: SignerInfoView,
  certificate: Certificate,
): SignerInfoReport['signingCertificate'] {
  const naming = (signer.signedAttributes ?? []).filter(
    (a) => a.id === Oid.signingCertificateV2 || a.id === Oid.signingCertificate,
  );
  if (naming.length === 0) return 'absent';
  try {
    return naming.every((a) => a.values.every((v) => namesCertificate(a.id, v, certificate))) ? 'bound' : 'mismatch';
  } catch {
    return 'mismatch';
  }
}

function claimedTime(signer: SignerInfoView): Date | undefined {
  const value = attributesOf(signer.signedAttributes, Oid.signingTime)[0]?.values[0];
  try {
    return value === undefined ? undefined : readTime(readDer(value));
  } catch {
    return undefined;
  }
}

function report(
  findings: readonly Finding[],
  signerInfo: SignerInfoView | undefined,
  certificate: Certificate | undefined,
): SignerInfoReport {
  return {
    verdict: worstVerdict(findings),
    findings,
    signerInfo,
    certificate,
    algorithm:
      signerInfo === undefined || certificate === undefined
        ? undefined
        : resolveAlgorithm(certificate.publicKey, { oid: signerInfo.signatureOid, digestOid: signerInfo.digestOid }),
    digest: signerInfo?.digest,
    signingTime: signerInfo === undefined ? undefined : claimedTime(signerInfo),
    signingCertificate:
      signerInfo === undefined || certificate === undefined ? 'absent' : boundCertificate(signerInfo, certificate),
    signature: signerInfo?.signature,
    timeStampTokens: signerInfo === undefined ? [] : signatureTimeStamps(signerInfo),
  };
}
