/**
 * Extends a signed file, whoever signed it, to B-LT or B-LTA, or renews its archive time stamp: copied into a draft beside the target,
 * raised and judged there, then renamed into place. Whatever happens, the source is untouched and the target is whole or as it was.
 */
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { createHash } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { VerifyReport } from '#core/verify/index.ts';
import { copyHashed } from '../copy-hashed.ts';
import { DraftFile } from '../draft-file.ts';
import { inputError } from '../errno.ts';
import type { ExtendPdfRequest, ExtendPdfResult } from '../types.ts';
import { renewTimeStampBy } from './algorithm-ages.ts';
import { ValidationCache } from './fetching.ts';
import { GrowingDraft } from './growing-draft.ts';
import { judgeDraft, raise, stampTrust } from './raise.ts';
import { isAtLeast, lowestLevel } from './raised-check.ts';
import { chainOfStamp, endOf, isTimeStamp, standingSignatures } from './subjects.ts';

const DAY_MS = 86_400_000;

/**
 * `target` may be the source itself: it is then replaced by the rename, unless it was changed meanwhile. A file that needs nothing is left
 * alone: outcome `not-needed`, and nothing is written.
 * @throws LASTING_*, TSA_*, PDF_*, SIGN_INPUT, SIGN_OUTPUT, SIGN_DISK_FULL, SIGN_TARGET_EXISTS, SIGN_DOCUMENT_CHANGED, SIGN_CANCELLED
 */
export async function extendPdf(request: ExtendPdfRequest): Promise<ExtendPdfResult> {
  if (request.level === 'B-LTA' && request.tsa === undefined) throw new YqError('LASTING_NO_TSA');
  const source = await openSource(request);
  let draft: DraftFile | undefined;
  try {
    const found = await source.stat();
    draft = await DraftFile.create(request.target);
    const result = await extendDraft(request, source, draft);
    if (result.outcome === 'not-needed') return result;
    const now = await stat(request.source).catch((e: unknown) => Promise.reject(inputError(e, request.source)));
    if (now.size !== found.size || now.mtimeMs !== found.mtimeMs) {
      throw new YqError('SIGN_DOCUMENT_CHANGED', { detail: 'the source was changed while it was extended' });
    }
    await draft.setMode(found.mode);
    await draft.publish(request.replace ?? true);
    return result;
  } finally {
    await draft?.discard();
    await source.close().catch(() => undefined);
  }
}

async function openSource({ source, target, replace }: ExtendPdfRequest): Promise<FileHandle> {
  const real = await realpath(source).catch((e: unknown) => Promise.reject(inputError(e, source)));
  if (replace === false && (await stat(resolve(target)).catch(() => undefined))) {
    throw new YqError('SIGN_TARGET_EXISTS', { params: { file: basename(target) } });
  }
  return await open(real, 'r').catch((e: unknown) => Promise.reject(inputError(e, source)));
}

async function extendDraft(request: ExtendPdfRequest, source: FileHandle, file: DraftFile): Promise<ExtendPdfResult> {
  const checkpoint = (): void => {
    if (request.signal?.aborted === true) throw new YqError('SIGN_CANCELLED');
  };
  const hashes = new Map([
    ['sm3' as const, createHash('sm3')],
    [request.tsa?.digest ?? 'sm3', createHash(request.tsa?.digest ?? 'sm3')],
  ]);
  const size = await copyHashed({
    source,
    sourcePath: request.source,
    draft: file,
    hashes: [...hashes.values()],
    checkpoint,
  });
  const draft = new GrowingDraft(file, size, hashes, request.password);
  const sm3Before = draft.sm3();
  const order = { ...request, draft, cache: request.cache ?? new ValidationCache() };
  const report = await judgeDraft(order);
  if (report.sm3 !== sm3Before)
    throw new YqError('LASTING_SELF_CHECK', { detail: 'the copy differs from what was read' });
  const newest = await newestStamp(draft, report, request);
  if (isLastingEnough(report, newest, request)) {
    return {
      target: file.target,
      outcome: 'not-needed',
      level: lowestLevel(report) ?? request.level,
      added: { certificates: 0, crls: 0, ocspResponses: 0 },
      archiveTime: newest?.time,
      renewBy: newest?.renewBy,
      sm3Before,
      sm3After: sm3Before,
    };
  }
  checkpoint();
  const raised = await raise({ ...order, report });
  checkpoint();
  return {
    target: file.target,
    outcome: request.level === 'B-LTA' && newest !== undefined && isAtLevel(report, 'B-LTA') ? 'renewed' : 'extended',
    level: raised.level,
    added: raised.added,
    archiveTime: raised.archiveTime,
    renewBy: raised.renewBy,
    sm3Before,
    sm3After: draft.sm3(),
  };
}

interface NewestStamp {
  readonly time: Date;
  readonly renewBy: Date | undefined;
}

/** The newest good document time stamp, provided that it covers all signatures. */
async function newestStamp(
  draft: GrowingDraft,
  report: VerifyReport,
  { trust, tsa }: ExtendPdfRequest,
): Promise<NewestStamp | undefined> {
  if (!report.signatures.some((s) => s.kind === 'document-timestamp')) return undefined;
  return draft.reading(async (file) => {
    const standing = await standingSignatures(file, report);
    const last = standing.toSorted((a, b) => endOf(b) - endOf(a))[0];
    const time = last?.report.trustedTime;
    if (last === undefined || !isTimeStamp(last) || time === undefined) return undefined;
    const chain = await chainOfStamp(file, last, stampTrust(trust, tsa));
    return { time: new Date(time), renewBy: renewTimeStampBy(last.view.received, chain) };
  });
}

const isAtLevel = (report: VerifyReport, level: 'B-LT' | 'B-LTA'): boolean =>
  report.signatures.some((s) => s.kind === 'signature') &&
  report.signatures.every((s) => s.kind !== 'signature' || s.level === 'none' || isAtLeast(s.level, level));

function isLastingEnough(report: VerifyReport, newest: NewestStamp | undefined, request: ExtendPdfRequest): boolean {
  const padesOnly = report.signatures.every((s) => s.kind !== 'signature' || s.level !== 'none');
  if (report.signatures.some((s) => s.verdict === 'FAILED') || !isAtLevel(report, request.level)) return false;
  if (request.level === 'B-LT') return padesOnly;
  const { renewWithinDays = 0 } = request;
  if (renewWithinDays <= 0 || newest === undefined) return false;
  const limit = request.now().getTime() + renewWithinDays * DAY_MS;
  return newest.renewBy === undefined || newest.renewBy.getTime() > limit;
}
