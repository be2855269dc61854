/** What the pool does with workers that answer, hang, die or are no longer wanted; the workers are played. */
import { afterEach, expect, it, vi } from 'vitest';
import type { YqError } from '#core/errors/index.ts';
import {
  judgePool,
  type JudgeChannel,
  type JudgeJob,
  type JudgePool,
  type JudgePoolOptions,
  type Order,
  type Reply,
} from '#core/verify/folder/index.ts';
import type { VerifyReport } from '#core/verify/index.ts';

interface Played extends JudgeChannel {
  readonly orders: Order[];
  isKilled: boolean;
  answer(reply: Partial<Reply> & { report?: VerifyReport }): void;
  die(): void;
}

let pool: JudgePool;
let workers: Played[];
afterEach(() => {
  pool.close();
  vi.useRealTimers();
});

function open(options: Partial<JudgePoolOptions> = {}): void {
  workers = [];
  const spawn = (): JudgeChannel => {
    let reply: (r: Reply) => void = () => undefined;
    let exit = (): void => undefined;
    const worker: Played = {
      orders: [],
      isKilled: false,
      post: (order) => void worker.orders.push(order),
      onReply: (listener) => (reply = listener),
      onExit: (listener) => (exit = listener),
      kill() {
        worker.isKilled = true;
        exit();
      },
      answer(more) {
        const last = worker.orders.findLast((o) => o.kind === 'judge');
        if (last?.kind === 'judge')
          reply({ id: last.id, report: named(last.name), revisionEnds: [7], ...more } as Reply);
      },
      die: () => exit(),
    };
    workers.push(worker);
    return worker;
  };
  pool = judgePool({ workers: 2, spawn, ...options });
}

const named = (file: string): VerifyReport => ({ file }) as VerifyReport;
const trust = { roots: [] };
const job = (name: string, more: Partial<JudgeJob> = {}): JudgeJob => ({
  path: `/f/${name}`,
  name,
  size: 1,
  trust,
  at: new Date(0),
  ...more,
});
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'judged',
    (e: unknown) => (e as YqError).code,
  );
const judges = (w: Played): string[] => w.orders.flatMap((o) => (o.kind === 'judge' ? [o.name] : []));

it('one file at a time per worker, the rest in order; trust is told once per worker, and again when it is another', async () => {
  open();
  const all = ['a', 'b', 'c'].map((n) => pool.judge(job(n)));
  expect(workers.map(judges)).toEqual([['a'], ['b']]);
  workers[1]!.answer({});
  expect(workers.map(judges)).toEqual([['a'], ['b', 'c']]);
  workers[0]!.answer({});
  workers[1]!.answer({});
  expect((await Promise.all(all)).map((j) => [j.report.file, ...j.revisionEnds])).toEqual([
    ['a', 7],
    ['b', 7],
    ['c', 7],
  ]);
  expect(workers[1]!.orders.map((o) => o.kind)).toEqual(['trust', 'judge', 'judge']);
  const other = pool.judge(job('d', { trust: { roots: [] }, password: 'open' }));
  expect(workers[0]!.orders.map((o) => o.kind)).toEqual(['trust', 'judge', 'trust', 'judge']);
  expect(workers[0]!.orders.at(-1)).toMatchObject({ name: 'd', path: '/f/d', password: 'open' });
  workers[0]!.answer({});
  await other;
});

it('a fault of one file is that file’s', async () => {
  open({ workers: 1 });
  const [a, b] = [codeOf(pool.judge(job('a'))), codeOf(pool.judge(job('b')))];
  workers[0]!.answer({ fault: { code: 'SIGN_INPUT', params: { file: 'a' }, detail: undefined } } as never);
  workers[0]!.answer({});
  expect(await Promise.all([a, b])).toEqual(['SIGN_INPUT', 'judged']);
});

it('a worker that dies costs its file, and another takes the next', async () => {
  open({ workers: 1 });
  const [a, b] = [codeOf(pool.judge(job('a'))), codeOf(pool.judge(job('b')))];
  workers[0]!.die();
  expect(workers.map(judges)).toEqual([['a'], ['b']]);
  workers[1]!.answer({});
  expect(await Promise.all([a, b])).toEqual(['VERIFY_STOPPED', 'judged']);
});

it('a worker that hangs is ended at its deadline, which grows with the file', async () => {
  vi.useFakeTimers();
  open({ workers: 1, deadline: (size) => size * 10 });
  const [a, b] = [codeOf(pool.judge(job('a', { size: 100 }))), codeOf(pool.judge(job('b', { size: 500 })))];
  vi.advanceTimersByTime(999);
  expect(workers[0]!.isKilled).toBe(false);
  vi.advanceTimersByTime(1);
  expect(workers[0]!.isKilled).toBe(true);
  expect(await a).toBe('VERIFY_STOPPED');
  vi.advanceTimersByTime(4_999);
  workers[1]!.answer({});
  expect(await b).toBe('judged');
});

it('aborting takes a waiting file out and ends the worker of one in hand', async () => {
  open({ workers: 1 });
  const [stopA, stopB] = [new AbortController(), new AbortController()];
  const a = codeOf(pool.judge(job('a', { signal: stopA.signal })));
  const b = codeOf(pool.judge(job('b', { signal: stopB.signal })));
  const c = codeOf(pool.judge(job('c')));
  stopB.abort();
  stopA.abort();
  expect(workers.map(judges)).toEqual([['a'], ['c']]);
  expect(workers[0]!.isKilled).toBe(true);
  workers[1]!.answer({});
  expect(await Promise.all([a, b, c])).toEqual(['SIGN_CANCELLED', 'SIGN_CANCELLED', 'judged']);
  expect(await codeOf(pool.judge(job('d', { signal: stopA.signal })))).toBe('SIGN_CANCELLED');
});

it('workers end when there was nothing to do for a while, and closing ends all', async () => {
  vi.useFakeTimers();
  open({ workers: 1, idle: 1000 });
  const a = pool.judge(job('a'));
  vi.advanceTimersByTime(5000);
  workers[0]!.answer({});
  await a;
  vi.advanceTimersByTime(999);
  expect(workers[0]!.isKilled).toBe(false);
  vi.advanceTimersByTime(1);
  expect(workers[0]!.isKilled).toBe(true);
  const [b, c] = [codeOf(pool.judge(job('b'))), codeOf(pool.judge(job('c')))];
  pool.close();
  expect(workers[1]!.isKilled).toBe(true);
  expect(await Promise.all([b, c])).toEqual(['SIGN_CANCELLED', 'SIGN_CANCELLED']);
  expect(workers).toHaveLength(2);
});
