/** Starts src/token-host as Electron utility processes: one per vendor driver, each with only the environment it needs. */
import { utilityProcess } from 'electron';

/** What core/token's provider needs of a process that hosts one driver. */
export interface HostProcess {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number | null) => void): void;
  kill(): void;
  readonly pid?: number | undefined;
}

/** Variables a driver may see: where it is, who the user is, its own settings. No proxy passwords, no session secrets of ours. */
const passedOn =
  /^(PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|USER|LOGNAME|USERPROFILE|USERNAME|APPDATA|LOCALAPPDATA|PROGRAMDATA|SYSTEMROOT|WINDIR|XDG_\w+|SOFTHSM2_CONF|YIQIAN_SOFT_TOKEN_DIR|LD_LIBRARY_PATH)$/i;

export function startHostProcess(
  modulePath: string,
  env: Readonly<Record<string, string>>,
  onOutput: (line: string) => void,
): HostProcess {
  const own = Object.entries(process.env).filter(([k, v]) => passedOn.test(k) && v !== undefined) as [string, string][];
  const child = utilityProcess.fork(modulePath, [], {
    env: { ...Object.fromEntries(own), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    serviceName: 'Yiqian token host',
  });
  // Drivers print what they like; it may name a PIN or a path, so only its being there is told on.
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (d: Uint8Array) => {
      onOutput(`${d.length} bytes of output`);
    });
  }
  return {
    get pid() {
      return child.pid;
    },
    post(message) {
      child.postMessage(message);
    },
    onMessage(listener) {
      child.on('message', listener);
    },
    onExit(listener) {
      child.on('exit', listener);
    },
    kill() {
      child.kill();
    },
  };
}
