/** Starts src/token-host as Electron utility processes: one per vendor driver, each with only the environment it needs. */
import { utilityProcess } from 'electron';
import type { HostChannel } from '#core/token/index.ts';

/** Variables a driver may see: where it is, who the user is, its own settings. No proxy passwords, no session secrets of ours. */
const passedOn =
  /^(PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|USER|LOGNAME|USERPROFILE|USERNAME|APPDATA|LOCALAPPDATA|PROGRAMDATA|SYSTEMROOT|WINDIR|XDG_\w+|SOFTHSM2_CONF|YIQIAN_SOFT_TOKEN_DIR|LD_LIBRARY_PATH)$/i;

export function startHostProcess(
  modulePath: string,
  driver: string,
  env: Readonly<Record<string, string>>,
  onOutput: (line: string) => void,
): HostChannel {
  const own = Object.entries(process.env).filter(([k, v]) => passedOn.test(k) && v !== undefined) as [string, string][];
  const child = utilityProcess.fork(modulePath, [], {
    env: { ...Object.fromEntries(own), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    serviceName: `Yiqian token host ${driver}`,
  });
  // Drivers print what they like; it may name a PIN or a path, so only its being there is told on.
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
      child.on('message', listener);
    },
    onExit(listener) {
      child.once('exit', listener);
    },
    kill() {
      child.kill();
    },
  };
}
