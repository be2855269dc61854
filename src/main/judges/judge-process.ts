/** src/core/verify/folder/worker.ts beside the main process. */
import type { JudgeChannel, Order, Reply } from '#core/verify/folder/index.ts';
import { startWorkerProcess } from './worker-process.ts';

export function startJudgeProcess(modulePath: string, onOutput: (line: string) => void): JudgeChannel {
  const { post, onMessage, onExit, kill } = startWorkerProcess<Order, Reply>(modulePath, 'Yiqian judge', onOutput);
  return { post, onReply: onMessage, onExit, kill };
}
