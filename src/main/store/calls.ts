/** Tells the person once that the desk's own data had to be restored. */
import { YqError } from '#core/errors/index.ts';
import type { Handlers } from '../ipc.ts';
import { toWireError } from '../wire-error.ts';
import type { Repair } from './keeping.ts';

type StoreCalls = Pick<Handlers, Extract<keyof Handlers, `store:${string}`>>;

export function storeCalls(repair: Repair | undefined): StoreCalls {
  let notice = repair === undefined ? null : toWireError(repairError(repair));
  return {
    'store:notice': () => notice,
    'store:seen': () => {
      notice = null;
      return undefined;
    },
  };
}

export const repairError = ({ copyOf, reason }: Repair): YqError =>
  new YqError(copyOf === undefined ? 'STORE_LOST' : 'STORE_DAMAGED', {
    params: { time: copyOf ?? '' },
    detail: reason,
  });
