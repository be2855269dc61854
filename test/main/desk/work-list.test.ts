/** How often the window is told of the list: at once, then at intervals, so that a batch over a long list does not hold main up. */
import { afterEach, expect, it, vi } from 'vitest';
import type { DeskPorts } from '../../../src/main/desk/ports.ts';
import type { Session } from '../../../src/main/desk/session.ts';
import { createWorkList } from '../../../src/main/desk/work-list.ts';
import type { Worklist } from '../../../src/shared/models.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('many changes in a row are told together, the last of them always; a program that ends tells nothing more', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const told: Worklist[] = [];
  const record = (id: string) => ({ id, version: 1, patient: { id, name: id, admissionNumber: id } });
  const ports = {
    backend: { waiting: () => Promise.resolve(['a', 'b', 'c'].map(record)) },
    redact: { learn: () => undefined },
    tell: (_name: string, list: Worklist) => void told.push(list),
    now: () => new Date(),
  } as unknown as DeskPorts;
  const identity = { bearer: 'x', person: { id: 'li' } };
  const session = { identity: () => identity, peek: () => identity } as unknown as Session;
  const list = createWorkList(ports, () => session, { open: () => [] });
  await list.refresh();
  expect(told).toHaveLength(1);
  const states = (): string[] => told.at(-1)!.records.map((r) => r.state);

  for (const id of ['a', 'b', 'c']) list.mark(id, 1, { state: 'signing', error: null });
  // The view is always of this moment; only the telling waits.
  expect(list.view().records.map((r) => r.state)).toEqual(['signing', 'signing', 'signing']);
  expect(told).toHaveLength(1);
  vi.advanceTimersByTime(500);
  expect([told.length, states()]).toEqual([2, ['signing', 'signing', 'signing']]);
  list.remove('a', 1);
  list.unmark('b', 1);
  vi.advanceTimersByTime(500);
  expect([told.length, states()]).toEqual([3, ['waiting', 'signing']]);
  list.mark('c', 1, { state: 'failed', error: null });
  list.stop();
  vi.advanceTimersByTime(5000);
  expect(told).toHaveLength(3);
});
