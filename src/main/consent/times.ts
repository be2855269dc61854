/** Time stamps by the desk's services in their order, within their rates: the next takes the place of one that fails. */
import { asYqError, YqError } from '#core/errors/index.ts';
import type { TsaSettings } from '#core/signing/types.ts';
import type { TimeServices } from '../batch/index.ts';

type Ask = NonNullable<TsaSettings['ask']>;

/** `told`: a stamp is being waited for, and has come. Rejects with what the last service failed with, TSA_UNREACHABLE when none was asked. */
export const askThrough =
  (services: TimeServices, told: (state: 'begun' | 'done') => void): Ask =>
  async (_imprint, one, signal) => {
    const tried: string[] = [];
    let last: YqError | undefined;
    told('begun');
    for (;;) {
      const url = await services.turn(tried, undefined, signal);
      if (url === undefined) throw last ?? new YqError('TSA_UNREACHABLE');
      try {
        const stamp = await one(url);
        services.told(url, undefined);
        told('done');
        return stamp;
      } catch (e) {
        last = asYqError(e, 'TSA_UNREACHABLE');
        services.told(url, last);
        tried.push(url);
      }
    }
  };
