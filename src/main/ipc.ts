/**
 * The one gateway between the window and main; no other file names ipcMain. A call is answered only when it comes from the top
 * frame of a window we made, on our own origin, and only with input and output that fit src/shared/ipc.ts. What goes wrong
 * reaches the page as a WireError: code, words, never a stack.
 */
import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { asYqError, YqError } from '#core/errors/index.ts';
import { toWireError } from './wire-error.ts';
import { calls, events, type CallName, type CallOutput, type EventName, type EventPayload } from '#shared/ipc.ts';
import { eventChannel } from '#shared/channels.ts';
import type { z } from 'zod';
import { origin } from './protocol/bundle.ts';

/** What a use case gets is the parsed input. */
export type Handlers = {
  readonly [N in CallName]: (input: z.output<(typeof calls)[N]['input']>) => Promise<CallOutput<N>> | CallOutput<N>;
};

type Reply = { ok: true; value: unknown } | { ok: false; error: ReturnType<typeof toWireError> };

export interface Gateway {
  /** A window whose top frame may call. Forgotten when it is destroyed. */
  trust(contents: WebContents): void;
  /** Tells every trusted window. The payload is parsed first: what doesn't fit is a fault of ours and is thrown. */
  send<N extends EventName>(name: N, payload: EventPayload<N>): void;
}

export interface GatewayOptions {
  readonly handlers: Handlers;
  /** One line per failed call: name and error; never the input, which may hold a PIN. */
  readonly failed: (name: string, error: YqError) => void;
}

/** A page is ours when scheme and host are; `URL.origin` of an app: URL is "null" in Node. */
export function isOwnOrigin(url: string): boolean {
  try {
    const u = new URL(url);
    return `${u.protocol}//${u.host}` === origin;
  } catch {
    return false;
  }
}

export function createGateway({ handlers, failed }: GatewayOptions): Gateway {
  const trusted = new Set<WebContents>();

  const checkSender = (event: IpcMainInvokeEvent): void => {
    const frame = event.senderFrame;
    const refusal = ![...trusted].some((c) => c.id === event.sender.id)
      ? 'unknown window'
      : !frame
        ? 'frame is gone'
        : frame.parent !== null
          ? 'not the top frame'
          : !isOwnOrigin(frame.url)
            ? 'foreign origin'
            : undefined;
    if (refusal !== undefined) throw new YqError('IPC_REJECTED', { detail: refusal });
  };

  const answer = async (name: CallName, event: IpcMainInvokeEvent, args: readonly unknown[]): Promise<Reply> => {
    try {
      checkSender(event);
      if (args.length > 1) throw new YqError('IPC_REJECTED', { detail: 'too many arguments' });
      const input = calls[name].input.safeParse(args[0]);
      // Only the path of what is wrong is told on, never the value.
      if (!input.success) {
        const where = input.error.issues.map((i) => i.path.join('.') || '(input)').join(', ');
        throw new YqError('IPC_REJECTED', { detail: `${name}: ${where}` });
      }
      const handler = handlers[name] as (input: unknown) => unknown;
      const output = calls[name].output.safeParse(await handler(input.data));
      if (!output.success) {
        const where = output.error.issues.map((i) => i.path.join('.')).join(', ');
        throw new YqError('INTERNAL', { detail: `answer of ${name} does not fit its schema: ${where}` });
      }
      return { ok: true, value: output.data };
    } catch (e) {
      const error = asYqError(e, 'INTERNAL');
      failed(name, error);
      return { ok: false, error: toWireError(error) };
    }
  };

  for (const name of Object.keys(calls) as CallName[]) {
    ipcMain.handle(name, (event, ...args: unknown[]) => answer(name, event, args));
  }
  return {
    trust(contents) {
      trusted.add(contents);
      contents.once('destroyed', () => trusted.delete(contents));
    },
    send(name, payload) {
      const value = events[name].parse(payload);
      for (const contents of trusted) if (!contents.isDestroyed()) contents.send(eventChannel(name), value);
    },
  };
}
