/** What each revision did to the one before it, worked out once per step and shared by all signatures before that step. */
import { changedObjects, type PdfFile, type PlacementMm } from '#core/pdf/index.ts';
import { change } from './change-codes.ts';
import { compareRevisions } from './changes.ts';
import type { JudgedSignature } from './judge-signature.ts';
import type { ChangeReport } from './types.ts';
import type { Candidate } from './verify-pdf.ts';

/** Steps beyond this are not compared; no record is signed so often. */
const MAX_STEPS = 250;

export class RevisionHistory {
  readonly #file: PdfFile;
  readonly #candidates: readonly Candidate[];
  readonly #judged: readonly JudgedSignature[];
  readonly #steps = new Map<number, Promise<readonly ChangeReport[]>>();

  constructor(file: PdfFile, candidates: readonly Candidate[], judged: readonly JudgedSignature[]) {
    this.#file = file;
    this.#candidates = candidates;
    this.#judged = judged;
  }

  /** Everything after the revision that `candidate` covers, oldest first. */
  async changesAfter(candidate: Candidate): Promise<readonly ChangeReport[]> {
    const covered = candidate.coverage?.revision;
    if (covered === undefined) return [];
    const { length } = this.#file.revisions;
    if (length - covered > MAX_STEPS) return [change('REVISION_NOT_COMPARED', length)];
    const reports: ChangeReport[] = [];
    for (let revision = covered + 1; revision <= length; revision++) {
      reports.push(...(await this.#step(revision)));
      reports.push(...this.#overlaps(candidate, revision));
      if (candidate.signature.docMdp === 1 && !this.#isArchival(revision)) {
        reports.push(change('CHANGED_AGAINST_DOCMDP', revision));
      }
    }
    return reports;
  }

  #step(revision: number): Promise<readonly ChangeReport[]> {
    let step = this.#steps.get(revision);
    if (step === undefined) {
      step = this.#compare(revision).catch((e: unknown) => {
        // A later revision that can't even be read is not an allowed one.
        void e;
        return [change('REVISION_NOT_COMPARED', revision)];
      });
      this.#steps.set(revision, step);
    }
    return step;
  }

  async #compare(revision: number): Promise<readonly ChangeReport[]> {
    const older = await this.#revision(revision - 1);
    const newer = await this.#revision(revision);
    const reports = [...(await compareRevisions(older, newer, await changedObjects(older, newer), revision))];
    const signer = this.#signerOf(revision);
    if (signer === undefined) {
      const storeOnly = reports.length > 0 && reports.every((r) => r.code === 'SECURITY_STORE_ADDED');
      if (!storeOnly) reports.push(change('REVISION_NOT_SIGNED', revision));
    } else if (!signer.intact) reports.push(change('LATER_SIGNATURE_INVALID', revision, { field: signer.fieldName }));
    return reports;
  }

  async #revision(number: number): Promise<PdfFile> {
    if (number === this.#file.revisions.length) return this.#file;
    const revision = this.#file.revisions[number - 1];
    return await this.#file.revisionAt(revision?.eof ?? 0);
  }

  /** The signature that covers exactly up to this revision. */
  #signerOf(revision: number): JudgedSignature | undefined {
    const index = this.#candidates.findIndex((c) => c.coverage?.revision === revision);
    return this.#judged[index];
  }

  /** PDF 2.0 lets a document time stamp follow even a certification that forbids all else. */
  #isArchival(revision: number): boolean {
    return this.#signerOf(revision)?.kind === 'document-timestamp';
  }

  #overlaps({ signature }: Candidate, revision: number): readonly ChangeReport[] {
    const mine = signature.placement;
    if (mine === undefined) return [];
    return this.#candidates
      .filter((other) => other.coverage?.revision === revision && overlap(mine, other.signature.placement))
      .map(() => change('CHANGED_COVERS_SIGNATURE', revision, { field: signature.fieldName, page: mine.page }));
  }
}

/** Appearances may touch; one that lies over another by more than this share of it hides it. */
const TOLERATED_SHARE = 0.02;

function overlap(mine: PlacementMm, other: PlacementMm | undefined): boolean {
  if (other === undefined || other.page !== mine.page) return false;
  const width = Math.min(mine.x + mine.width, other.x + other.width) - Math.max(mine.x, other.x);
  const height = Math.min(mine.y + mine.height, other.y + other.height) - Math.max(mine.y, other.y);
  return width > 0 && height > 0 && width * height > TOLERATED_SHARE * mine.width * mine.height;
}
