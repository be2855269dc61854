import { expect, it } from 'vitest';
import { YqError } from '../../../src/core/errors/index.ts';
import { createTokenQueue } from '../../../src/main/batch/token-queue.ts';

/** A key that signs when it is told to, one thing at a time. */
function slowKey() {
  const asked: { readonly what: number; done(): void; fail(e: Error): void }[] = [];
  let inHand = 0;
  let most = 0;
  return {
    asked,
    get most() {
      return most;
    },
    sign: (bytes: Uint8Array): Promise<Uint8Array> => {
      most = Math.max(most, ++inHand);
      return new Promise<Uint8Array>((resolve, reject) => {
        asked.push({ what: bytes[0]!, done: () => resolve(bytes), fail: reject });
      }).finally(() => inHand--);
    },
  };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'signed',
    (e: unknown) => (e as YqError).code,
  );

it('one thing at a time; of those that are ready the first of the list comes next, whenever it came', async () => {
  const key = slowKey();
  const queue = createTokenQueue(key.sign);
  const all = [3, 2, 0, 1].map((place) => queue.record(place).sign(Uint8Array.of(place)));
  for (let n = 0; n < 4; n++) {
    await turn();
    expect(key.asked).toHaveLength(n + 1); // the next one is there as soon as the key is free, and not before
    key.asked[n]!.done();
  }
  await Promise.all(all);
  expect(key.asked.map((a) => a.what)).toEqual([3, 0, 1, 2]);
  expect(key.most).toBe(1);
});

it('a key beyond a network is asked for a few at a time; its time at work is counted once', async () => {
  let time = 0;
  const key = slowKey();
  const queue = createTokenQueue(key.sign, { together: 3, clock: () => time });
  const all = [4, 3, 2, 1, 0].map((place) => queue.record(place).sign(Uint8Array.of(place)));
  await turn();
  expect(key.asked.map((a) => a.what)).toEqual([4, 3, 2]);
  time = 50;
  key.asked[1]!.done();
  await turn();
  expect(key.asked.map((a) => a.what)).toEqual([4, 3, 2, 0]);
  for (const n of [0, 2]) key.asked[n]!.done();
  await turn();
  time = 80;
  for (const n of [3, 4]) key.asked[n]!.done();
  await Promise.all(all);
  await turn();
  expect([key.most, queue.busy]).toEqual([3, 80]);
});

it('counts the time in which the key was at work, and nothing else', async () => {
  let time = 0;
  const key = slowKey();
  const queue = createTokenQueue(key.sign, { clock: () => time });
  const first = queue.record(0).sign(Uint8Array.of(0));
  time = 100;
  key.asked[0]!.done();
  await first;
  await turn();
  time = 1000;
  const second = queue.record(1).sign(Uint8Array.of(1));
  time = 1050;
  key.asked[1]!.done();
  await second;
  await turn();
  expect(queue.busy).toBe(150);
});

it('a stop lets a record that was begun come to its end, also where it signs twice, and no other', async () => {
  const key = slowKey();
  const queue = createTokenQueue(key.sign);
  const [sealed, other] = [queue.record(0), queue.record(1)];
  const first = sealed.sign(Uint8Array.of(10));
  const waits = codeOf(other.sign(Uint8Array.of(20)));
  queue.stop(new YqError('SIGN_CANCELLED'));
  expect(await waits).toBe('SIGN_CANCELLED');
  key.asked[0]!.done();
  await first;
  const second = sealed.sign(Uint8Array.of(11));
  await turn();
  key.asked[1]!.done();
  await second;
  expect(await codeOf(queue.record(2).sign(Uint8Array.of(30)))).toBe('SIGN_CANCELLED');
  expect([sealed.begun, other.begun, key.asked.length]).toEqual([true, false, 2]);
});

it('a fault of the key ends all that still need it; a fault of one signature ends that one', async () => {
  const key = slowKey();
  const queue = createTokenQueue(key.sign);
  const records = [0, 1, 2].map((place) => queue.record(place));
  const codes = records.map((r, n) => codeOf(r.sign(Uint8Array.of(n))));
  key.asked[0]!.fail(new YqError('CRYPTO_ALGORITHM', { params: { algorithm: 'x' } }));
  expect(await codes[0]).toBe('CRYPTO_ALGORITHM');
  await turn();
  key.asked[1]!.fail(new YqError('TOKEN_REMOVED'));
  expect(await Promise.all(codes)).toEqual(['CRYPTO_ALGORITHM', 'TOKEN_REMOVED', 'TOKEN_REMOVED']);
  expect(queue.stopped?.code).toBe('TOKEN_REMOVED');
  // Even one that was begun can't go on without the key.
  expect(await codeOf(records[0]!.sign(Uint8Array.of(9)))).toBe('TOKEN_REMOVED');
  expect(key.asked).toHaveLength(2);
});

it('a co-signing service or a phone that is away is a fault of the key: the rest is not begun', async () => {
  for (const code of ['COSIGN_UNREACHABLE', 'PHONE_LOST'] as const) {
    const key = slowKey();
    const queue = createTokenQueue(key.sign);
    const codes = [0, 1, 2].map((n) => codeOf(queue.record(n).sign(Uint8Array.of(n))));
    key.asked[0]!.fail(new YqError(code));
    expect(await Promise.all(codes)).toEqual([code, code, code]);
    expect(key.asked).toHaveLength(1);
  }
});
