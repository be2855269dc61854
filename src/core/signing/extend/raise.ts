/**
 * Raises the signatures in a draft (ETSI EN 319 142-1, 5.4 and 5.5): validation data into the security store, then an archive time stamp
 * over it. Increments only; the judge looks at the result before anybody gets it.
 */
import { isErrorCode, YqError } from '#core/errors/index.ts';
import { prepareSecurityStore, type PreparedStore, type StoreMaterial } from '#core/pdf/index.ts';
import type { HttpClient, TrustMaterial } from '#core/pki/index.ts';
import { storedMaterial, verifyPdf, withStored, type HashedPrefix, type VerifyReport } from '#core/verify/index.ts';
import type { SignatureLevel, TsaSettings } from '../types.ts';
import { stampDraft, type ArchiveStamp } from './archive-stamp.ts';
import { collect, type Material } from './collect.ts';
import { renewTimeStampBy } from './algorithm-ages.ts';
import type { ValidationCache } from './fetching.ts';
import type { GrowingDraft } from './growing-draft.ts';
import { checkRaised, lowestLevel } from './raised-check.ts';
import { sealSubjects } from './seal-subjects.ts';
import { isTimeStamp, standingSignatures, subjectsOf, type StandingSignature } from './subjects.ts';

export interface RaiseOrder {
  readonly draft: GrowingDraft;
  /** The judge's report of the draft as it stands. */
  readonly report: VerifyReport;
  readonly level: 'B-LT' | 'B-LTA';
  readonly trust: TrustMaterial;
  readonly tsa?: TsaSettings | undefined;
  readonly password?: string | undefined;
  readonly http: HttpClient;
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
  readonly cache: ValidationCache;
  readonly hashedPrefix?: HashedPrefix | undefined;
}

export interface Raised {
  readonly level: SignatureLevel;
  readonly added: PreparedStore['added'];
  readonly archiveTime: Date | undefined;
  readonly renewBy: Date | undefined;
  readonly report: VerifyReport;
}

/** Roots and material of both sides: an older stamp in the file may come from either. */
export const stampTrust = (trust: TrustMaterial, tsa: TsaSettings | undefined): TrustMaterial =>
  tsa === undefined
    ? trust
    : {
        ...trust,
        roots: [...tsa.roots.roots, ...trust.roots],
        intermediates: [...(tsa.roots.intermediates ?? []), ...(trust.intermediates ?? [])],
        crls: [...(tsa.roots.crls ?? []), ...(trust.crls ?? [])],
        ocspResponses: [...(tsa.roots.ocspResponses ?? []), ...(trust.ocspResponses ?? [])],
      };

type JudgeOrder = Pick<RaiseOrder, 'draft' | 'trust' | 'tsa' | 'password' | 'now' | 'hashedPrefix'>;

export const judgeDraft = ({ draft, trust, tsa, password, now, hashedPrefix }: JudgeOrder): Promise<VerifyReport> =>
  draft.source((source) =>
    verifyPdf(source, {
      name: 'draft',
      trust,
      timeStampTrust: stampTrust(trust, tsa),
      at: now(),
      ...(password === undefined ? {} : { password }),
      ...(hashedPrefix === undefined ? {} : { hashedPrefix }),
    }),
  );

/** Appends what is missing. On failure the draft may have grown; it is the caller's to cut or to drop. @throws LASTING_*, TSA_*, PDF_* */
export async function raise(order: RaiseOrder): Promise<Raised> {
  requireGood(order.report);
  let report = order.report;
  let stamp: ArchiveStamp | undefined;
  if (needsTime(await standingOf(order, report))) {
    stamp = await stampDraft(order.draft, stampSettings(order));
    await order.draft.append(stamp.increment);
    report = await judgeDraft(order);
    requireGood(report);
  }
  const added = { certificates: 0, crls: 0, ocspResponses: 0 };
  const store = async (prepared: PreparedStore | undefined): Promise<boolean> => {
    if (prepared === undefined) return false;
    await order.draft.append(prepared.increment);
    for (const kind of ['certificates', 'crls', 'ocspResponses'] as const) added[kind] += prepared.added[kind];
    return true;
  };
  await store(await storeFor(order, report));
  if (order.level === 'B-LTA') {
    stamp = await stampDraft(order.draft, stampSettings(order));
    // The file shall hold what it takes to judge this stamp too: only its token tells which certificate is behind it.
    if (await store(await storeForStamp(order, stamp))) stamp = await stampDraft(order.draft, stampSettings(order));
    await order.draft.append(stamp.increment);
  }
  await order.draft.draft.sync();
  const after = await judgeDraft(order);
  checkRaised(order.report, after, { level: order.level, sm3: order.draft.sm3() });
  return {
    level: lowestLevel(after) ?? order.level,
    added,
    archiveTime: stamp?.time,
    renewBy: stamp === undefined ? undefined : renewTimeStampBy(stamp.token, stamp.report.chain?.chain ?? []),
    report: after,
  };
}

/** A file with an invalid signature is not made to last. */
function requireGood(report: VerifyReport): void {
  const failed = report.signatures.find((s) => s.verdict === 'FAILED');
  if (failed === undefined && report.signatures.some((s) => s.kind === 'signature') && report.verdict !== 'FAILED') {
    return;
  }
  // A file that could not be read at all: its finding bears the code of the error that says what to do.
  const unread = report.findings.find((f) => report.signatures.length === 0 && f.code.startsWith('PDF_'));
  if (unread !== undefined && isErrorCode(unread.code)) {
    throw new YqError(unread.code, unread.detail === undefined ? {} : { detail: unread.detail });
  }
  const codes = [...(failed?.findings ?? []), ...report.findings].filter((f) => f.verdict !== 'PASSED');
  const detail = codes.map((f) => f.code).join(', ');
  if (failed === undefined && report.verdict !== 'FAILED') throw new YqError('LASTING_NO_SIGNATURE', { detail });
  throw new YqError('LASTING_SIGNATURE_INVALID', { params: { field: failed?.fieldName ?? '' }, detail });
}

const needsTime = (standing: readonly StandingSignature[]): boolean =>
  standing.some((s) => !isTimeStamp(s) && s.report.trustedTime === undefined);

const standingOf = ({ draft }: RaiseOrder, report: VerifyReport): Promise<readonly StandingSignature[]> =>
  draft.reading((file) => standingSignatures(file, report));

function stampSettings({ tsa, http, now, signal }: RaiseOrder) {
  if (tsa === undefined) throw new YqError('LASTING_NO_TSA');
  return { tsa, http, now, signal };
}

function storeFor(order: RaiseOrder, report: VerifyReport): Promise<PreparedStore | undefined> {
  const { draft, trust, tsa, level, now } = order;
  return draft.reading(async (file) => {
    const settings = {
      trust,
      timeStampTrust: stampTrust(trust, tsa),
      coveredAt: level === 'B-LTA' ? now() : undefined,
    };
    const subjects = [
      ...(await subjectsOf(file, await standingSignatures(file, report), settings)),
      ...(await sealSubjects(file, report, settings, now())),
    ];
    const entries = new Map<string, StoreMaterial>();
    for (const { key, subject } of subjects) {
      const material = await collect(subject, order);
      entries.set(key, joined(entries.get(key), material));
    }
    return prepareSecurityStore(file, { certificates: [], crls: [], ocspResponses: [], entries });
  });
}

const joined = (one: StoreMaterial | undefined, other: Material): StoreMaterial => ({
  certificates: [...(one?.certificates ?? []), ...other.certificates],
  crls: [...(one?.crls ?? []), ...other.crls],
  ocspResponses: [...(one?.ocspResponses ?? []), ...other.ocspResponses],
});

async function storeForStamp(order: RaiseOrder, { report, time }: ArchiveStamp): Promise<PreparedStore | undefined> {
  const { certificate, chain } = report;
  if (certificate === undefined) return undefined;
  return order.draft.reading(async (file) => {
    const trust = withStored(stampTrust(order.trust, order.tsa), await storedMaterial(file));
    const intermediates = [...(chain?.chain ?? []), ...(trust.intermediates ?? [])];
    const subject = { certificate, purpose: 'timeStamping', at: time, evidenceAt: time } as const;
    const { certificates, crls, ocspResponses } = await collect(
      { ...subject, trust: { ...trust, intermediates } },
      order,
    );
    return prepareSecurityStore(file, { certificates, crls, ocspResponses, entries: new Map() });
  });
}
