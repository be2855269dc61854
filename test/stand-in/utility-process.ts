/** `utilityProcess`: a fork of Node whose process.parentPort speaks as Electron's does. */
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { state, versions } from './process-state.ts';
import { strict } from './strict.ts';

interface ForkOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly execArgv?: readonly string[];
  readonly cwd?: string;
  readonly stdio?: 'pipe' | 'ignore' | 'inherit' | readonly ('pipe' | 'ignore' | 'inherit')[];
  readonly serviceName?: string;
}

class UtilityProcess extends EventEmitter {
  readonly #child: ChildProcess;
  #pid: number | undefined;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;

  constructor(modulePath: string, args: readonly string[], options: ForkOptions) {
    super();
    const { stdio = 'inherit' } = options;
    const [, out = 'inherit', err = 'inherit'] = typeof stdio === 'string' ? [stdio, stdio, stdio] : stdio;
    this.#child = fork(new URL('./utility-child.ts', import.meta.url), [modulePath, ...args], {
      env: { ...(options.env ?? process.env), STANDIN_VERSIONS: JSON.stringify(versions), STANDIN_EXE: state.boot.exe },
      execArgv: ['--disable-warning=ExperimentalWarning', ...(options.execArgv ?? [])],
      stdio: ['ignore', out, err, 'ipc'],
      serialization: 'advanced',
      ...(options.cwd !== undefined && { cwd: options.cwd }),
    });
    this.stdout = this.#child.stdout;
    this.stderr = this.#child.stderr;
    this.#pid = this.#child.pid;
    this.#child.once('spawn', () => this.emit('spawn'));
    this.#child.on('message', (message) => this.emit('message', message));
    this.#child.once('exit', (code, signal) => {
      this.#pid = undefined;
      this.emit('exit', code ?? (signal === 'SIGKILL' ? 9 : signal === 'SIGSEGV' ? 11 : signal === 'SIGTERM' ? 15 : 6));
    });
    this.#child.on('error', (e) => this.emit('error', 'FatalError', '', String(e)));
    process.once('exit', () => this.#child.kill('SIGKILL'));
  }
  get pid(): number | undefined {
    return this.#pid;
  }
  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.length > 0) throw new Error('stand-in: MessagePorts are not implemented');
    if (this.#child.connected) this.#child.send(message as object, () => {});
  }
  /** SIGTERM, as Electron on POSIX: a driver that hangs in C code dies of it too, since nothing there handles it. */
  kill(): boolean {
    return this.#child.kill('SIGTERM');
  }
}

export const utilityProcess = strict('utilityProcess', {
  fork: (modulePath: string, args: readonly string[] = [], options: ForkOptions = {}): UtilityProcess => {
    if (!state.ready) throw new Error('utilityProcess cannot be created before app is ready.');
    return strict('UtilityProcess', new UtilityProcess(modulePath, args, options));
  },
});
