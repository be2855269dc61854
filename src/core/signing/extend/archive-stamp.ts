/** The archive time stamp: a DocTimeStamp (ISO 32000-2, 12.8.5) that nobody sees, over everything the file holds. */
import { toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { prepareSignature, type PdfFile } from '#core/pdf/index.ts';
import type { HttpClient, TimeStamp } from '#core/pki/index.ts';
import { askTime } from '../ask-time.ts';
import type { TsaSettings } from '../types.ts';
import type { GrowingDraft } from './growing-draft.ts';

/** Typical tokens have 2 to 6 KB; a larger one costs a second request with its measured size. */
const TOKEN_ROOM = 8192;
const SPARE_BYTES = 256;

export interface StampSettings {
  readonly tsa: TsaSettings;
  readonly http: HttpClient;
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
}

export interface ArchiveStamp extends TimeStamp {
  /** To append behind the draft as it was when the stamp was asked for; /Contents filled in. */
  readonly increment: Uint8Array;
}

/** Has the draft as it stands stamped; writes nothing. @throws TSA_*, PDF_*, SIGN_CANCELLED */
export async function stampDraft(draft: GrowingDraft, settings: StampSettings): Promise<ArchiveStamp> {
  const first = await tryStamp(draft, settings, TOKEN_ROOM);
  if (first.increment !== undefined) return { ...first, increment: first.increment };
  const second = await tryStamp(draft, settings, first.token.length + SPARE_BYTES);
  if (second.increment === undefined) throw new YqError('PDF_PLACEHOLDER_TOO_SMALL');
  return { ...second, increment: second.increment };
}

/** No increment when the token is larger than its place. */
async function tryStamp(
  draft: GrowingDraft,
  { tsa, http, now, signal }: StampSettings,
  contentsSize: number,
): Promise<TimeStamp & { readonly increment: Uint8Array | undefined }> {
  const { increment, contentsHexOffset } = await draft.reading(async (file) =>
    prepareSignature(file, {
      subFilter: 'ETSI.RFC3161',
      fieldName: await freeFieldName(file),
      claimedTime: now(),
      contentsSize,
    }),
  );
  const imprint = draft
    .hash(tsa.digest ?? 'sm3')
    .update(increment.subarray(0, contentsHexOffset - 1))
    .update(increment.subarray(contentsHexOffset + 2 * contentsSize + 1))
    .digest();
  const stamp = await askTime(imprint, tsa, { http, now, signal });
  if (stamp.token.length > contentsSize) return { ...stamp, increment: undefined };
  increment.set(new TextEncoder().encode(toHex(stamp.token)), contentsHexOffset);
  return { ...stamp, increment };
}

async function freeFieldName(file: PdfFile): Promise<string> {
  const taken = new Set((await file.fields()).map((field) => field.name));
  for (let i = 1; ; i++) if (!taken.has(`ArchiveTimeStamp${i}`)) return `ArchiveTimeStamp${i}`;
}
