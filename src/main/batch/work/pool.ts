/**
 * The signing workers: started when there is work, ended when there has been none for a while. A worker takes several records at once;
 * one that dies or says nothing for a minute loses what it had in hand (SIGN_WORKER_LOST) and is replaced.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { asYqError, YqError } from '#core/errors/index.ts';
import type { HttpClient, TrustMaterial } from '#core/pki/types.ts';
import type { StepReport } from '#core/signing/index.ts';
import { faultFromWire, faultToWire, trustToWire } from '#core/verify/folder/index.ts';
import type { Answer, FromWorker, Question, ResultOf, Results, Task, ToWorker } from './messages.ts';

/** A way to one worker. `onExit` is told once, also after `kill`. */
export interface WorkChannel {
  post(message: ToWorker): void;
  onMessage(listener: (message: FromWorker) => void): void;
  onExit(listener: () => void): void;
  kill(): void;
}

/** A worker as a thread of this process, from the source or from a bundle's `entry`. */
export function threadWorker(entry: string = join(import.meta.dirname, 'worker.ts')): WorkChannel {
  const worker = new Worker(entry, { stderr: true });
  worker.stderr.resume();
  worker.on('error', () => undefined); // 'exit' follows
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.on('message', listener),
    onExit: (listener) => worker.once('exit', () => listener()),
    kill: () => void worker.terminate(),
  };
}

/** What main does for one task in the middle of it. What is absent is refused. */
export interface TaskHooks {
  /** Whom the documents are judged by; the same object for as long as it says the same, since a worker is told only when it changes. */
  readonly trust: TrustMaterial;
  readonly sign?: (bytes: Uint8Array) => Promise<Uint8Array>;
  readonly tsaTurn?: (tried: readonly string[]) => Promise<string | undefined>;
  readonly tsaTold?: (url: string, error: YqError | undefined) => void;
  readonly onStep?: (report: StepReport) => void;
}

export interface WorkPool {
  /** Throws what the task failed with, or SIGN_WORKER_LOST. */
  run<T extends Task>(task: T, hooks: TaskHooks): Promise<ResultOf<T>>;
  close(): void;
}

export interface WorkPoolOptions {
  readonly workers: number;
  readonly spawn?: () => WorkChannel;
  readonly fonts: readonly string[];
  readonly http: HttpClient;
  /** ms without work after which the workers end. */
  readonly idle?: number;
  /** ms without a word from a worker that has work. */
  readonly silence?: number;
}

interface InHand {
  readonly hooks: TaskHooks;
  resolve(result: Results[keyof Results]): void;
  reject(e: Error): void;
}

interface Seat {
  readonly channel: WorkChannel;
  trust: TrustMaterial | undefined;
  readonly hand: Map<number, InHand>;
  heard: number;
}

const IDLE = 30_000;
/** A worker tells every two seconds that it lives; a document that holds it fast for this long is given up. */
const SILENCE = 60_000;

export function createWorkPool(options: WorkPoolOptions): WorkPool {
  const { workers, spawn = () => threadWorker(), fonts, http, idle = IDLE, silence = SILENCE } = options;
  const seats = new Set<Seat>();
  let lastId = 0;
  let closed = false;
  let idleTimer: NodeJS.Timeout | undefined;
  let watch: NodeJS.Timeout | undefined;

  const lose = (seat: Seat, detail: string): void => {
    if (!seats.delete(seat)) return;
    seat.channel.kill();
    for (const task of seat.hand.values()) task.reject(new YqError('SIGN_WORKER_LOST', { detail }));
    seat.hand.clear();
    settle();
  };

  /** Starts and stops the timers by whether anything is in hand. */
  const settle = (): void => {
    clearTimeout(idleTimer);
    const isBusy = [...seats].some((s) => s.hand.size > 0);
    if (!isBusy) {
      clearInterval(watch);
      watch = undefined;
      idleTimer = setTimeout(() => {
        for (const seat of [...seats]) lose(seat, 'idle');
        clearTimeout(idleTimer);
      }, idle);
      idleTimer.unref();
      return;
    }
    watch ??= setInterval(() => {
      const limit = performance.now() - silence;
      for (const seat of [...seats]) if (seat.hand.size > 0 && seat.heard < limit) lose(seat, 'no word from it');
    }, silence / 4);
    watch.unref();
  };

  const answerTo = async (question: Question, hooks: TaskHooks): Promise<Answer> => {
    const refused = (): never => {
      throw new YqError('INTERNAL', { detail: `a worker asked for ${question.kind}` });
    };
    switch (question.kind) {
      case 'sign':
        return { kind: 'sign', signature: await (hooks.sign ?? refused)(question.bytes) };
      case 'http':
        return { kind: 'http', response: await http(question.request) };
      case 'tsa-turn':
        return { kind: 'tsa-turn', url: (await (hooks.tsaTurn ?? refused)(question.tried)) ?? null };
      case 'tsa-told':
        hooks.tsaTold?.(question.url, question.fault === null ? undefined : faultFromWire(question.fault));
        return { kind: 'tsa-told' };
    }
  };

  const heard = (seat: Seat, message: FromWorker): void => {
    seat.heard = performance.now();
    if (message.kind === 'alive') return;
    const task = seat.hand.get(message.id);
    if (!task) return;
    if (message.kind === 'ask') {
      const { ask } = message;
      answerTo(message.question, task.hooks).then(
        (answer) => seat.channel.post({ kind: 'answer', ask, answer }),
        (e: unknown) => {
          const thrown = e instanceof Error && e.name === 'TimeoutError' ? 'timeout' : 'fault';
          const fallback = message.question.kind === 'http' ? 'TSA_UNREACHABLE' : 'INTERNAL';
          seat.channel.post({ kind: 'refused', ask, fault: faultToWire(asYqError(e, fallback)), thrown });
        },
      );
      return;
    }
    if (message.kind === 'step') {
      const { step, state, milliseconds } = message;
      task.hooks.onStep?.({ step, state, ...(milliseconds !== undefined && { milliseconds }) });
      return;
    }
    seat.hand.delete(message.id);
    if (message.kind === 'done') task.resolve(message.result);
    else task.reject(faultFromWire(message.fault));
    settle();
  };

  const seat = (): Seat => {
    const made: Seat = { channel: spawn(), trust: undefined, hand: new Map(), heard: performance.now() };
    seats.add(made);
    made.channel.onMessage((message) => heard(made, message));
    made.channel.onExit(() => lose(made, 'it ended'));
    return made;
  };

  /** The one with the least in hand; a new one while there may be more and all have some. */
  const choose = (): Seat => {
    const [least] = [...seats].sort((a, b) => a.hand.size - b.hand.size);
    return least !== undefined && (least.hand.size === 0 || seats.size >= workers) ? least : seat();
  };

  return {
    async run<T extends Task>(task: T, hooks: TaskHooks) {
      if (closed) throw new YqError('SIGN_WORKER_LOST', { detail: 'the program is ending' });
      const at = choose();
      if (at.trust !== hooks.trust) {
        at.trust = hooks.trust;
        at.channel.post({ kind: 'trust', trust: trustToWire(hooks.trust), fonts });
      }
      const id = ++lastId;
      if (at.hand.size === 0) at.heard = performance.now();
      const result = new Promise<Results[keyof Results]>((resolve, reject) => {
        at.hand.set(id, { hooks, resolve, reject });
      });
      settle();
      at.channel.post({ kind: 'task', id, task });
      return (await result) as ResultOf<T>;
    },
    close() {
      closed = true;
      for (const s of [...seats]) lose(s, 'the program is ending');
      clearTimeout(idleTimer);
      clearInterval(watch);
    },
  };
}
