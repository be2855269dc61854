/**
 * The two functions every window's page gets: every value is parsed with the shared schemas on its way in and out, so that neither a
 * page gone wrong nor a fault in main passes unnoticed. A name that is not in the window's own tables never leaves the page.
 */
import { ipcRenderer } from 'electron';
import type { z } from 'zod';
import { eventChannel } from '#shared/channels.ts';
import { ipcRejected } from '#shared/errors.ts';
import { reply, type EventName } from '#shared/ipc.ts';

type CallTable = Readonly<Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>>;
type EventTable = Readonly<Record<string, z.ZodType>>;
type Answer = { ok: true; value: unknown } | { ok: false; error: ReturnType<typeof ipcRejected> };

export interface Bridge {
  call(name: string, input: unknown): Promise<Answer>;
  /** Returns the function that ends the subscription. */
  on(name: string, listener: (payload: never) => void): () => void;
}

const refuse = (detail: string): Answer => ({ ok: false, error: ipcRejected(detail) });

export function bridge(calls: CallTable, events: EventTable): Bridge {
  const callOf = (name: unknown): CallTable[string] | undefined =>
    typeof name === 'string' && Object.hasOwn(calls, name) ? calls[name] : undefined;
  const eventOf = (name: unknown): EventTable[string] | undefined =>
    typeof name === 'string' && Object.hasOwn(events, name) ? events[name] : undefined;
  return {
    async call(name, input) {
      const call = callOf(name);
      if (!call) return refuse('unknown call');
      const parsed = call.input.safeParse(input);
      // Only the path of what is wrong is told on, never the value.
      if (!parsed.success) {
        return refuse(`${name}: ${parsed.error.issues.map((i) => i.path.join('.') || '(input)').join(', ')}`);
      }
      let answer: unknown;
      try {
        answer = await ipcRenderer.invoke(name, parsed.data);
      } catch {
        return refuse(`${name}: no answer`);
      }
      const told = reply.safeParse(answer);
      if (!told.success) return refuse(`${name}: answer`);
      if (!told.data.ok) return { ok: false, error: told.data.error };
      const value = call.output.safeParse(told.data.value);
      return value.success ? { ok: true, value: value.data } : refuse(`${name}: answer`);
    },
    on(name, listener) {
      const event = eventOf(name);
      if (!event) throw new TypeError('unknown event');
      if (typeof listener !== 'function') throw new TypeError('a listener is a function');
      const heard = (_event: unknown, payload: unknown): void => {
        const parsed = event.safeParse(payload);
        if (parsed.success) listener(parsed.data as never);
      };
      const channel = eventChannel(name as EventName);
      ipcRenderer.on(channel, heard);
      return () => {
        ipcRenderer.removeListener(channel, heard);
      };
    },
  };
}
