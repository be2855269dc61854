/** Time that passes when a test says so. */
import type { RateClock } from '../../../../src/main/batch/time/rate.ts';

export interface TestClock extends RateClock {
  pass(ms: number): Promise<void>;
}

export function testClock(): TestClock {
  let now = 0;
  let timers: { readonly at: number; readonly work: () => void }[] = [];
  return {
    now: () => now,
    after(ms, work) {
      const timer = { at: now + ms, work };
      timers.push(timer);
      return () => (timers = timers.filter((t) => t !== timer));
    },
    async pass(ms) {
      await new Promise((resolve) => setImmediate(resolve)); // what was given before this is given now
      const end = now + ms;
      for (;;) {
        const next = timers.filter((t) => t.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        timers = timers.filter((t) => t !== next);
        now = Math.max(now, next.at);
        next.work();
        await new Promise((resolve) => setImmediate(resolve));
      }
      now = end;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
