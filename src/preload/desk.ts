/**
 * The bridge of the desk window. The page gets three functions and nothing of Electron; every value is parsed with the shared
 * schemas on its way in and out, so that neither a page gone wrong nor a fault in main passes unnoticed.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { ipcRejected } from '#shared/errors.ts';
import { eventChannel } from '#shared/channels.ts';
import {
  calls,
  events,
  reply,
  type CallName,
  type CallOutput,
  type DeskApi,
  type EventName,
  type EventPayload,
} from '#shared/ipc.ts';

const refuse = (detail: string): { ok: false; error: ReturnType<typeof ipcRejected> } => ({
  ok: false,
  error: ipcRejected(detail),
});

const api: DeskApi = {
  async call<N extends CallName>(name: N, input: unknown) {
    if (typeof name !== 'string' || !Object.hasOwn(calls, name)) return refuse('unknown call');
    const parsed = calls[name].input.safeParse(input);
    if (!parsed.success) return refuse(`${name}: input`);
    let answer: unknown;
    try {
      answer = await ipcRenderer.invoke(name, parsed.data);
    } catch {
      return refuse(`${name}: no answer`);
    }
    const told = reply.safeParse(answer);
    if (!told.success) return refuse(`${name}: answer`);
    if (!told.data.ok) return { ok: false, error: told.data.error };
    const value = calls[name].output.safeParse(told.data.value);
    return value.success ? { ok: true, value: value.data as CallOutput<N> } : refuse(`${name}: answer`);
  },

  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void) {
    if (typeof name !== 'string' || !Object.hasOwn(events, name)) throw new TypeError('unknown event');
    if (typeof listener !== 'function') throw new TypeError('a listener is a function');
    const heard = (_event: unknown, payload: unknown): void => {
      const parsed = events[name].safeParse(payload);
      if (parsed.success) listener(parsed.data as EventPayload<N>);
    };
    ipcRenderer.on(eventChannel(name), heard);
    return () => {
      ipcRenderer.removeListener(eventChannel(name), heard);
    };
  },

  pathForFile: (file) => webUtils.getPathForFile(file),
};

contextBridge.exposeInMainWorld('yiqian', api);
