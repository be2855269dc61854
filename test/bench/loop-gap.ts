/**
 * The longest time for which an event loop did nothing else: a timer of 5 ms in it. The same timer in a process of its own, which has
 * nothing to do, tells what part of that the machine's other work makes.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const EVERY = 5;

export interface LoopGap {
  /** ms by the clock. */
  readonly wall: number;
  /** ms of the thread's own processor time between two looks: what of it is ours, on a machine that has other work. */
  readonly own: number;
}

const ownTime = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

export function watchLoop(): { stop(): LoopGap } {
  let last = performance.now();
  let longest = 0;
  let lastOwn = ownTime();
  let longestOwn = 0;
  const look = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last - EVERY);
    last = now;
    const own = ownTime();
    longestOwn = Math.max(longestOwn, own - lastOwn);
    lastOwn = own;
  };
  const timer = setInterval(look, EVERY);
  return {
    stop() {
      clearInterval(timer);
      look();
      return { wall: longest, own: longestOwn };
    },
  };
}

/** Settles once the idle process watches itself. */
export async function watchIdleProcess(): Promise<{ stop(): Promise<number> }> {
  const child = fork(fileURLToPath(import.meta.url), { execArgv: ['--disable-warning=ExperimentalWarning'] });
  await new Promise((ready) => child.once('message', ready));
  return {
    stop: () =>
      new Promise((resolve) => {
        child.once('message', (longest) => resolve(Number(longest)));
        child.send('stop');
      }),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.send) {
  const watch = watchLoop();
  process.send('ready');
  process.once('message', () => {
    process.send?.(watch.stop().wall);
    process.disconnect();
  });
}
