/** One time stamp by the settings of a signing: from the one service, or through the door that stands before several. */
import { YqError } from '#core/errors/index.ts';
import { requestTimeStamp, type HttpClient, type TimeStamp } from '#core/pki/index.ts';
import type { TsaSettings } from './types.ts';

export interface AskTime {
  readonly http: HttpClient;
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
}

/** @throws TSA_*; SIGN_CANCELLED once the signal is aborted */
export async function askTime(
  imprint: Uint8Array,
  tsa: TsaSettings,
  { http, now, signal }: AskTime,
): Promise<TimeStamp> {
  const one = (url: string): Promise<TimeStamp> =>
    requestTimeStamp(imprint, { ...tsa, url, ...(signal === undefined ? {} : { signal }) }, http, now);
  try {
    return await (tsa.ask === undefined ? one(tsa.url) : tsa.ask(imprint, one, signal));
  } catch (e) {
    throw signal?.aborted === true ? new YqError('SIGN_CANCELLED', { cause: e }) : e;
  }
}
