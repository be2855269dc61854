/** The bridge of the patient's window with a fake ipcRenderer: six calls, one event, and no way to the desk's. */
import { beforeEach, expect, it, vi } from 'vitest';
import type { PatientApi } from '../../src/shared/consent.ts';
import { calls } from '../../src/shared/ipc.ts';

const fake = vi.hoisted(() => ({
  api: undefined as unknown,
  invoke: vi.fn(),
  listeners: new Map<string, (event: unknown, payload: unknown) => void>(),
}));
vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, api: unknown) => (fake.api = { name, api }) },
  ipcRenderer: {
    invoke: fake.invoke,
    on: (channel: string, f: (event: unknown, payload: unknown) => void) => fake.listeners.set(channel, f),
    removeListener: (channel: string) => fake.listeners.delete(channel),
  },
}));
await import('../../src/preload/patient.ts');
const { name, api } = fake.api as { name: string; api: PatientApi };
beforeEach(() => fake.invoke.mockReset());

it('exposes two functions', () => {
  expect(name).toBe('yiqianPatient');
  expect(Object.keys(api).sort()).toEqual(['call', 'on']);
});
it('no call of the desk leaves the page', async () => {
  for (const desk of Object.keys(calls)) {
    expect(await api.call(desk as never, undefined as never), desk).toMatchObject({
      ok: false,
      error: { code: 'IPC_REJECTED' },
    });
  }
  expect(() => api.on('session:changed' as never, () => {})).toThrow(TypeError);
  expect(fake.invoke).not.toHaveBeenCalled();
});
it('a stroke goes through as it is, one that is malformed does not', async () => {
  fake.invoke.mockResolvedValue({ ok: true, value: { kept: 1 } });
  const input = { index: 0, stroke: { at: 5, pointer: 'pen' as const, points: [[1, 2, 0, 0.5, 10, -10]] as never } };
  expect(await api.call('patient:stroke', input)).toEqual({ ok: true, value: { kept: 1 } });
  expect(fake.invoke).toHaveBeenCalledWith('patient:stroke', input);
  fake.invoke.mockClear();
  const short = { index: 0, stroke: { at: 5, pointer: 'pen' as const, points: [[1, 2]] as never } };
  expect(await api.call('patient:stroke', short)).toMatchObject({ ok: false });
  expect(fake.invoke).not.toHaveBeenCalled();
});
it('is told of its own page, parsed', () => {
  const heard: unknown[] = [];
  const off = api.on('patient:changed', (page) => heard.push(page));
  fake.listeners.get('event:patient:changed')?.({ sender: 1 }, null);
  fake.listeners.get('event:patient:changed')?.({ sender: 1 }, { odd: true });
  expect(heard).toEqual([null]);
  off();
  expect(fake.listeners.size).toBe(0);
});
