/** B-LT and B-LTA in the same act as the signature: what can fail is tried before the key signs, and a signature once made is not lost. */
import type { DigestName, Hash } from '#core/crypto/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import type { Certificate, HttpClient, TrustMaterial } from '#core/pki/index.ts';
import type { HashedPrefix, VerifyReport } from '#core/verify/index.ts';
import type { DraftFile } from '../draft-file.ts';
import type { SignatureLevel, SignPdfRequest } from '../types.ts';
import { collect } from './collect.ts';
import { ValidationCache } from './fetching.ts';
import { GrowingDraft } from './growing-draft.ts';
import { raise, type Raised } from './raise.ts';

const isLasting = (level: SignatureLevel | undefined): level is 'B-LT' | 'B-LTA' =>
  level === 'B-LT' || level === 'B-LTA';

/** The request with a cache for the lists it will need twice, and without the time stamp service when B-B is asked for. */
export function settleLevel(request: SignPdfRequest): SignPdfRequest {
  const { tsa, ...rest } = request;
  if (request.level === 'B-B') return rest;
  if (request.level !== undefined && tsa === undefined) throw new YqError('LASTING_NO_TSA');
  return { ...request, cache: request.cache ?? new ValidationCache() };
}

export interface SourcesQuestion {
  readonly certificate: Certificate;
  /** Further certificates that will go along with the signature. */
  readonly chain: readonly Certificate[];
  readonly trust: TrustMaterial;
  readonly http: HttpClient;
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
  readonly cache: ValidationCache;
}

/**
 * Whether the status of a signer's certificate and of its issuers can be had right now: to be asked before a PIN is, for no signature above
 * B-T can be made without. What was fetched stays in the cache.
 * @throws LASTING_REVOCATION_UNAVAILABLE, LASTING_NO_REVOCATION_SOURCE, LASTING_REVOKED, LASTING_ISSUER_MISSING, SIGN_CANCELLED
 */
export async function checkLastingSources(question: SourcesQuestion): Promise<void> {
  const { certificate, chain, trust, now } = question;
  const at = now();
  const intermediates = [...chain, ...(trust.intermediates ?? [])];
  await collect({ certificate, purpose: 'signing', at, evidenceAt: at, trust: { ...trust, intermediates } }, question);
}

/** As `checkLastingSources`, when the request asks for such a level. */
export async function requireSources(request: SignPdfRequest): Promise<void> {
  if (!isLasting(request.level)) return;
  const { certificate, chain } = request.signer;
  await checkLastingSources({ ...request, certificate, chain, cache: request.cache ?? new ValidationCache() });
}

export interface ReachOrder {
  readonly request: SignPdfRequest;
  readonly draft: DraftFile;
  /** The signed file in the draft: its length, hashes that ran over all of it, and what the judge said. */
  readonly size: number;
  readonly hashes: ReadonlyMap<DigestName, Hash>;
  readonly report: VerifyReport;
  /** The part of it that need not be hashed again. */
  readonly hashedPrefix: HashedPrefix;
}

export type Reached =
  | { readonly raised: Raised; readonly sm3: string }
  /** The draft is again what was signed. */
  | { readonly raised: undefined; readonly shortfall: YqError | undefined };

/** @throws SIGN_CANCELLED alone: a signature that stays below the level asked for is still a signature. */
export async function reachLevel({ request, draft, size, hashes, ...rest }: ReachOrder): Promise<Reached> {
  const { level } = request;
  if (!isLasting(level)) return { raised: undefined, shortfall: undefined };
  try {
    const growing = new GrowingDraft(draft, size, hashes, request.password);
    const raised = await raise({
      ...request,
      ...rest,
      level,
      draft: growing,
      cache: request.cache ?? new ValidationCache(),
    });
    return { raised, sm3: growing.sm3() };
  } catch (e) {
    const shortfall = asYqError(e, 'INTERNAL');
    if (shortfall.code === 'SIGN_CANCELLED') throw shortfall;
    await draft.truncate(size);
    await draft.sync();
    return { raised: undefined, shortfall };
  }
}
