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
 *         onExit: (listener) => void child.once('exit', listener),
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
  /** Called once. The reason goes to the log only: an exit code or the name of a signal. */
  onExit(listener: (reason: string | number | null) => void): void;
  kill(): void;
  /** Whether the process should keep its parent from ending: yes while a request is under way. Optional. */
  hold?(busy: boolean): void;
}

export interface SpawnRequest {
  /** The driver's id, to name the process by. */
  readonly driver: string;
  /** Variables on top of the environment. */
  readonly env: Readonly<Record<string, string>>;
}
export type SpawnHost = (request: SpawnRequest) => HostChannel;
