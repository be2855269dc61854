/** What a handed-in document must be: the exact original with one valid signature more, by the person of the session. */
import { open } from 'node:fs/promises';
import { YqError } from '#core/errors/index.ts';
import { fileSource } from '#core/pdf/index.ts';
import { Certificate, type Finding } from '#core/pki/index.ts';
import { verifyPdf, type SignatureReport, type VerifyReport } from '#core/verify/index.ts';
import type { Trust } from '../ca/trust.ts';
import type { Persons } from '../login/persons.ts';
import type { LoginSession } from '../login/sessions.ts';

export interface SignedDocument {
  /** Paths of the two files. */
  readonly original: string;
  readonly signed: string;
  readonly session: LoginSession;
}

export interface SignedDocumentReport {
  /** Upper case hex. */
  readonly certificateSerial: string;
  /** ISO 8601: the trusted time, else the claimed one, else the time of receipt. */
  readonly signedAt: string;
  /** A time stamp tells it. */
  readonly trusted: boolean;
}

/** Rejects with UPLOAD_NOT_ORIGINAL, UPLOAD_SIGNATURE or UPLOAD_SIGNER. */
export type SignedDocumentCheck = (document: SignedDocument) => Promise<SignedDocumentReport>;

const CHUNK = 1 << 20;

export function signedDocumentCheck(trust: Trust, persons: Persons, clock: () => Date): SignedDocumentCheck {
  const judge = async (path: string): Promise<VerifyReport> => {
    const source = await fileSource(path);
    try {
      return await verifyPdf(source, { name: 'document.pdf', trust: await trust.material(), at: clock() });
    } finally {
      await source.close();
    }
  };
  return async ({ original, signed, session }) => {
    if (!(await isAppended(original, signed))) throw new YqError('UPLOAD_NOT_ORIGINAL');
    const [before, after] = [await judge(original), await judge(signed)];
    const added = after.signatures.filter((s) => s.kind === 'signature');
    const had = before.signatures.filter((s) => s.kind === 'signature').length;
    const newest = added.at(-1);
    if (newest === undefined || added.length !== had + 1 || !coversDocument(newest)) {
      throw unsigned('没有覆盖全文的新签名', 'there is no new signature over the whole document');
    }
    if (after.verdict !== 'PASSED') throw notPassed(after);
    if (!isBy(newest, session, persons)) throw new YqError('UPLOAD_SIGNER');
    return {
      certificateSerial: session.serial,
      signedAt: newest.trustedTime ?? newest.claimedTime ?? clock().toISOString(),
      trusted: newest.trustedTime !== undefined,
    };
  };
}

/**
 * The new signature is over all that is shown: nothing came after it, or only what proves it later (certificates and revocation lists
 * in the security store, document time stamps), which B-LT and B-LTA append.
 */
const coversDocument = ({ coverage, changesAfter }: SignatureReport): boolean =>
  coverage.wholeFile || (changesAfter.length > 0 && changesAfter.every((c) => c.allowed && PROOFS.has(c.kind)));
const PROOFS: ReadonlySet<string> = new Set(['security-store', 'time-stamp']);

/** Whether `longer` begins with all of `shorter` and goes on after it. Streams both. */
export async function isAppended(shorter: string, longer: string): Promise<boolean> {
  const [a, b] = await Promise.all([open(shorter, 'r'), open(longer, 'r')]);
  try {
    const [{ size }, { size: longerSize }] = await Promise.all([a.stat(), b.stat()]);
    if (longerSize <= size) return false;
    const [left, right] = [Buffer.alloc(CHUNK), Buffer.alloc(CHUNK)];
    for (let at = 0; at < size; at += CHUNK) {
      const length = Math.min(CHUNK, size - at);
      const read = await Promise.all([a.read(left, 0, length, at), b.read(right, 0, length, at)]);
      if (read.some((r) => r.bytesRead !== length) || left.compare(right, 0, length, 0, length) !== 0) return false;
    }
    return true;
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
}

/** The certificate of the session, as registered: serial, issuer and subject must be those of the signature. */
function isBy({ signer }: SignatureReport, session: LoginSession, persons: Persons): boolean {
  const own = persons
    .certificates(session.person.id)
    .map((der) => Certificate.parse(der))
    .find((c) => c.serial === session.serial && Buffer.compare(c.issuerDer, session.issuer) === 0);
  return (
    own !== undefined &&
    signer !== undefined &&
    signer.serial === own.serial &&
    signer.issuer === own.issuer &&
    signer.subject === own.subject
  );
}

function notPassed(report: VerifyReport): YqError {
  const findings: readonly Finding[] = [...report.findings, ...report.signatures.flatMap((s) => s.findings)];
  const cause = findings.find((f) => f.verdict === 'FAILED') ?? findings.find((f) => f.verdict === report.verdict);
  return unsigned(
    (cause?.zh ?? '验证未通过').replace(/。$/, ''),
    (cause?.en ?? 'verification did not pass').replace(/\.$/, ''),
    cause?.code,
  );
}

const unsigned = (zh: string, en: string, detail?: string): YqError =>
  new YqError('UPLOAD_SIGNATURE', {
    params: { 'reason.zh': zh, 'reason.en': en },
    ...(detail === undefined ? {} : { detail }),
  });
