/** Starts src/core/verify/folder/worker.ts as an Electron utility process: it reads strangers' files, and sees nothing of the desk. */
import { utilityProcess } from 'electron';
import type { JudgeChannel, Reply } from '#core/verify/folder/index.ts';

/** Where the system's parts lie, and nothing else. */
const passedOn = /^(PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|USERPROFILE|SYSTEMROOT|WINDIR|LD_LIBRARY_PATH)$/i;

export function startJudgeProcess(modulePath: string, onOutput: (line: string) => void): JudgeChannel {
  const own = Object.entries(process.env).filter(([k, v]) => passedOn.test(k) && v !== undefined) as [string, string][];
  const child = utilityProcess.fork(modulePath, [], {
    env: Object.fromEntries(own),
    stdio: ['ignore', 'pipe', 'pipe'],
    serviceName: 'Yiqian judge',
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (d: Uint8Array) => {
      onOutput(`${d.length} bytes of output`);
    });
  }
  return {
    post(order) {
      child.postMessage(order);
    },
    onReply(listener) {
      child.on('message', (message: unknown) => {
        listener(message as Reply);
      });
    },
    onExit(listener) {
      child.once('exit', () => {
        listener();
      });
    },
    kill() {
      child.kill();
    },
  };
}
