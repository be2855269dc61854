/** What each revision did to the one before it, worked out once per step and shared by all signatures before that step. */
import { changedObjects, PdfDict, PdfRef, type PdfFile } from '#core/pdf/index.ts';
import { change } from './change-codes.ts';
import { compareRevisions } from './changes.ts';
import type { JudgedSignature } from './judge-signature.ts';
import type { ChangeReport } from './types.ts';
import type { Candidate } from './verify-pdf.ts';

/** Steps beyond this are not compared; no record is signed so often. */
const MAX_STEPS = 250;
/** Objects looked at in all steps together, some seconds' work; an entry without an object costs a twentieth of one. */
const MAX_OBJECTS = 600_000;
const EMPTY_ENTRY_COST = 0.05;

export class RevisionHistory {
  readonly #file: PdfFile;
  readonly #candidates: readonly Candidate[];
  readonly #judged: readonly JudgedSignature[];
  #costOfStep: number | undefined;
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
    if (length - covered > MAX_STEPS || this.#isTooMuch(length - covered))
      return [change('REVISION_NOT_COMPARED', length)];
    const forbidsAll = await this.#forbidsAll(candidate);
    const reports: ChangeReport[] = [];
    for (let revision = covered + 1; revision <= length; revision++) {
      reports.push(...(await this.#step(revision)));
      if (forbidsAll && !(await this.#isArchival(revision))) reports.push(change('CHANGED_AGAINST_DOCMDP', revision));
    }
    return reports;
  }

  #isTooMuch(steps: number): boolean {
    this.#costOfStep ??= this.#objectsInUse() + EMPTY_ENTRY_COST * this.#file.objectLimit;
    return steps * this.#costOfStep > MAX_OBJECTS;
  }

  #objectsInUse(): number {
    let count = 0;
    for (let num = 1; num < this.#file.objectLimit; num++) {
      if ((this.#file.xrefEntry(num)?.kind ?? 'free') !== 'free') count++;
    }
    return count;
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

  /** Its certification, or the lock of its field (ISO 32000-2, 12.7.5.5), says so. */
  async #forbidsAll({ signature }: Candidate): Promise<boolean> {
    if (signature.docMdp === 1) return true;
    for (const field of await this.#file.signatureFields()) {
      if (!(field.value instanceof PdfRef) || field.value.num !== signature.objectNumber) continue;
      const lock = await this.#file.resolve(field.dict.get('Lock'));
      if (lock instanceof PdfDict && (await this.#file.resolve(lock.get('P'))) === 1) return true;
    }
    return false;
  }

  /** PDF 2.0 lets a security store and a document time stamp that nobody sees follow even a certification that forbids all else. */
  async #isArchival(revision: number): Promise<boolean> {
    const codes = (await this.#step(revision)).map((r) => r.code);
    if (codes.every((code) => code === 'SECURITY_STORE_ADDED')) return true;
    return this.#signerOf(revision)?.kind === 'document-timestamp' && !codes.includes('APPEARANCE_ADDED');
  }
}
