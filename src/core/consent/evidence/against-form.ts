/** Whether a sealed package and a signed form belong together: what the escrow holder, a court's expert or an archive asks. */
import { readPdf, type ByteSource } from '#core/pdf/index.ts';
import type { TrustMaterial, Verdict } from '#core/pki/index.ts';
import { verifyPdf, type SignatureReport } from '#core/verify/index.ts';
import { sm3Of } from '../act/judge-form.ts';
import { FORM_FIELDS } from '../form/fields.ts';
import type { Evidence } from '../types.ts';
import type { SealedPackage } from './seal.ts';

export interface Difference {
  readonly code:
    | 'NO_SIGNATURE'
    | 'NO_EVENT_CERTIFICATE'
    | 'SIGNATURE_NOT_PASSED'
    | 'EVIDENCE_DIGEST'
    | 'DOCUMENT_DIGEST'
    | 'FORM_DIGEST'
    | 'CONSENT_ID'
    | 'PARTY'
    | 'NAME'
    | 'CLAIMED_TIME';
  readonly zh: string;
  readonly en: string;
  readonly detail: string;
}

export interface FormComparison {
  /** Empty: they belong together. */
  readonly differences: readonly Difference[];
  /** The judge's word on the signature of this party; undefined when there is none. */
  readonly verdict: Verdict | undefined;
  readonly trustedTime: string | undefined;
}

const MESSAGES: Readonly<Record<Difference['code'], readonly [zh: string, en: string]>> = {
  NO_SIGNATURE: ['文件里没有这一方的签名', 'the document bears no signature of this party'],
  NO_EVENT_CERTIFICATE: [
    '这一方的签名用的不是事件证书',
    'the signature of this party was not made with an event certificate',
  ],
  SIGNATURE_NOT_PASSED: ['签名没有通过验证', 'the signature does not pass'],
  EVIDENCE_DIGEST: ['证书里的证据摘要不是这个证据包的', 'the certificate names other evidence than this package'],
  DOCUMENT_DIGEST: ['证书里的文档摘要与证据包不同', 'certificate and package name different documents'],
  FORM_DIGEST: ['签名之前的文件不是证据包所指的文档', 'what was signed is not the document that the package names'],
  CONSENT_ID: ['同意书编号不同', 'the numbers of the consent form differ'],
  PARTY: ['签名方不同', 'the parties differ'],
  NAME: ['证书上的姓名与证据里的不同', 'certificate and evidence name different persons'],
  CLAIMED_TIME: ['手写时间不同', 'the times of the handwriting differ'],
};

const difference = (code: Difference['code'], detail = ''): Difference => {
  const [zh, en] = MESSAGES[code];
  return { code, zh, en, detail };
};

/** @param evidence when the package was opened: then names and times are compared too */
export async function compareWithForm(
  source: ByteSource,
  sealed: SealedPackage,
  evidence: Evidence | undefined,
  { trust, at }: { readonly trust: TrustMaterial; readonly at: Date },
): Promise<FormComparison> {
  const report = await verifyPdf(source, { name: 'consent', trust, at });
  const signature = report.signatures.find((s) => s.fieldName === FORM_FIELDS[sealed.header.writer]);
  if (signature === undefined)
    return { differences: [difference('NO_SIGNATURE')], verdict: undefined, trustedTime: undefined };
  const differences = [
    ...(signature.verdict === 'PASSED' ? [] : [difference('SIGNATURE_NOT_PASSED', codesOf(signature))]),
    ...bindingDifferences(signature, sealed, evidence),
    ...(await formDifferences(source, report.signatures, sealed)),
  ];
  return { differences, verdict: signature.verdict, trustedTime: signature.trustedTime };
}

function bindingDifferences(
  { event, signer }: SignatureReport,
  { header, sm3 }: SealedPackage,
  evidence: Evidence | undefined,
): Difference[] {
  if (event === undefined) return [difference('NO_EVENT_CERTIFICATE', signer?.subject)];
  const pairs: [Difference['code'], string, string][] = [
    ['EVIDENCE_DIGEST', event.evidence, sm3],
    ['DOCUMENT_DIGEST', event.document, header.document],
    ['CONSENT_ID', event.eventId, header.consentId],
    ['PARTY', event.party, header.writer],
  ];
  if (evidence !== undefined) {
    pairs.push(['NAME', signer?.commonName ?? '', evidence.party.name]);
    const times = [evidence.ink.endedAt, evidence.confirmedAt].map((t) => new Date(t).toISOString());
    if (!times.includes(event.claimedTime)) pairs.push(['CLAIMED_TIME', event.claimedTime, times[0] ?? '']);
  }
  return pairs.flatMap(([code, found, wanted]) => (found === wanted ? [] : [difference(code, `${found} ≠ ${wanted}`)]));
}

/** The document before the first signature. */
async function formDifferences(
  source: ByteSource,
  signatures: readonly SignatureReport[],
  { header }: SealedPackage,
): Promise<Difference[]> {
  const first = Math.min(...signatures.map((s) => s.coverage.revision ?? Infinity));
  const { revisions } = await readPdf(source).catch(() => ({ revisions: [] }));
  const end = revisions[first - 2]?.end;
  const found = end === undefined ? '?' : await sm3Of(source, end);
  return found === header.document ? [] : [difference('FORM_DIGEST', `${found} ≠ ${header.document}`)];
}

const codesOf = ({ findings }: SignatureReport): string =>
  findings
    .filter((f) => f.verdict !== 'PASSED')
    .map((f) => f.code)
    .join(', ');
