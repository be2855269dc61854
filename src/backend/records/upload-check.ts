/** What a handed-in document must be: the exact original with something appended, signed by the person of the session. */
import { open } from 'node:fs/promises';
import { YqError } from '#core/errors/index.ts';
import type { LoginSession } from '../login/sessions.ts';

export interface SignedDocument {
  /** Paths of the two files. */
  readonly original: string;
  readonly originalSize: number;
  readonly signed: string;
  readonly session: LoginSession;
}

export interface SignedDocumentReport {
  /** Upper case hex. */
  readonly certificateSerial: string;
  /** ISO 8601: the trusted time, else the claimed one, else the time of receipt. */
  readonly signedAt: string;
}

/** Rejects with UPLOAD_NOT_ORIGINAL, UPLOAD_SIGNATURE or UPLOAD_SIGNER. */
export type SignedDocumentCheck = (document: SignedDocument) => Promise<SignedDocumentReport>;

const CHUNK = 1 << 20;

/** Whether `longer` begins with all of `shorter` and goes on after it. Streams both. */
export async function isAppended(shorter: string, longer: string): Promise<boolean> {
  const [a, b] = await Promise.all([open(shorter, 'r'), open(longer, 'r')]);
  try {
    const [{ size }, { size: longerSize }] = await Promise.all([a.stat(), b.stat()]);
    if (longerSize <= size) return false;
    const [left, right] = [Buffer.alloc(CHUNK), Buffer.alloc(CHUNK)];
    for (let at = 0; at < size; at += CHUNK) {
      const length = Math.min(CHUNK, size - at);
      await Promise.all([a.read(left, 0, length, at), b.read(right, 0, length, at)]);
      if (left.compare(right, 0, length, 0, length) !== 0) return false;
    }
    return true;
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
}

export async function requireAppended(document: SignedDocument): Promise<void> {
  if (!(await isAppended(document.original, document.signed))) throw new YqError('UPLOAD_NOT_ORIGINAL');
}
