/**
 * The trusted time of a signature that was made without one (`timeStampLater`): an unsigned attribute put into the room that was kept in
 * the hole of /Contents. Nothing outside the hole changes, so the signature's own value and every byte it covers stay as they are. Done
 * in a draft beside the target, judged there as a stranger would, then renamed.
 */
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { createHash, digest, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { fileSource, readPdf, type EmbeddedSignature } from '#core/pdf/index.ts';
import { addUnsignedTimeStamp, parseSignedData, trimDerPadding } from '#core/pki/index.ts';
import { addSealTimeStamp, looksLikeSealSignature, parseSealSignature } from '#core/seal/index.ts';
import { verifyPdf, type SignatureReport, type VerifyReport } from '#core/verify/index.ts';
import { askTime } from './ask-time.ts';
import { copyHashed } from './copy-hashed.ts';
import { DraftFile } from './draft-file.ts';
import { inputError } from './errno.ts';
import { stampTrust } from './extend/raise.ts';
import { whatIsWrong } from './self-check.ts';
import type { StampLaterRequest, StampLaterResult } from './types.ts';

/**
 * The newest signature must cover the whole file: were anything appended after it, a later signature would cover the hole as it is now.
 *
 * @throws TSA_*, SIGN_STAMP_NOT_POSSIBLE, SIGN_DOCUMENT_CHANGED, SIGN_SELF_CHECK, SIGN_INPUT, SIGN_OUTPUT, SIGN_DISK_FULL,
 * SIGN_TARGET_EXISTS, SIGN_CANCELLED. Whatever happens, the source is untouched and the target is as it was or whole.
 */
export async function stampLater(request: StampLaterRequest): Promise<StampLaterResult> {
  const source = await openSource(request);
  let draft: DraftFile | undefined;
  try {
    const found = await source.stat();
    draft = await DraftFile.create(request.target);
    const result = await stampDraft(request, source, draft);
    if (result.outcome === 'not-needed') return result;
    const now = await stat(request.source).catch((e: unknown) => Promise.reject(inputError(e, request.source)));
    if (now.size !== found.size || now.mtimeMs !== found.mtimeMs) {
      throw new YqError('SIGN_DOCUMENT_CHANGED', { detail: 'the source was changed while it was stamped' });
    }
    await draft.setMode(found.mode);
    await request.atPoint?.('checked');
    await draft.publish(request.replace ?? true);
    await request.atPoint?.('archived');
    return result;
  } finally {
    await draft?.discard();
    await source.close().catch(() => undefined);
  }
}

async function openSource({ source, target, replace }: StampLaterRequest): Promise<FileHandle> {
  const real = await realpath(source).catch((e: unknown) => Promise.reject(inputError(e, source)));
  if (replace === false && (await stat(resolve(target)).catch(() => undefined))) {
    throw new YqError('SIGN_TARGET_EXISTS', { params: { file: basename(target) } });
  }
  return await open(real, 'r').catch((e: unknown) => Promise.reject(inputError(e, source)));
}

async function stampDraft(request: StampLaterRequest, source: FileHandle, draft: DraftFile): Promise<StampLaterResult> {
  const checkpoint = (): void => {
    if (request.signal?.aborted === true) throw new YqError('SIGN_CANCELLED');
  };
  const hash = createHash('sm3');
  await copyHashed({ source, sourcePath: request.source, draft, hashes: [hash], checkpoint });
  const sm3Before = toHex(hash.digest());
  if (request.expectedSm3 !== undefined && request.expectedSm3.toUpperCase() !== sm3Before) {
    throw new YqError('SIGN_DOCUMENT_CHANGED', { detail: `kept ${request.expectedSm3}, found ${sm3Before}` });
  }
  await request.atPoint?.('copied');
  const before = await judge(request, draft);
  const { signature, report } = await newest(draft, before, request);
  if (report.trustedTime !== undefined) {
    return {
      target: draft.target,
      fieldName: report.fieldName,
      sm3Before,
      sm3After: sm3Before,
      trustedTime: new Date(report.trustedTime),
      outcome: 'not-needed',
    };
  }
  const span = signature.contentsSpan;
  if (span === undefined || !report.coverage.wholeFile) throw notPossible('it is not the newest revision');
  const wrong = whatIsWrong(report);
  if (wrong !== undefined) throw notPossible(wrong);

  checkpoint();
  const { contents, time } = await stamped(trimDerPadding(signature.contents), request);
  await request.atPoint?.('timestamped');
  const hex = new TextEncoder().encode(toHex(contents));
  const [from, to] = [span[0] + 1, span[1] - 1];
  if (hex.length > to - from) throw notPossible(`${hex.length / 2} bytes for a hole of ${(to - from) / 2}`);
  await draft.write(hex, from);
  await draft.sync();
  await request.atPoint?.('sealed');

  const after = await judge(request, draft);
  const own = after.signatures.find((s) => s.fieldName === report.fieldName);
  const refuse = (detail: string): YqError => new YqError('SIGN_SELF_CHECK', { detail });
  if (own === undefined || own.trustedTime !== time.toISOString()) throw refuse('the time stamp is lost');
  const nowWrong = whatIsWrong(own);
  if (nowWrong !== undefined) throw refuse(nowWrong);
  if (!own.coverage.wholeFile || after.size !== before.size) throw refuse('bytes outside the signature have moved');
  const worse = after.signatures.find((s, i) => s.verdict === 'FAILED' && before.signatures[i]?.verdict !== 'FAILED');
  if (worse !== undefined) throw refuse(`${worse.fieldName} is not valid any more`);
  return {
    target: draft.target,
    fieldName: report.fieldName,
    sm3Before,
    sm3After: after.sm3,
    trustedTime: time,
    outcome: 'stamped',
  };
}

const notPossible = (detail: string): YqError => new YqError('SIGN_STAMP_NOT_POSSIBLE', { detail });

async function judge(request: StampLaterRequest, draft: DraftFile): Promise<VerifyReport> {
  const { trust, tsa, sealTrust, password } = request;
  const source = await fileSource(draft.path);
  try {
    return await verifyPdf(source, {
      name: 'draft',
      trust,
      timeStampTrust: stampTrust(trust, tsa),
      ...(sealTrust === undefined ? {} : { sealTrust }),
      at: request.now(),
      ...(password === undefined ? {} : { password }),
    });
  } finally {
    await source.close();
  }
}

interface Newest {
  readonly signature: EmbeddedSignature;
  readonly report: SignatureReport;
}

/** The signature that ends last in the file. */
async function newest(draft: DraftFile, report: VerifyReport, { password }: StampLaterRequest): Promise<Newest> {
  const source = await fileSource(draft.path);
  try {
    const all = await (await readPdf(source, { password })).signatures();
    const end = (s: EmbeddedSignature): number => (s.byteRange[2] ?? 0) + (s.byteRange[3] ?? 0);
    const signature = all.toSorted((a, b) => end(b) - end(a))[0];
    const judged = report.signatures.find((s) => s.fieldName === signature?.fieldName);
    if (signature === undefined || judged?.kind !== 'signature') throw notPossible('the newest is no signature');
    return { signature, report: judged };
  } finally {
    await source.close();
  }
}

async function stamped(
  contents: Uint8Array,
  { tsa, http, now, signal }: StampLaterRequest,
): Promise<{ readonly contents: Uint8Array; readonly time: Date }> {
  const alone = looksLikeSealSignature(contents);
  const value = alone ? parseSealSignature(contents).signature : parseSignedData(contents).signerInfos[0]?.signature;
  if (value === undefined) throw notPossible('no signer');
  const { token, time } = await askTime(digest(tsa.digest ?? 'sm3', value), tsa, { http, now, signal });
  return { contents: alone ? addSealTimeStamp(contents, token) : addUnsignedTimeStamp(contents, token), time };
}
