/** src/main/batch/work/worker.ts beside the main process. */
import type { FromWorker, ToWorker } from '../batch/work/messages.ts';
import type { WorkChannel } from '../batch/work/pool.ts';
import { startWorkerProcess } from './worker-process.ts';

export const startSigningProcess = (modulePath: string, onOutput: (line: string) => void): WorkChannel =>
  startWorkerProcess<ToWorker, FromWorker>(modulePath, 'Yiqian signing worker', onOutput);
