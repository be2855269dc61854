/**
 * One driver's process as seen from outside: requests one at a time, a deadline on each, kill and respawn when it does not answer,
 * a rest when it crashes again and again. Nothing here ever logs in again: after a respawn the PIN is asked for.
 */
import { isErrorCode, YqError, type ErrorCode } from '#core/errors/index.ts';
import type { HostChannel, SpawnHost } from './channel.ts';
import { errorOfCkr } from './ckr.ts';
import {
  isResponse,
  isSlotsEvent,
  type HostError,
  type MethodName,
  type Methods,
  type PinCounterSource,
  type TokenRecord,
} from './protocol.ts';

/** Milliseconds per kind of call. */
export interface Deadlines {
  /** Start of the process, load, C_Initialize. */
  readonly load: number;
  /** Lists, objects, mechanisms. */
  readonly read: number;
  readonly login: number;
  /** Signing: some tokens want a button pressed. */
  readonly sign: number;
  /** Key generation, initialising, writing. */
  readonly write: number;
}
export const defaultDeadlines: Deadlines = { load: 15_000, read: 10_000, login: 15_000, sign: 30_000, write: 60_000 };

const kindOf: Readonly<Record<MethodName, keyof Deadlines>> = {
  load: 'load',
  tokens: 'read',
  objects: 'read',
  mechanisms: 'read',
  login: 'login',
  logout: 'login',
  setPin: 'login',
  sign: 'sign',
  initToken: 'write',
  initPin: 'write',
  generateKeyPair: 'write',
  createObject: 'write',
};

export interface HostSettings {
  readonly driver: string;
  readonly path: string;
  readonly libraryParameters?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly pollMs: number;
  readonly slotEvents: 'wait' | 'poll';
  readonly pinCounter?: PinCounterSource | undefined;
  readonly deadlines: Deadlines;
  readonly spawnHost: SpawnHost;
}

export interface HostWatcher {
  tokens(records: readonly TokenRecord[]): void;
  /** The process is gone and every login in it. */
  failed(code: ErrorCode): void;
}

interface Pending {
  readonly id: number;
  readonly kind: keyof Deadlines;
  resolve(value: unknown): void;
  reject(error: YqError): void;
}
interface Running {
  readonly channel: HostChannel;
  readonly info: Methods['load'][1];
}

/** From the third crash in a row on (within a minute of the one before) the driver rests: 1, 2, 4 … 30 s. */
const restAfter = (crashes: number): number => (crashes < 3 ? 0 : Math.min(30_000, 1000 * 2 ** (crashes - 3)));

function errorOf(error: HostError): YqError {
  if (error.ckr !== undefined) return errorOfCkr(error.ckr, error.operation ?? '');
  const code = error.code !== undefined && isErrorCode(error.code) ? error.code : 'TOKEN_GENERAL_ERROR';
  return new YqError(code, { params: error.params ?? {}, detail: error.detail });
}

export class HostClient {
  readonly #settings: HostSettings;
  readonly #watcher: HostWatcher;
  #running: Promise<Running> | undefined;
  #channel: HostChannel | undefined;
  #pending: Pending | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #nextId = 1;
  #crashes = 0;
  #restUntil = 0;
  #lastCrash = 0;
  #closed = false;
  /** Counts processes: a login made in an earlier one is worth nothing. */
  generation = 0;

  constructor(settings: HostSettings, watcher: HostWatcher) {
    this.#settings = settings;
    this.#watcher = watcher;
  }

  /** Whether the token itself is at work, which may take as long as a person needs to press its button. */
  get working(): boolean {
    const kind = this.#pending?.kind;
    return kind === 'sign' || kind === 'login' || kind === 'write';
  }

  /** What C_GetInfo said; starts the process if need be. */
  async info(): Promise<Methods['load'][1]> {
    if (this.#running !== undefined) return (await this.#running).info;
    return this.#inTurn(async () => (await this.#start()).info);
  }

  request<M extends MethodName>(method: M, params: Methods[M][0]): Promise<Methods[M][1]> {
    return this.#inTurn(async () => {
      const { channel } = await this.#start();
      const value = await this.#send(channel, method, params);
      // That the slots can be read again says nothing about the call that crashed; a login or a signature does.
      if (kindOf[method] !== 'read') this.#crashes = 0;
      return value;
    });
  }

  close(): void {
    this.#closed = true;
    this.#channel?.kill();
    this.#channel = undefined;
    this.#running = undefined;
    this.#pending?.reject(new YqError('TOKEN_CLOSED'));
    this.#pending = undefined;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work, work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  #start(): Promise<Running> {
    if (this.#closed) return Promise.reject(new YqError('TOKEN_CLOSED'));
    if (this.#running !== undefined) return this.#running;
    const rest = this.#restUntil - Date.now();
    if (rest > 0) {
      return Promise.reject(new YqError('TOKEN_DRIVER_RESTING', { params: { seconds: Math.ceil(rest / 1000) } }));
    }
    const running = this.#spawn();
    this.#running = running;
    running.catch(() => {
      // A process whose driver could not be loaded is of no use; the next call starts a fresh one.
      if (this.#running === running) this.#discard();
    });
    return running;
  }

  async #spawn(): Promise<Running> {
    const { driver, path, env, spawnHost, pollMs, slotEvents, libraryParameters, pinCounter } = this.#settings;
    const channel = spawnHost({ driver, env });
    this.#channel = channel;
    this.generation++;
    channel.onMessage((message) => {
      if (this.#channel === channel) this.#receive(message);
    });
    channel.onExit((reason) => {
      if (this.#channel === channel) this.#crashed(reason);
    });
    const info = await this.#send(channel, 'load', {
      path,
      pollMs,
      slotEvents,
      ...(libraryParameters === undefined ? {} : { libraryParameters }),
      ...(pinCounter === undefined ? {} : { pinCounter }),
    });
    return { channel, info };
  }

  #send<M extends MethodName>(channel: HostChannel, method: M, params: Methods[M][0]): Promise<Methods[M][1]> {
    const id = this.#nextId++;
    const kind = kindOf[method];
    const limit = this.#settings.deadlines[kind];
    return new Promise<Methods[M][1]>((resolve, reject) => {
      const timer = setTimeout(() => this.#timedOut(id, limit), limit);
      const done = (): void => {
        clearTimeout(timer);
        this.#pending = undefined;
        channel.hold?.(false);
      };
      this.#pending = {
        id,
        kind,
        resolve: (value) => {
          done();
          resolve(value as Methods[M][1]);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
      channel.hold?.(true);
      channel.post({ id, method, params });
    });
  }

  #receive(message: unknown): void {
    if (isSlotsEvent(message)) this.#watcher.tokens(message.tokens);
    if (!isResponse(message) || message.id !== this.#pending?.id) return;
    if (message.ok) this.#pending.resolve(message.value);
    else this.#pending.reject(errorOf(message.error));
  }

  #discard(): void {
    const channel = this.#channel;
    this.#channel = undefined;
    this.#running = undefined;
    channel?.kill();
  }

  #fail(error: YqError): void {
    if (Date.now() - this.#lastCrash > 60_000) this.#crashes = 0;
    this.#lastCrash = Date.now();
    this.#crashes++;
    this.#restUntil = Date.now() + restAfter(this.#crashes);
    const pending = this.#pending;
    this.#discard();
    this.#watcher.failed(error.code);
    pending?.reject(error);
  }

  #timedOut(id: number, limit: number): void {
    if (this.#pending?.id !== id) return;
    this.#fail(
      new YqError('TOKEN_DRIVER_TIMEOUT', { params: { seconds: limit / 1000, driver: this.#settings.driver } }),
    );
  }

  #crashed(reason: string | number | null): void {
    const detail = `token-host of ${this.#settings.driver} ended: ${String(reason)}`;
    this.#fail(new YqError('TOKEN_DRIVER_CRASHED', { detail, params: { driver: this.#settings.driver } }));
  }
}
