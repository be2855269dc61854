/** What the signatures that a document has still let others do: DocMDP (ISO 32000-1, 12.8.2.2) and FieldMDP (12.8.2.4). */
import { YqError } from '#core/errors/index.ts';
import { dict, isArray, name, PdfDict, PdfName, PdfString, type PdfArray, type PdfObject } from './objects.ts';
import { textOf, textString } from './text-string.ts';
import type { FormField, PdfFile, SignatureFieldRequest } from './types.ts';

/** Fields that a signature wants unchanged from then on. */
export type FieldLock = NonNullable<SignatureFieldRequest['lock']>;

interface LockInForce extends FieldLock {
  /** Name of the signed field that brought it. */
  readonly by: string;
}

/** Locks of the signed fields, as their signatures say (FieldMDP) or as the fields themselves do (/Lock). */
async function locksInForce(file: PdfFile): Promise<readonly LockInForce[]> {
  const locks: LockInForce[] = [];
  for (const signature of await file.signatures()) {
    for (const { transformMethod, params } of signature.references)
      if (transformMethod === 'FieldMDP') locks.push({ ...(await lockOf(file, params)), by: signature.fieldName });
  }
  for (const field of await file.signatureFields()) {
    const lock = await file.resolve(field.dict.get('Lock'));
    if (lock instanceof PdfDict && (await file.resolve(field.value)) instanceof PdfDict)
      locks.push({ ...(await lockOf(file, lock)), by: field.name });
  }
  return locks;
}

/** What is written in no known way locks everything. */
export async function lockOf(file: PdfFile, params: PdfDict | undefined): Promise<FieldLock> {
  const action = await file.resolve(params?.get('Action'));
  const written = await file.resolve(params?.get('Fields'));
  const fields: string[] = [];
  for (const item of isArray(written) ? written : []) {
    const text = await file.resolve(item);
    if (text instanceof PdfString) fields.push(textOf(text));
  }
  if (!(action instanceof PdfName)) return { action: 'All' };
  if (action.value === 'Include' || action.value === 'Exclude') return { action: action.value, fields };
  return { action: 'All' };
}

/** A name in the list stands for the field and all below it. */
export function locks({ action, fields = [] }: FieldLock, field: string): boolean {
  const listed = fields.some((listed) => field === listed || field.startsWith(`${listed}.`));
  return action === 'All' || listed === (action === 'Include');
}

/** @throws PDF_FIELD_LOCKED when a signature wants the field, an existing or a new one, to stay as it is */
export async function checkUnlocked(file: PdfFile, field: string): Promise<void> {
  const lock = (await locksInForce(file)).find((l) => locks(l, field));
  if (lock !== undefined)
    throw new YqError('PDF_FIELD_LOCKED', { params: { field, by: lock.by }, detail: `FieldMDP ${lock.action}` });
}

/** A document time stamp that nobody sees may follow even a certification that forbids all else (ISO 32000-2, 12.8.2.2.2). */
const isArchival = ({ subFilter, placement }: SignatureFieldRequest): boolean =>
  subFilter === 'ETSI.RFC3161' && placement === undefined;

/**
 * Whether a signature of this kind may follow those that are there.
 * @throws PDF_DOCMDP_FORBIDS, PDF_COPIES_FORBIDDEN, PDF_FIELD_LOCKED, PDF_ALREADY_CERTIFIED
 */
export async function checkMayFollow(file: PdfFile, request: SignatureFieldRequest, fieldName: string): Promise<void> {
  if (isArchival(request)) return;
  const permission = await file.docMdp();
  if (permission === 1) throw new YqError('PDF_DOCMDP_FORBIDS', { detail: 'DocMDP permission 1' });
  // Stamps are annotations, and only permission 3 lets annotations be made.
  if (permission === 2 && (request.copies ?? []).length > 0)
    throw new YqError('PDF_COPIES_FORBIDDEN', { detail: `DocMDP permission 2, ${request.copies?.length} copies` });
  await checkUnlocked(file, fieldName);
  if (request.certify === undefined) return;
  const signatures = await file.signatures();
  if (signatures.length > 0)
    throw new YqError('PDF_ALREADY_CERTIFIED', {
      detail: `signed in ${signatures.map((s) => s.fieldName).join(', ')}`,
    });
}

/**
 * Whether empty signature fields may be added: before the first signature only. A revision that nobody signed makes the signatures before
 * it doubtful for every strict judge; who comes later signs in a new field of his own.
 * @throws PDF_FIELDS_FORBIDDEN
 */
export async function checkMayAddFields(file: PdfFile): Promise<void> {
  const signatures = await file.signatures();
  if (signatures.length > 0)
    throw new YqError('PDF_FIELDS_FORBIDDEN', {
      detail: `signed in ${signatures.map((s) => s.fieldName).join(', ')}`,
    });
}

/** /Lock of a field (Table 233). */
export const lockDictionary = (lock: FieldLock): PdfDict => dict({ Type: name('SigFieldLock'), ...lockEntries(lock) });

const lockEntries = ({ action, fields = [] }: FieldLock): Record<string, PdfObject | undefined> => ({
  Action: name(action),
  Fields: action === 'All' ? undefined : fields.map(textString),
});

/** The signature's /Reference: what it certifies and what it locks; undefined when neither. */
export async function referencesOf(
  file: PdfFile,
  { certify, lock }: Pick<SignatureFieldRequest, 'certify' | 'lock'>,
  field?: FormField,
): Promise<PdfArray | undefined> {
  const references: PdfObject[] = [];
  if (certify !== undefined) references.push(transform('DocMDP', { P: certify }));
  const own = await file.resolve(field?.dict.get('Lock'));
  if (own instanceof PdfDict) {
    if (lock !== undefined)
      throw new YqError('PDF_FIELD', { params: { field: field?.name ?? '' }, detail: 'it brings a lock of its own' });
    references.push(transform('FieldMDP', { Action: own.get('Action') ?? name('All'), Fields: own.get('Fields') }));
  } else if (lock !== undefined) references.push(transform('FieldMDP', lockEntries(lock)));
  return references.length === 0 ? undefined : references;
}

const transform = (method: string, params: Record<string, PdfObject | undefined>): PdfDict =>
  dict({
    Type: name('SigRef'),
    TransformMethod: name(method),
    TransformParams: dict({ Type: name('TransformParams'), ...params, V: name('1.2') }),
  });
