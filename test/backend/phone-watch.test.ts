/** Who waits for a request: woken by a change at once, by the clock and by other processes at the next look, and by the end of the service. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Watch } from '../../src/backend/phone/watch.ts';

let now = 0;
let watch: Watch;
let found: string | undefined;
const look = (): string | undefined => found;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  [now, found] = [1_000, undefined];
  watch = new Watch(() => new Date(now));
});
afterEach(() => {
  watch.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('waiting', () => {
  it('ends at once where there is something, or nothing is to be waited for', async () => {
    expect(await watch.until('a', 0, look)).toBeUndefined();
    found = 'x';
    expect(await watch.until('a', 1_000, look)).toBe('x');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends with a change, before any look at the store', async () => {
    const waiting = watch.until('a', 1_000, look);
    watch.changed('b');
    watch.changed('a');
    found = 'x'; // what was changed is there only when the transaction is over
    expect(await waiting).toBe('x');
  });

  it('ends with what another process has changed, at the next look', async () => {
    const waiting = watch.until('a', 1_000, look);
    found = 'x';
    vi.advanceTimersByTime(250);
    expect(await waiting).toBe('x');
  });

  it('ends when its time is over by the wall, or by the clock', async () => {
    const byWall = watch.until('a', 400, look);
    vi.advanceTimersByTime(400);
    expect(await byWall).toBeUndefined();
    const byClock = watch.until('a', 60_000, look);
    now += 60_000;
    vi.advanceTimersByTime(250);
    expect(await byClock).toBeUndefined();
  });

  it('ends with what looking has thrown', async () => {
    let fails = false;
    const waiting = watch.until('a', 1_000, () => {
      if (fails) throw new Error('the store is held');
      return undefined;
    });
    fails = true;
    watch.changed('a');
    await expect(waiting).rejects.toThrow('the store is held');
  });

  it('ends with the service, and does not begin after it', async () => {
    const [waiting, other] = [watch.until('a', 1_000, look), watch.until('b', 1_000, look)];
    found = 'x';
    watch.close();
    expect([await waiting, await other]).toEqual(['x', 'x']);
    found = undefined;
    expect(await watch.until('a', 1_000, look)).toBeUndefined();
  });

  it('leaves no timer when nobody waits any more', () => {
    const off = [watch.on('a', vi.fn()), watch.on('a', vi.fn()), watch.on('b', vi.fn())];
    expect(vi.getTimerCount()).toBe(1);
    for (const end of off) end();
    expect(vi.getTimerCount()).toBe(0);
  });
});
