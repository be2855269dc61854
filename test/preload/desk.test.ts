/** The bridge with a fake ipcRenderer: what the page gets, and what never gets through in either direction. */
import { beforeEach, expect, it, vi } from 'vitest';
import type { DeskApi } from '../../src/shared/ipc.ts';

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
  webUtils: { getPathForFile: (file: File) => `/path/of/${file.name}` },
}));
await import('../../src/preload/desk.ts');
const { name, api } = fake.api as { name: string; api: DeskApi };
const session = { state: 'signed-out', person: null, tokenId: null, tokenLabel: null, keyId: null, certificate: null };
beforeEach(() => fake.invoke.mockReset());

it('exposes three functions and no piece of Electron', () => {
  expect(name).toBe('yiqian');
  expect(Object.keys(api).sort()).toEqual(['call', 'on', 'pathForFile']);
});
it('gives back what main answers, parsed', async () => {
  fake.invoke.mockResolvedValue({ ok: true, value: { ...session, secret: 'x' } });
  expect(await api.call('session:get', undefined)).toEqual({ ok: true, value: session });
  expect(fake.invoke).toHaveBeenCalledWith('session:get', undefined);
});
it('malformed calls never leave the page', async () => {
  for (const [n, i] of [
    ['nope:nope', undefined],
    ['__proto__', undefined],
    ['session:signIn', {}],
    ['worklist:get', undefined],
    [5, undefined],
  ]) {
    expect(await api.call(n as never, i as never), String(n)).toMatchObject({
      ok: false,
      error: { code: 'IPC_REJECTED' },
    });
  }
  expect(fake.invoke).not.toHaveBeenCalled();
});
it('an answer that does not fit, or none, is refused in words', async () => {
  for (const answer of [undefined, { ok: true, value: { state: 'odd' } }, { ok: false }, 'x']) {
    fake.invoke.mockResolvedValueOnce(answer);
    expect(await api.call('session:get', undefined)).toMatchObject({ ok: false, error: { code: 'IPC_REJECTED' } });
  }
  fake.invoke.mockRejectedValueOnce(new Error('no handler; stack …'));
  const refused = await api.call('session:get', undefined);
  expect(refused).toMatchObject({ ok: false });
  expect(JSON.stringify(refused)).not.toContain('stack');
});
it('events are parsed, hide Electron’s event object, and end when asked', () => {
  const heard: unknown[] = [];
  const off = api.on('desk:command', (...args) => heard.push(args));
  const listener = fake.listeners.get('event:desk:command');
  listener?.({ sender: 'ipcRenderer' }, { command: 'lock' });
  listener?.({ sender: 'ipcRenderer' }, { command: 'unknown' });
  expect(heard).toEqual([[{ command: 'lock' }]]);
  off();
  expect(fake.listeners.size).toBe(0);
  expect(() => api.on('odd:event' as never, () => {})).toThrow(TypeError);
  expect(() => api.on('desk:command', 'x' as never)).toThrow(TypeError);
});
it('pathForFile asks Electron', () => {
  expect(api.pathForFile(new File([], 'a.pdf'))).toBe('/path/of/a.pdf');
});
