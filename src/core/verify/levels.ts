/**
 * The level a PAdES signature has reached (ETSI EN 319 142-1, 6): B-T with a good time stamp of either kind; B-LT when the file alone
 * holds all that is needed to judge signer and time stamp, apart from the roots; B-LTA when a good document time stamp covers that.
 */
import { isYqError } from '#core/errors/index.ts';
import type { PdfFile } from '#core/pdf/index.ts';
import {
  judgeRevocation,
  parseSignedData,
  readEvidence,
  validateChain,
  type Certificate,
  type CertificatePurpose,
  type SignedDataView,
  type TrustMaterial,
} from '#core/pki/index.ts';
import { storedMaterial, type StoredMaterial } from './stored-material.ts';
import type { ProofOfExistence } from './time-line.ts';
import type { SignatureReport } from './types.ts';

/** A certificate that some SignedData used at a proven time, with what stands in that SignedData. */
export interface LastingBasis {
  readonly certificate: Certificate;
  readonly view: SignedDataView;
  readonly at: Date;
  readonly purpose: CertificatePurpose;
  /** The roots that may vouch for it. */
  readonly roots: readonly Certificate[];
}

/** The basis of a time stamp token that passed every check. */
export function basisOfToken(
  token: Uint8Array,
  certificate: Certificate | undefined,
  at: Date | undefined,
  { roots }: TrustMaterial,
): LastingBasis | undefined {
  if (certificate === undefined || at === undefined) return undefined;
  return { certificate, view: parseSignedData(token), at, purpose: 'timeStamping', roots };
}

/** Whether the file alone, with the roots, shows each certificate to have been good: chain and revocation status. */
export function isSelfContained(
  { certificate, view, at, purpose, roots }: LastingBasis,
  stored: StoredMaterial,
): boolean {
  const material: TrustMaterial = {
    roots,
    intermediates: [...view.certificates, ...stored.certificates],
    crls: [...view.crls, ...stored.crls],
    ocspResponses: stored.ocspResponses,
  };
  const { verdict, chain } = validateChain(certificate, material, { at, purpose });
  if (verdict !== 'PASSED') return false;
  const evidence = readEvidence(material);
  return chain.slice(0, -1).every((subject, i) => {
    const issuer = chain[i + 1];
    return issuer !== undefined && judgeRevocation(subject, issuer, evidence, at).status === 'good';
  });
}

export interface LevelQuestion {
  /** Where the signature's covered range ends. */
  readonly end: number | undefined;
  /** As found without looking at the store. */
  readonly level: SignatureReport['level'];
  /** Signer and signature time stamp; the stamp is absent when a document time stamp gave the time. */
  readonly basis: LastingBasis | undefined;
  readonly stampBasis: LastingBasis | undefined;
}

/** Levels of the signatures of one file. `store`: of the newest revision. */
export async function reachedLevels(
  file: PdfFile,
  store: StoredMaterial,
  questions: readonly LevelQuestion[],
  proofs: readonly ProofOfExistence[],
): Promise<readonly SignatureReport['level'][]> {
  const storeAt = new Map<number, Promise<StoredMaterial>>();
  const storeOf = (end: number): Promise<StoredMaterial> => {
    const known = storeAt.get(end) ?? olderStore(file, end);
    storeAt.set(end, known);
    return known;
  };
  const levels: SignatureReport['level'][] = [];
  for (const { end, level, basis, stampBasis } of questions) {
    if (level !== 'B-T' || end === undefined || basis === undefined || stampBasis === undefined) {
      levels.push(level);
      continue;
    }
    const lasting = (stored: StoredMaterial): boolean =>
      isSelfContained(basis, stored) && isSelfContained(stampBasis, stored);
    if (!lasting(store)) levels.push('B-T');
    else levels.push((await isArchived(end, proofs, storeOf, lasting)) ? 'B-LTA' : 'B-LT');
  }
  return levels;
}

/** A document time stamp covers the signature and, in its own revision, all the material. */
async function isArchived(
  end: number,
  proofs: readonly ProofOfExistence[],
  storeOf: (end: number) => Promise<StoredMaterial>,
  lasting: (stored: StoredMaterial) => boolean,
): Promise<boolean> {
  for (const proof of proofs) if (proof.end > end && lasting(await storeOf(proof.end))) return true;
  return false;
}

async function olderStore(file: PdfFile, end: number): Promise<StoredMaterial> {
  try {
    return await storedMaterial(end === file.size ? file : await file.revisionAt(end));
  } catch (e) {
    if (!isYqError(e)) throw e;
    return { certificates: [], crls: [], ocspResponses: [] };
  }
}
