import { expect, it } from 'vitest';
import { flow, lane } from '../../../src/main/batch/flow.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('few need the key at the same time, many may wait for something else', async () => {
  const begun: number[] = [];
  const passed: (() => void)[] = [];
  const end: (() => void)[] = [];
  const all = flow([0, 1, 2, 3, 4, 5], { ahead: 2, underWay: 4 }, (n, pass) => {
    begun.push(n);
    passed.push(pass);
    return new Promise((resolve) => end.push(resolve));
  });
  expect(begun).toEqual([0, 1]);
  passed[0]!();
  await turn();
  expect(begun).toEqual([0, 1, 2]);
  passed[0]!(); // twice is once
  passed[1]!();
  await turn();
  expect(begun).toEqual([0, 1, 2, 3]);
  passed[2]!();
  await turn();
  expect(begun).toHaveLength(4); // all four places are taken
  end[3]!();
  await turn();
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  for (const n of [0, 1, 2, 4]) end[n]!();
  await turn();
  end[5]!();
  await all;
});

it('nothing to do is done', async () => {
  await flow([], { ahead: 1, underWay: 1 }, () => Promise.reject(new Error('never')));
});

it('a lane is as wide as it says, in order, also past a failure', async () => {
  const take = lane(2);
  const begun: number[] = [];
  const end: ((e?: Error) => void)[] = [];
  const work = [0, 1, 2, 3].map((n) =>
    take(() => {
      begun.push(n);
      return new Promise<number>((resolve, reject) => end.push((e) => (e ? reject(e) : resolve(n))));
    }),
  );
  const failure = work[0]!.catch((e: unknown) => (e as Error).message);
  await turn();
  expect(begun).toEqual([0, 1]);
  end[0]!(new Error('broken'));
  expect(await failure).toBe('broken');
  await turn();
  expect(begun).toEqual([0, 1, 2]);
  end[1]!();
  end[2]!();
  await turn();
  end[3]!();
  expect(await Promise.all(work.slice(1))).toEqual([1, 2, 3]);
});
