/** Opens the lock of a document: its /Encrypt read without anything being decrypted, and the key that fits. */
import { damaged, overLimit } from '../failures.ts';
import { isArray, PdfDict, sameObject, type PdfObject } from '../objects.ts';
import type { DocumentSecurity } from './security.ts';
import { openSecurity } from './standard-handler.ts';

/** What opens a document: a password, or the lock of a later revision when that is the same one. */
export interface Opener {
  readonly password: string | undefined;
  readonly lock?: Lock | undefined;
}

export interface Lock {
  readonly encrypt: PdfDict;
  readonly id: PdfObject;
  readonly security: DocumentSecurity;
}

type Resolve = (value: PdfObject | undefined) => Promise<PdfObject>;

/**
 * @param trailer of the newest section, with /Encrypt
 * @throws PDF_ENCRYPTED, PDF_PASSWORD, PDF_ENCRYPTION, PDF_DAMAGED
 */
export async function openLock(trailer: PdfDict, resolve: Resolve, { password, lock }: Opener): Promise<Lock> {
  const encrypt = await withoutReferences(trailer.get('Encrypt'), resolve);
  if (!(encrypt instanceof PdfDict)) throw damaged('/Encrypt', 'no dictionary');
  const ids = await withoutReferences(trailer.get('ID'), resolve);
  // The first one names the document for good; only it makes the key.
  const id = isArray(ids) ? (ids[0] ?? null) : null;
  const same = lock !== undefined && sameObject(lock.encrypt, encrypt) && sameObject(lock.id, id);
  return { encrypt, id, security: same ? lock.security : openSecurity(encrypt, id, password) };
}

/** An honest /Encrypt has some thirty values; references within references could make millions of a few. */
const MOST_VALUES = 1_000;
const DEEPEST = 8;

async function withoutReferences(value: PdfObject | undefined, resolve: Resolve): Promise<PdfObject> {
  let values = 0;
  const direct = async (written: PdfObject | undefined, depth: number): Promise<PdfObject> => {
    if (depth > DEEPEST || ++values > MOST_VALUES) throw overLimit('/Encrypt', 'too much in it');
    const found = await resolve(written);
    if (isArray(found)) {
      const items: PdfObject[] = [];
      for (const item of found) items.push(await direct(item, depth + 1));
      return items;
    }
    if (!(found instanceof PdfDict)) return found;
    const entries: [string, PdfObject][] = [];
    for (const [key, item] of found.entries()) entries.push([key, await direct(item, depth + 1)]);
    return new PdfDict(entries, found.duplicateKeys);
  };
  return direct(value, 0);
}
