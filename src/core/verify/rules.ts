/**
 * What the signatures of a document let others do afterwards: certification (DocMDP, ISO 32000-2, 12.8.2.2), locks on fields (FieldMDP,
 * 12.8.2.4) and the permission of a field's lock (12.7.5.5). Those of a signature and of every one before it bind together.
 */
import {
  locksField,
  PdfDict,
  PdfRef,
  readFieldLock,
  type EmbeddedSignature,
  type FieldLock,
  type PdfFile,
} from '#core/pdf/index.ts';
import type { Change } from './change-codes.ts';
import { change } from './change-codes.ts';
import type { ChangeReport } from './types.ts';

/** What one signature asks for. */
interface Terms {
  /** 1-based revision that it covers. */
  readonly revision: number;
  /** Strictest of its certification and its field's lock. */
  readonly permission: 1 | 2 | 3 | undefined;
  /** What it allows as the document's certification: the first signature, named by the catalog, and intact. */
  readonly grants: 2 | 3 | undefined;
  readonly locks: readonly FieldLock[];
}

export interface SignedRevision {
  readonly signature: EmbeddedSignature;
  readonly revision: number;
  readonly intact: boolean;
}

export class Rules {
  readonly #terms: readonly Terms[];
  private constructor(terms: readonly Terms[]) {
    this.#terms = terms;
  }

  /** `signed` in the order of the revisions; `at` gives the document as a revision had it. */
  static async read(signed: readonly SignedRevision[], at: (revision: number) => Promise<PdfFile>): Promise<Rules> {
    const terms: Terms[] = [];
    for (const [i, one] of signed.entries()) terms.push(await termsOf(one, i === 0, await at(one.revision)));
    return new Rules(terms);
  }

  /** What binds a signature that covers `revision`. */
  boundAt(revision: number): Bounds {
    const binding = this.#terms.filter((t) => t.revision <= revision);
    const asked = binding.flatMap((t) => t.permission ?? []);
    const granted = binding.flatMap((t) => t.grants ?? []);
    return {
      permission: asked.length === 0 ? undefined : (Math.min(...asked) as 1 | 2 | 3),
      grants: granted.length === 0 ? undefined : (Math.min(...granted, ...asked) as 1 | 2 | 3),
      locks: binding.flatMap((t) => t.locks),
    };
  }
}

export interface Bounds {
  /** Undefined: nothing was certified or locked. */
  readonly permission: 1 | 2 | 3 | undefined;
  /** What a certification that can be believed allows. */
  readonly grants: 1 | 2 | 3 | undefined;
  readonly locks: readonly FieldLock[];
}

async function termsOf(
  { signature, revision, intact }: SignedRevision,
  isFirst: boolean,
  file: PdfFile,
): Promise<Terms> {
  const asked: (1 | 2 | 3)[] = signature.docMdp === undefined ? [] : [signature.docMdp];
  const locks: FieldLock[] = [];
  for (const { transformMethod, params } of signature.references) {
    if (transformMethod === 'FieldMDP') locks.push(await readFieldLock(file, params));
  }
  for (const field of await file.signatureFields()) {
    if (!(field.value instanceof PdfRef) || field.value.num !== signature.objectNumber) continue;
    const lock = await file.resolve(field.dict.get('Lock'));
    if (!(lock instanceof PdfDict)) continue;
    locks.push(await readFieldLock(file, lock));
    const permission = await file.resolve(lock.get('P'));
    if (lock.has('P')) asked.push(permission === 2 || permission === 3 ? permission : 1);
  }
  const permission = asked.length === 0 ? undefined : (Math.min(...asked) as 1 | 2 | 3);
  const certifies = isFirst && intact && signature.docMdp !== undefined && (await isNamed(file, signature));
  const grants = certifies && (signature.docMdp === 2 || signature.docMdp === 3) ? signature.docMdp : undefined;
  return { revision, permission, grants, locks };
}

/** Whether the catalog's /Perms names it as the certification (12.8.4). */
async function isNamed(file: PdfFile, { objectNumber }: EmbeddedSignature): Promise<boolean> {
  const permissions = await file.resolve((await file.catalog()).get('Perms'));
  const named = permissions instanceof PdfDict ? permissions.get('DocMDP') : undefined;
  return named instanceof PdfRef && named.num === objectNumber;
}

/** The changes of one revision as they bear on a signature that is bound by `bounds`; further ones where they break a rule. */
export function judgeChanges(changes: readonly Change[], revision: number, bounds: Bounds): readonly ChangeReport[] {
  const reports: ChangeReport[] = [];
  let againstCertification = false;
  for (const found of changes) {
    const locked = isLocked(found, bounds.locks);
    const verdict = locked ? 'FAILED' : verdictOf(found, bounds);
    reports.push(reportOf(found, verdict));
    if (locked) {
      const { field = '?', before, after, object, page, place } = found;
      const told = { before, after, object, page, place };
      const known = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
      reports.push(reportOf(change('CHANGED_LOCKED_FIELD', revision, { field, ...known }), 'FAILED'));
    }
    // What nobody may do breaks even a signature without certification; only under P1 is it that which forbids it.
    const { permission } = bounds;
    if (permission !== undefined && verdict === 'FAILED' && (permission === 1 || found.need !== 'never'))
      againstCertification = true;
  }
  if (againstCertification) reports.push(reportOf(change('CHANGED_AGAINST_DOCMDP', revision), 'FAILED'));
  return reports;
}

function verdictOf({ need }: Change, { permission, grants }: Bounds): ChangeReport['verdict'] {
  switch (need) {
    case 'archive':
      return 'PASSED';
    case 'signing':
      return permission === 1 ? 'FAILED' : 'PASSED';
    case 'drawing':
      return permission === undefined || permission === 3 ? 'PASSED' : 'FAILED';
    case 'filling':
      return grants === 2 || grants === 3 ? 'PASSED' : 'FAILED';
    case 'annotating':
      return grants === 3 ? 'PASSED' : 'FAILED';
    case 'sketching':
      return grants === 3 ? 'INDETERMINATE' : 'FAILED';
    case 'never':
      return 'FAILED';
    case 'unclear':
      return 'INDETERMINATE';
  }
}

/** A field of a form, or a signature made in one; what nobody sees and only proves a time is no change of a field. */
function isLocked({ code, field }: Change, locks: readonly FieldLock[]): boolean {
  const concerns = code === 'CHANGED_FORM_VALUE' || code === 'FIELD_REDRAWN' || code === 'SIGNATURE_ADDED';
  return concerns && field !== undefined && locks.some((lock) => locksField(lock, field));
}

function reportOf({ need: _need, ...found }: Change, verdict: ChangeReport['verdict']): ChangeReport {
  return { ...found, allowed: verdict === 'PASSED', verdict };
}
