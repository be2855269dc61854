/** What each revision did to the one before it, worked out once per step and shared by all signatures before that step. */
import { changedObjects, type PdfFile } from '#core/pdf/index.ts';
import { change, type Change } from './change-codes.ts';
import { compareRevisions } from './changes.ts';
import type { JudgedSignature } from './judge-signature.ts';
import { judgeChanges, Rules, type SignedRevision } from './rules.ts';
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
  #rules: Promise<Rules> | undefined;
  readonly #steps = new Map<number, Promise<readonly Change[]>>();
  readonly #revisions = new Map<number, Promise<PdfFile>>();

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
    if (covered === length) return [];
    const nothingKnown = (revision: number): readonly ChangeReport[] =>
      judgeChanges([change('REVISION_NOT_COMPARED', revision)], revision, NO_BOUNDS);
    if (length - covered > MAX_STEPS || this.#isTooMuch(length - covered)) return nothingKnown(length);
    const bounds = await this.#boundsAt(covered);
    if (bounds === undefined) return nothingKnown(covered);
    const reports: ChangeReport[] = [];
    for (let revision = covered + 1; revision <= length; revision++) {
      reports.push(...judgeChanges(await this.#step(revision), revision, bounds));
    }
    return reports;
  }

  /** Undefined when a signed revision cannot be read by itself. */
  async #boundsAt(revision: number): Promise<ReturnType<Rules['boundAt']> | undefined> {
    this.#rules ??= Rules.read(this.#signedRevisions(), (number) => this.revision(number));
    return this.#rules.then(
      (rules) => rules.boundAt(revision),
      () => undefined,
    );
  }

  #signedRevisions(): readonly SignedRevision[] {
    const signed = this.#candidates.flatMap(({ signature, coverage }, i) =>
      coverage === undefined
        ? []
        : [{ signature, revision: coverage.revision, intact: this.#judged[i]?.intact === true }],
    );
    return signed.sort((a, b) => a.revision - b.revision);
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

  #step(revision: number): Promise<readonly Change[]> {
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

  async #compare(revision: number): Promise<readonly Change[]> {
    const older = await this.revision(revision - 1);
    const newer = await this.revision(revision);
    const changes = [...(await compareRevisions(older, newer, await changedObjects(older, newer), revision))];
    const signer = this.#signerOf(revision);
    if (signer === undefined) changes.push(...unsigned(changes, revision));
    else if (!signer.intact) changes.push(change('LATER_SIGNATURE_INVALID', revision, { field: signer.fieldName }));
    else if (signer.kind === 'signature') return changes.map((found) => asSignature(found, revision));
    return changes;
  }

  /** The document as it stood then, 1-based. */
  revision(number: number): Promise<PdfFile> {
    if (number === this.#file.revisions.length) return Promise.resolve(this.#file);
    let revision = this.#revisions.get(number);
    if (revision === undefined) {
      revision = this.#file.revisionAt(this.#file.revisions[number - 1]?.eof ?? 0);
      this.#revisions.set(number, revision);
    }
    return revision;
  }

  /** The signature that covers exactly up to this revision. */
  #signerOf(revision: number): JudgedSignature | undefined {
    const index = this.#candidates.findIndex((c) => c.coverage?.revision === revision);
    return this.#judged[index];
  }
}

const NO_BOUNDS = { permission: undefined, grants: undefined, locks: [] } as const;

/**
 * A revision that nobody signed: material for validation may come so; so may what a certification lets anybody do, values and
 * annotations, and then nothing else.
 */
function unsigned(changes: readonly Change[], revision: number): readonly Change[] {
  const needs = new Set(changes.map(({ need }) => need));
  if (changes.length > 0 && changes.every(({ code }) => code === 'SECURITY_STORE_ADDED')) return [];
  const signed = changes.some(({ code }) => code === 'SIGNATURE_ADDED' || code === 'TIMESTAMP_ADDED');
  const known = !changes.some(({ code }) => code === 'REVISION_NOT_COMPARED');
  const bySaving = changes.length > 0 && known && !signed && !needs.has('never') && !needs.has('drawing');
  if (!bySaving) return [change('REVISION_NOT_SIGNED', revision)];
  const annotates = needs.has('annotating') || needs.has('sketching');
  return [change('REVISION_NOT_SIGNED', revision, { need: annotates ? 'annotating' : 'filling' })];
}

/** What the dictionary calls a time stamp, but the judge found to be somebody's signature, counts as that. */
function asSignature(found: Change, revision: number): Change {
  if (found.code !== 'TIMESTAMP_ADDED') return found;
  const { object, field = '?' } = found;
  return change('SIGNATURE_ADDED', revision, { field, ...(object === undefined ? {} : { object }) });
}
