/** Starts a worker of ours as an Electron utility process: it reads strangers' documents, and sees nothing of the desk. */
import { utilityProcess } from 'electron';

/** Where the system's parts lie, and nothing else. */
const passedOn = /^(PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|USERPROFILE|SYSTEMROOT|WINDIR|LD_LIBRARY_PATH)$/i;

export interface WorkerProcess<Told, Heard> {
  post(message: Told): void;
  onMessage(listener: (message: Heard) => void): void;
  onExit(listener: () => void): void;
  kill(): void;
}

export function startWorkerProcess<Told, Heard>(
  modulePath: string,
  serviceName: string,
  onOutput: (line: string) => void,
): WorkerProcess<Told, Heard> {
  const own = Object.entries(process.env).filter(([k, v]) => passedOn.test(k) && v !== undefined) as [string, string][];
  const child = utilityProcess.fork(modulePath, [], {
    env: Object.fromEntries(own),
    stdio: ['ignore', 'pipe', 'pipe'],
    serviceName,
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (d: Uint8Array) => {
      onOutput(`${d.length} bytes of output`);
    });
  }
  return {
    post(message) {
      child.postMessage(message);
    },
    onMessage(listener) {
      child.on('message', (message: unknown) => {
        listener(message as Heard);
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
