import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRateLimit } from '../../../../src/main/batch/time/rate.ts';
import { testClock } from './clock.ts';

it('twenty in twenty minutes: the twenty-first waits until the first is twenty minutes old, and it says so', async () => {
  const clock = testClock();
  const limit = createRateLimit({ count: 20, perSeconds: 1200 }, clock);
  const given: number[] = [];
  const take = (): void => void limit.take().then(() => given.push(clock.now()));
  for (let n = 0; n < 20; n++) take();
  await clock.pass(60_000);
  expect(given).toHaveLength(20);
  expect(limit.wait()).toBe(1_140_000);
  take();
  expect(limit.wait()).toBe(1_140_000); // twenty came free together
  await clock.pass(1_139_999);
  expect(given).toHaveLength(20);
  await clock.pass(1);
  expect(given).toHaveLength(21);
});

it('who gives up makes room for the next, and leaves no timer behind', async () => {
  const clock = testClock();
  const limit = createRateLimit({ count: 1, perSeconds: 10 }, clock);
  await limit.take();
  const abort = new AbortController();
  const given: string[] = [];
  const first = limit.take(abort.signal).catch((e: unknown) => given.push(`gone: ${(e as Error).message}`));
  const second = limit.take().then(() => given.push('second'));
  abort.abort(new Error('cancelled'));
  await first;
  await clock.pass(10_000);
  await second;
  expect(given).toEqual(['gone: cancelled', 'second']);
});

it('in no span of time are there more than the operator allows, whenever they are asked for', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 10 }),
      fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 30 }),
      async (count, perSeconds, pauses) => {
        const clock = testClock();
        const limit = createRateLimit({ count, perSeconds }, clock);
        const given: number[] = [];
        for (const pause of pauses) {
          void limit.take().then(() => given.push(clock.now()));
          await clock.pass(pause);
        }
        await clock.pass(pauses.length * perSeconds * 1000);
        expect(given).toHaveLength(pauses.length);
        given.forEach((at, n) => {
          const earlier = given[n - count];
          if (earlier !== undefined) expect(at - earlier).toBeGreaterThanOrEqual(perSeconds * 1000);
        });
      },
    ),
    { numRuns: 50 },
  );
});
