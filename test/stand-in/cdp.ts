/** The DevTools protocol over a pipe (fds 3 and 4) to a Chromium that we start. Types are those Playwright ships. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Protocol } from '../../node_modules/playwright-core/types/protocol.d.ts';

export type { Protocol };
export type Command = keyof Protocol.CommandParameters & keyof Protocol.CommandReturnValues;
export type EventName = keyof Protocol.EventMap;
type Listener = (params: never, sessionId: string | undefined) => void;

interface Pending {
  readonly method: string;
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly sessionId?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export class Cdp {
  readonly process: ChildProcess;
  #nextId = 0;
  #exited = false;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, Listener>();
  readonly #write: Writable;

  constructor(executable: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.process = spawn(executable, ['--remote-debugging-pipe', ...args], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      env,
    });
    // Playwright waits for "DevTools listening on ws://…" on our stderr; Chromium's other talk (dbus, GPU) is left out.
    this.process.stderr!.on('data', (data: Buffer) => {
      for (const line of data.toString().split('\n')) {
        if (line.startsWith('DevTools listening') || (process.env['STANDIN_VERBOSE'] && line)) {
          process.stderr.write(`${line}\n`);
        }
      }
    });
    this.#write = this.process.stdio[3] as Writable;
    this.#write.on('error', () => {});
    this.#read(this.process.stdio[4] as Readable);
    this.process.on('exit', () => {
      this.#exited = true;
      for (const p of this.#pending.values()) p.reject(new Error(`${p.method}: Chromium has exited`));
      this.#pending.clear();
    });
  }

  #read(stream: Readable): void {
    let parts: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => {
      let rest = chunk;
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        parts.push(rest.subarray(0, end));
        this.#take(JSON.parse(Buffer.concat(parts).toString()) as Message);
        parts = [];
        rest = rest.subarray(end + 1);
      }
      if (rest.length > 0) parts.push(rest);
    });
  }

  #take(m: Message): void {
    if (m.id === undefined) {
      this.#listeners.get(m.method ?? '')?.(m.params as never, m.sessionId);
      return;
    }
    const pending = this.#pending.get(m.id);
    this.#pending.delete(m.id);
    if (m.error) pending?.reject(new Error(`${pending.method}: ${m.error.message}`));
    else pending?.resolve(m.result as never);
  }

  /** One listener per event; a second one replaces the first. */
  on<N extends EventName>(
    name: N,
    listener: (params: Protocol.EventMap[N][0], sessionId: string | undefined) => void,
  ): void {
    this.#listeners.set(name, listener as Listener);
  }

  send<N extends Command>(
    method: N,
    params?: Protocol.CommandParameters[N],
    sessionId?: string,
  ): Promise<Protocol.CommandReturnValues[N]> {
    if (this.#exited) return Promise.reject(new Error(`${method}: Chromium has exited`));
    const id = ++this.#nextId;
    this.#write.write(`${JSON.stringify({ id, method, params: params ?? {}, sessionId })}\0`);
    return new Promise((resolve, reject) =>
      this.#pending.set(id, { method, resolve: resolve as Pending['resolve'], reject }),
    );
  }
}
