/**
 * Judges that work beside the caller. Each worker has one file at a time and a deadline for it; one that hangs or dies costs its file
 * (VERIFY_STOPPED) and is replaced. Workers are started when there is work, and end when there has been none for a while.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { YqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import type { VerifyReport } from '../types.ts';
import { faultFromWire, trustToWire, type Order, type Reply } from './messages.ts';

/** A way to one worker. `onExit` is told once, also after `kill`. */
export interface JudgeChannel {
  post(order: Order): void;
  onReply(listener: (reply: Reply) => void): void;
  onExit(listener: () => void): void;
  kill(): void;
}

/** A worker as a thread of this process, from the source or from a bundle's `entry`. */
export function threadChannel(entry: string = join(import.meta.dirname, 'worker.ts')): JudgeChannel {
  const worker = new Worker(entry, { stderr: true });
  worker.stderr.resume();
  worker.on('error', () => undefined); // 'exit' follows
  return {
    post: (order) => worker.postMessage(order),
    onReply: (listener) => worker.on('message', listener),
    onExit: (listener) => worker.once('exit', () => listener()),
    kill: () => void worker.terminate(),
  };
}

export interface JudgeJob {
  readonly path: string;
  /** For the report. */
  readonly name: string;
  /** Bytes; a larger file may take longer. */
  readonly size: number;
  readonly trust: TrustMaterial;
  readonly at: Date;
  readonly password?: string;
  readonly signal?: AbortSignal;
}

export interface Judged {
  readonly report: VerifyReport;
  readonly revisionEnds: readonly number[];
}

export interface JudgePool {
  readonly workers: number;
  /** Throws SIGN_INPUT (cannot be read), VERIFY_STOPPED (too long, or the worker died), SIGN_CANCELLED (aborted). */
  judge(job: JudgeJob): Promise<Judged>;
  /** Ends the workers; jobs in hand reject with SIGN_CANCELLED. */
  close(): void;
}

export interface JudgePoolOptions {
  readonly workers: number;
  readonly spawn?: () => JudgeChannel;
  /** ms for a file of that many bytes. */
  readonly deadline?: (size: number) => number;
  /** ms without work after which the workers end. */
  readonly idle?: number;
}

interface Task {
  readonly job: JudgeJob;
  readonly resolve: (judged: Judged) => void;
  readonly reject: (e: Error) => void;
}

interface Seat {
  readonly channel: JudgeChannel;
  trusts: TrustMaterial | undefined;
  hand: { readonly id: number; readonly task: Task; readonly timer: NodeJS.Timeout } | undefined;
}

const IDLE = 30_000;
/** Two minutes, and one more for every 600 MB. */
const usualDeadline = (size: number): number => 120_000 + size / 10_000;

export function judgePool(options: JudgePoolOptions): JudgePool {
  const { workers, spawn = () => threadChannel(), deadline = usualDeadline, idle = IDLE } = options;
  const seats = new Set<Seat>();
  const waiting: Task[] = [];
  let lastId = 0;
  let idleTimer: NodeJS.Timeout | undefined;

  const dismiss = (seat: Seat): void => {
    seats.delete(seat);
    seat.channel.kill();
  };
  /** The file in hand is lost with its worker. */
  const lose = (seat: Seat, error: (name: string) => YqError): void => {
    dismiss(seat);
    const { hand } = seat;
    seat.hand = undefined;
    if (hand) {
      clearTimeout(hand.timer);
      hand.task.reject(error(hand.task.job.name));
    }
    next();
  };
  const stopped = (detail: string) => (file: string) => new YqError('VERIFY_STOPPED', { params: { file }, detail });

  const seat = (): Seat => {
    const made: Seat = { channel: spawn(), trusts: undefined, hand: undefined };
    seats.add(made);
    made.channel.onReply((reply) => {
      const { hand } = made;
      if (reply.id !== hand?.id) return;
      clearTimeout(hand.timer);
      made.hand = undefined;
      if ('fault' in reply) hand.task.reject(faultFromWire(reply.fault));
      else hand.task.resolve({ report: reply.report, revisionEnds: reply.revisionEnds });
      next();
    });
    made.channel.onExit(() => {
      if (seats.has(made)) lose(made, stopped('the worker ended'));
    });
    return made;
  };

  const begin = (at: Seat, task: Task): void => {
    const { trust, path, name, password, size } = task.job;
    if (at.trusts !== trust) {
      at.trusts = trust;
      at.channel.post({ kind: 'trust', trust: trustToWire(trust) });
    }
    const id = ++lastId;
    const limit = deadline(size);
    const timer = setTimeout(() => {
      lose(at, stopped(`no verdict within ${Math.round(limit)} ms`));
    }, limit);
    at.hand = { id, task, timer };
    at.channel.post({ kind: 'judge', id, path, name, at: task.job.at.toISOString(), password });
  };

  const next = (): void => {
    clearTimeout(idleTimer);
    while (waiting.length > 0) {
      const free = [...seats].find((s) => !s.hand) ?? (seats.size < workers ? seat() : undefined);
      if (!free) return;
      const task = waiting.shift();
      if (task) begin(free, task);
    }
    if ([...seats].some((s) => s.hand)) return;
    idleTimer = setTimeout(() => {
      for (const s of [...seats]) dismiss(s);
    }, idle);
    idleTimer.unref();
  };

  const cancelled = (): YqError => new YqError('SIGN_CANCELLED');
  return {
    workers,
    judge: (job) =>
      new Promise((resolve, reject) => {
        if (job.signal?.aborted) {
          reject(cancelled());
          return;
        }
        const abort = (): void => {
          const place = waiting.indexOf(task);
          if (place >= 0) {
            waiting.splice(place, 1);
            reject(cancelled());
            return;
          }
          const busy = [...seats].find((s) => s.hand?.task === task);
          if (busy) lose(busy, cancelled);
        };
        const done = (): void => job.signal?.removeEventListener('abort', abort);
        const task: Task = {
          job,
          resolve: (judged) => {
            done();
            resolve(judged);
          },
          reject: (e) => {
            done();
            reject(e);
          },
        };
        job.signal?.addEventListener('abort', abort, { once: true });
        waiting.push(task);
        next();
      }),
    close() {
      clearTimeout(idleTimer);
      for (const task of waiting.splice(0)) task.reject(cancelled());
      for (const s of [...seats]) lose(s, cancelled);
      clearTimeout(idleTimer);
    },
  };
}
