/** How far the signatures of a form are: read from the file itself by the judge, held against what the form and its evidence are. */
import { createHash, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { fileSource, readPdf, type ByteSource } from '#core/pdf/index.ts';
import type { TrustMaterial } from '#core/pki/index.ts';
import { verifyPdf, type SignatureReport, type VerifyReport } from '#core/verify/index.ts';
import { FORM_FIELDS } from '../form/fields.ts';
import type { ConsentSignature, ConsentWriter } from '../types.ts';

export interface FormExpectation {
  readonly consentId: string;
  /** Hex SM3 of the form before any signature. */
  readonly document: string;
  /** In the order of signing. */
  readonly parties: readonly { readonly writer: ConsentWriter; readonly evidence: string }[];
  readonly trust: TrustMaterial;
  readonly tsa?: { readonly roots: TrustMaterial };
  readonly now: () => Date;
}

export interface SignedForm {
  /** Who signs next; undefined when all have. */
  readonly next: ConsentSignature | undefined;
  readonly report: VerifyReport;
}

/** @throws CONSENT_MISMATCH when a signature, or what it was made on, is not of this form and this evidence, or does not hold */
export async function judgeForm(file: string, expected: FormExpectation): Promise<SignedForm> {
  const source = await fileSource(file);
  try {
    const report = await verifyPdf(source, {
      name: 'consent',
      trust: expected.trust,
      ...(expected.tsa === undefined ? {} : { timeStampTrust: expected.tsa.roots }),
      at: expected.now(),
    });
    const order: ConsentSignature[] = [...expected.parties.map((p) => p.writer), 'staff'];
    const signed = report.signatures.filter((s) => s.kind === 'signature');
    const known: ReadonlySet<string> = new Set(Object.values(FORM_FIELDS));
    const strange = signed.find((s) => !known.has(s.fieldName));
    if (strange !== undefined) throw mismatch('含有其他签名', 'it bears another signature', strange.fieldName);
    const bySigner = order.map((who) => signed.find((s) => s.fieldName === FORM_FIELDS[who]));
    const count = bySigner.findIndex((s) => s === undefined);
    const done = count < 0 ? order.length : count;
    if (signed.length !== done) throw mismatch('签名次序不对', 'its signatures are not in their order');
    const first = bySigner[0];
    if (first !== undefined) await requireSameForm(source, first, expected.document);
    for (const [i, who] of order.slice(0, done).entries()) {
      const signature = bySigner[i];
      if (signature !== undefined) requireFits(signature, who, expected);
    }
    return { next: order[done], report };
  } finally {
    await source.close();
  }
}

function requireFits(signature: SignatureReport, who: ConsentSignature, expected: FormExpectation): void {
  if (signature.verdict === 'FAILED') {
    const cause = signature.findings.find((f) => f.verdict === 'FAILED');
    throw mismatch('已有签名无效', 'a signature that is there does not hold', `${who}: ${cause?.code ?? ''}`);
  }
  const { event } = signature;
  if (who === 'staff') {
    if (event !== undefined)
      throw mismatch('医护人员签名用了事件证书', 'the staff member signed with an event certificate');
    return;
  }
  const party = expected.parties.find((p) => p.writer === who);
  const fits =
    event !== undefined &&
    party !== undefined &&
    event.eventId === expected.consentId &&
    event.party === who &&
    event.document === expected.document.toUpperCase() &&
    event.evidence === party.evidence.toUpperCase();
  if (!fits) throw mismatch('证书与证据不一致', 'a certificate is not of this evidence', who);
}

/** The first signature was appended to the form itself: the bytes before its increment have the form's digest. */
async function requireSameForm(source: ByteSource, first: SignatureReport, document: string): Promise<void> {
  const end = first.coverage.revision === undefined ? undefined : await formEnd(source, first.coverage.revision);
  if (end === undefined || (await sm3Of(source, end)) !== document.toUpperCase())
    throw mismatch('签名不在这份同意书上', 'what was signed is another form');
}

/** Where the revision before the `revision`-th ends. */
async function formEnd(source: ByteSource, revision: number): Promise<number | undefined> {
  const { revisions } = await readPdf(source);
  return revisions[revision - 2]?.end;
}

const CHUNK = 1 << 20;

export async function sm3Of(source: ByteSource, length: number): Promise<string> {
  const hash = createHash('sm3');
  for (let at = 0; at < length; at += CHUNK) hash.update(await source.read(at, Math.min(CHUNK, length - at)));
  return toHex(hash.digest());
}

const mismatch = (zh: string, en: string, detail?: string): YqError =>
  new YqError('CONSENT_MISMATCH', {
    params: { 'reason.zh': zh, 'reason.en': en },
    ...(detail === undefined ? {} : { detail }),
  });
