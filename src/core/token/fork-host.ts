/** Token-host processes over child_process.fork: for the command line, the backend and the tests. The desk uses utilityProcess. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { SpawnHost } from './channel.ts';

export interface ForkOptions {
  /** The process's entry file; by default src/token-host/main.ts beside this room, which Node runs as it stands. */
  readonly entry?: string;
  /** Node to run it with; by default the one that runs us. */
  readonly execPath?: string;
}

/** The process ends with its parent, and keeps no parent alive while no request is under way. */
export function forkHost(options: ForkOptions = {}): SpawnHost {
  const entry = options.entry ?? join(import.meta.dirname, '../../token-host/main.ts');
  return ({ env }) => {
    const child = fork(entry, [], {
      env: { ...process.env, ...env },
      execPath: options.execPath ?? process.execPath,
      execArgv: [],
      serialization: 'advanced', // Uint8Array as it is
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'], // drivers print what they like
    });
    child.on('error', () => undefined); // told by 'exit' or by the deadline
    return {
      post: (message) => {
        if (child.connected) child.send(message as object);
      },
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void child.once('exit', (code, signal) => listener(signal ?? code)),
      kill: () => void child.kill('SIGKILL'),
      hold: (busy) => {
        if (busy) {
          child.ref();
          child.channel?.ref();
        } else {
          child.unref();
          child.channel?.unref();
        }
      },
    };
  };
}
