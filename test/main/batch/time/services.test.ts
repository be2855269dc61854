import { expect, it } from 'vitest';
import { YqError } from '../../../../src/core/errors/index.ts';
import { createTimeServices } from '../../../../src/main/batch/time/services.ts';
import { testClock } from './clock.ts';

const [A, B] = ['http://a.example/tsa', 'http://b.example/tsa'] as const;
const down = new YqError('TSA_UNREACHABLE');
const make = (
  more: { rate?: { count: number; perSeconds: number }; mayGoWithout?: boolean; urls?: readonly string[] } = {},
) => {
  const clock = testClock();
  return {
    clock,
    services: createTimeServices({ urls: [A, B], rate: undefined, mayGoWithout: false, clock, ...more }),
  };
};

it('the first is asked as long as it works', async () => {
  const { services } = make();
  for (let n = 0; n < 3; n++) {
    expect(await services.turn([])).toBe(A);
    services.told(A, undefined);
  }
});

it('one that fails is followed by the next at once and for a while, then it is tried again; it rests longer each time', async () => {
  const { services, clock } = make();
  services.told(A, down);
  expect(await services.turn([A])).toBe(B);
  expect(await services.turn([])).toBe(B);
  await clock.pass(29_999);
  expect(await services.turn([])).toBe(B);
  await clock.pass(1);
  expect(await services.turn([])).toBe(A);
  services.told(A, down);
  await clock.pass(59_999);
  expect(await services.turn([])).toBe(B);
  await clock.pass(1);
  expect(await services.turn([])).toBe(A);
  services.told(A, undefined);
  services.told(A, down);
  await clock.pass(30_000);
  expect(await services.turn([])).toBe(A); // it had worked in between
});

it('records that meet one outage together are one failure', async () => {
  const { services, clock } = make();
  for (let n = 0; n < 20; n++) services.told(A, down);
  await clock.pass(30_000);
  expect(await services.turn([])).toBe(A);
});

it('each record asks each service once; where all rest, those not tried are asked all the same', async () => {
  const { services } = make();
  services.told(A, down);
  services.told(B, down);
  expect(services.isDown()).toBe(true);
  expect(await services.turn([])).toBe(A);
  expect(await services.turn([A])).toBe(B);
  expect(await services.turn([A, B])).toBeUndefined();
});

it('where time may come later, services that rest are not waited for', async () => {
  const { services, clock } = make({ mayGoWithout: true });
  services.told(A, down);
  services.told(B, down);
  expect(await services.turn([])).toBeUndefined();
  await clock.pass(30_000);
  expect(await services.turn([])).toBe(A);
});

it('a wait for the rate is told with its length; another service that is free is asked instead', async () => {
  const rate = { count: 1, perSeconds: 60 };
  const alone = make({ urls: [A], rate });
  await alone.services.turn([]);
  const waits: number[] = [];
  let got: string | undefined;
  const waiting = alone.services.turn([], (ms) => waits.push(ms)).then((url) => (got = url));
  await alone.clock.pass(59_000);
  expect([waits, got]).toEqual([[60_000], undefined]);
  await alone.clock.pass(1_000);
  await waiting;
  expect([waits, got]).toEqual([[60_000, 0], A]);

  const both = make({ rate });
  expect([await both.services.turn([]), await both.services.turn([])]).toEqual([A, B]);
});

it('a long wait for the rate is no reason to wait where time may come later', async () => {
  const { services } = make({ urls: [A], rate: { count: 1, perSeconds: 1200 }, mayGoWithout: true });
  expect(await services.turn([])).toBe(A);
  expect(await services.turn([])).toBeUndefined();
});

it('who is stopped waits no longer', async () => {
  const { services } = make({ urls: [A], rate: { count: 1, perSeconds: 60 } });
  await services.turn([]);
  const abort = new AbortController();
  const waiting = services.turn([], () => undefined, abort.signal).catch((e: unknown) => (e as YqError).code);
  abort.abort(new YqError('SIGN_CANCELLED'));
  expect(await waiting).toBe('SIGN_CANCELLED');
});
