/**
 * The wire between a provider and one token-host process. The provider never starts a process itself: main passes an adapter over
 * Electron's utilityProcess, the command line and the tests pass `forkHost` over child_process.
 *
 * What main must pass (values cross by structured clone, Uint8Array included):
 *
 *     const spawnHost: SpawnHost = ({ driver, env }) => {
 *       const child = utilityProcess.fork(entry, [], { serviceName: `token-host ${driver}`, env: { ...process.env, ...env } });
 *       return {
 *         post: (message) => child.postMessage(message),
 *         onMessage: (listener) => void child.on('message', listener),
 *         onExit: (listener) => void child.once('exit', (code) => listener(`exit code ${code}`)),
 *         kill: () => void child.kill(),
 *       };
 *     };
 *
 * `entry` is the bundled src/token-host/main.ts. `kill` must end a process that hangs inside a driver: utilityProcess.kill() sends
 * SIGTERM, which such a process never handles but also never blocks (token-host installs no handler for it).
 */
export interface HostChannel {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once; `reason` is one line for the log ("signal SIGSEGV", "exit code 1"). */
  onExit(listener: (reason: string) => void): void;
  kill(): void;
}

export interface SpawnRequest {
  /** The driver's id, to name the process by. */
  readonly driver: string;
  /** Variables on top of the environment. */
  readonly env: Readonly<Record<string, string>>;
}
export type SpawnHost = (request: SpawnRequest) => HostChannel;
