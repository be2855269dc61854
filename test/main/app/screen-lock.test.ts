import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchScreenLock } from '../../../src/main/app/screen-lock.ts';

const power = vi.hoisted(() => ({ emitter: undefined as unknown as EventEmitter, idle: 0 }));
vi.mock('electron', () => ({
  powerMonitor: {
    on: (name: string, listener: () => void) => power.emitter.on(name, listener),
    off: (name: string, listener: () => void) => power.emitter.off(name, listener),
    getSystemIdleTime: () => power.idle,
  },
}));

let causes: string[];
beforeEach(() => {
  vi.useFakeTimers();
  power.emitter = new EventEmitter();
  power.idle = 0;
  causes = [];
});
afterEach(() => {
  vi.useRealTimers();
});
const watch = (idleMinutes: number) => watchScreenLock({ idleMinutes, lock: (cause) => causes.push(cause) });

it('the screen locks, the PC sleeps, another user takes the session: each locks the desk, until the watch ends', () => {
  const end = watch(10);
  for (const event of ['lock-screen', 'suspend', 'user-did-resign-active']) power.emitter.emit(event);
  expect(causes).toEqual(['lock-screen', 'suspend', 'user-did-resign-active']);
  end();
  power.emitter.emit('lock-screen');
  expect(causes).toHaveLength(3);
});
it('nobody touches the PC for the minutes allowed: locked at the next look, not before', () => {
  const end = watch(10);
  power.idle = 599;
  vi.advanceTimersByTime(60_000);
  expect(causes).toEqual([]);
  power.idle = 600;
  vi.advanceTimersByTime(15_000);
  expect(causes).toEqual(['idle']);
  end();
  vi.advanceTimersByTime(60_000);
  expect(causes).toEqual(['idle']);
});
it('0 minutes: never for idleness', () => {
  const end = watch(0);
  power.idle = 1e6;
  vi.advanceTimersByTime(3_600_000);
  expect(causes).toEqual([]);
  end();
});
