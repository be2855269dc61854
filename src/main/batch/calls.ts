/** The calls of the batch (src/shared/batch.ts). */
import type { Handlers } from '../ipc.ts';
import type { Batches } from './batches.ts';

type BatchCall = Extract<keyof Handlers, `batch:${string}`>;

/** `settled`: what an earlier run left has been cleared up. */
export const batchCalls = (batches: Batches, settled: Promise<unknown>): Pick<Handlers, BatchCall> => ({
  'batch:propose': async (input) => {
    await settled;
    return batches.propose(input);
  },
  'batch:withdrawProposal': async () => {
    await batches.withdrawProposal();
    return undefined;
  },
  'batch:start': async (input) => {
    await settled;
    return batches.start(input);
  },
  'batch:cancel': () => {
    batches.cancel();
    return undefined;
  },
  'batch:get': async () => {
    await settled;
    return batches.get();
  },
  'batch:resume': async ({ batchId }) => {
    await settled;
    return batches.resume(batchId);
  },
  'batch:putAway': async ({ batchId }) => {
    await settled;
    batches.putAway(batchId);
    return undefined;
  },
  'batch:open': (input) => batches.open(input),
});
