/** Which certificates in a signed file need validation data: of every signer, every time stamp in a signature, every document time stamp. */
import { storeKey, type EmbeddedSignature, type PdfFile } from '#core/pdf/index.ts';
import {
  findSignerCertificate,
  parseSignedData,
  parseTstInfo,
  signatureTimeStamps,
  trimDerPadding,
  validateChain,
  type Certificate,
  type SignedDataView,
  type TrustMaterial,
} from '#core/pki/index.ts';
import {
  storedMaterial,
  withStored,
  type SignatureReport,
  type StoredMaterial,
  type VerifyReport,
} from '#core/verify/index.ts';
import type { Subject } from './collect.ts';

/** A signature in the file that lives on CMS; others (a bare SES_Signature) have no place in a security store. */
export interface StandingSignature {
  readonly report: SignatureReport;
  readonly signature: EmbeddedSignature;
  readonly view: SignedDataView;
  readonly certificate: Certificate | undefined;
}

/** In the order of the report, which must be of this very file. */
export async function standingSignatures(file: PdfFile, report: VerifyReport): Promise<readonly StandingSignature[]> {
  const signatures = await file.signatures();
  return report.signatures.flatMap((one) => {
    const signature = signatures[one.index - 1];
    const view = signature === undefined ? undefined : readView(signature.contents);
    if (signature === undefined || view === undefined) return [];
    return [{ report: one, signature, view, certificate: signerOf(view) }];
  });
}

function readView(contents: Uint8Array): SignedDataView | undefined {
  try {
    return parseSignedData(trimDerPadding(contents));
  } catch {
    return undefined;
  }
}

function signerOf(view: SignedDataView, more: readonly Certificate[] = []): Certificate | undefined {
  const [signer] = view.signerInfos;
  return signer && findSignerCertificate(signer.sid, [...view.certificates, ...more]);
}

export const isTimeStamp = ({ report }: StandingSignature): boolean => report.kind === 'document-timestamp';

/** End of what a signature covers. */
export const endOf = ({ report }: StandingSignature): number => {
  const [, , from = 0, length = 0] = report.coverage.byteRange;
  return from + length;
};

/** The earliest good document time stamp behind `end`. */
export function provenAt(standing: readonly StandingSignature[], end: number): Date | undefined {
  const times = standing
    .filter((s) => isTimeStamp(s) && s.report.trustedTime !== undefined && endOf(s) > end)
    .map((s) => Date.parse(s.report.trustedTime ?? ''));
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

export interface SubjectSettings {
  readonly trust: TrustMaterial;
  readonly timeStampTrust: TrustMaterial;
  /** Time that evidence on stamps not covered yet must reach: now, when a stamp is about to cover them; their own time when not. */
  readonly coveredAt: Date | undefined;
}

export interface KeyedSubject {
  /** Key of the signature's entry in the store. */
  readonly key: string;
  readonly subject: Subject;
}

export async function subjectsOf(
  file: PdfFile,
  standing: readonly StandingSignature[],
  settings: SubjectSettings,
): Promise<readonly KeyedSubject[]> {
  const stored = await storedMaterial(file);
  const stamp = (view: SignedDataView, covered: Date | undefined): Subject | undefined =>
    stampSubject(view, stored, settings, covered);
  return standing.flatMap((one) => {
    const key = storeKey(one.signature.contents);
    const covered = provenAt(standing, endOf(one));
    const subjects: (Subject | undefined)[] = [];
    if (isTimeStamp(one)) subjects.push(stamp(one.view, covered));
    else {
      const { trustedTime } = one.report;
      const certificate = one.certificate ?? signerOf(one.view, stored.certificates);
      if (certificate !== undefined && trustedTime !== undefined) {
        const at = new Date(trustedTime);
        const trust = withStored(settings.trust, stored);
        subjects.push(subjectIn(one.view, trust, { certificate, purpose: 'signing', at, evidenceAt: at }));
      }
      const [signer] = one.view.signerInfos;
      for (const token of signer === undefined ? [] : signatureTimeStamps(signer)) {
        subjects.push(stamp(parseSignedData(token), covered));
      }
    }
    return subjects.flatMap((s) => (s === undefined ? [] : [{ key, subject: s }]));
  });
}

/** The chain behind a document time stamp, as far as the file and the given trust show it; leaf first. */
export async function chainOfStamp(
  file: PdfFile,
  { view, certificate }: StandingSignature,
  trust: TrustMaterial,
): Promise<readonly Certificate[]> {
  const time = view.content === undefined ? undefined : timeOf(view.content);
  if (certificate === undefined || time === undefined) return [];
  const all = withStored(trust, await storedMaterial(file));
  const intermediates = [...view.certificates, ...(all.intermediates ?? [])];
  return validateChain(certificate, { ...all, intermediates }, { at: time, purpose: 'timeStamping' }).chain;
}

/** The authority behind a time stamp token; undefined for what is none. `covered`: when a later stamp covered it. */
export function stampSubject(
  view: SignedDataView,
  stored: StoredMaterial,
  { timeStampTrust, coveredAt }: SubjectSettings,
  covered?: Date,
): Subject | undefined {
  const certificate = signerOf(view, stored.certificates);
  const at = view.content === undefined ? undefined : timeOf(view.content);
  if (certificate === undefined || at === undefined) return undefined;
  const evidenceAt = covered ?? coveredAt ?? at;
  return subjectIn(view, withStored(timeStampTrust, stored), { certificate, purpose: 'timeStamping', at, evidenceAt });
}

/** What stands in the SignedData itself comes first. */
const subjectIn = (view: SignedDataView, trust: TrustMaterial, what: Omit<Subject, 'trust'>): Subject => ({
  ...what,
  trust: {
    ...trust,
    intermediates: [...view.certificates, ...(trust.intermediates ?? [])],
    crls: [...view.crls, ...(trust.crls ?? [])],
  },
});

function timeOf(content: Uint8Array): Date | undefined {
  try {
    return parseTstInfo(content).time;
  } catch {
    return undefined;
  }
}
