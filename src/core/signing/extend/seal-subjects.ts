/**
 * Certificates behind the seals in a file (GB/T 38540): of whoever made the seal and, where the SES_Signature fills /Contents by itself, of
 * its signer and its time stamp. They stand in no CMS, and without their status a seal can't be judged in thirty years either.
 */
import { storeKey, type EmbeddedSignature, type PdfFile } from '#core/pdf/index.ts';
import { Certificate, parseSignedData, trimDerPadding, type TrustMaterial } from '#core/pki/index.ts';
import { parseSealSignature, SEAL_SIGNATURE_ATTRIBUTE, type SealSignature } from '#core/seal/index.ts';
import { storedMaterial, withStored, type SignatureReport, type VerifyReport } from '#core/verify/index.ts';
import type { Subject } from './collect.ts';
import { stampSubject, type KeyedSubject, type SubjectSettings } from './subjects.ts';

/** `now`: the time a seal is looked at for which none is proven. */
export async function sealSubjects(
  file: PdfFile,
  report: VerifyReport,
  settings: SubjectSettings,
  now: Date,
): Promise<readonly KeyedSubject[]> {
  if (!report.signatures.some((one) => one.seal !== undefined)) return [];
  const signatures = await file.signatures();
  const stored = await storedMaterial(file);
  return report.signatures.flatMap((one) => {
    const signature = signatures[one.index - 1];
    const seal = signature && sealOf(one, signature);
    if (signature === undefined || seal === undefined) return [];
    const at = one.trustedTime === undefined ? now : new Date(one.trustedTime);
    const trust = withStored(settings.trust, stored);
    const key = storeKey(signature.contents);
    const subjects: (Subject | undefined)[] = [subjectOf(seal.seal.makerCertificate, trust, at, true)];
    if (one.seal?.carrier === 'contents') {
      subjects.push(subjectOf(seal.signerCertificate, trust, at, false));
      if (seal.timeStamp !== undefined) subjects.push(stampSubject(parseSignedData(seal.timeStamp), stored, settings));
    }
    return subjects.flatMap((subject) => (subject === undefined ? [] : [{ key, subject }]));
  });
}

function sealOf({ seal }: SignatureReport, { contents }: EmbeddedSignature): SealSignature | undefined {
  try {
    const der = trimDerPadding(contents);
    if (seal?.carrier === 'contents') return parseSealSignature(der);
    if (seal === undefined) return undefined;
    const attributes = parseSignedData(der).signerInfos[0]?.signedAttributes ?? [];
    const value = attributes.find((a) => a.id === SEAL_SIGNATURE_ATTRIBUTE)?.values[0];
    return value && parseSealSignature(value);
  } catch {
    return undefined;
  }
}

function subjectOf(der: Uint8Array, trust: TrustMaterial, at: Date, maySayNothing: boolean): Subject | undefined {
  try {
    return { certificate: Certificate.parse(der), purpose: 'signing', at, evidenceAt: at, trust, maySayNothing };
  } catch {
    return undefined;
  }
}
