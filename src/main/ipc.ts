/**
 * The one gateway between the windows and main; no other file names ipcMain. There are two kinds of window, each with calls of its
 * own: the desk's (src/shared/ipc.ts) and the patient's (src/shared/consent.ts). A call is answered only when it comes from the top
 * frame of a window we made, of the kind the call belongs to, on that kind's origin, and only with input and output that fit the
 * contract. What goes wrong reaches the page as a WireError: code, words, never a stack.
 */
import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { asYqError, YqError } from '#core/errors/index.ts';
import { toWireError } from './wire-error.ts';
import { calls, events, type CallName, type CallOutput, type EventName, type EventPayload } from '#shared/ipc.ts';
import { patientCalls, patientEvents, type PatientCallName, type PatientEventName } from '#shared/consent.ts';
import { eventChannel } from '#shared/channels.ts';
import type { z } from 'zod';
import { origin, patientOrigin } from './protocol/bundle.ts';

/** What a use case gets is the parsed input. */
export type Handlers = {
  readonly [N in CallName]: (input: z.output<(typeof calls)[N]['input']>) => Promise<CallOutput<N>> | CallOutput<N>;
};

type PatientOutput<N extends PatientCallName> = z.input<(typeof patientCalls)[N]['output']>;
export type PatientHandlers = {
  readonly [N in PatientCallName]: (
    input: z.output<(typeof patientCalls)[N]['input']>,
  ) => Promise<PatientOutput<N>> | PatientOutput<N>;
};

export type WindowKind = 'desk' | 'patient';

type Reply = { ok: true; value: unknown } | { ok: false; error: ReturnType<typeof toWireError> };

export interface Gateway {
  /** A window whose top frame may call what its kind may. Forgotten when it is destroyed. */
  trust(contents: WebContents, kind: WindowKind): void;
  /** Tells every desk window. The payload is parsed first: what doesn't fit is a fault of ours and is thrown. */
  send<N extends EventName>(name: N, payload: EventPayload<N>): void;
  /** Tells every patient's window. */
  sendPatient<N extends PatientEventName>(name: N, payload: z.output<(typeof patientEvents)[N]>): void;
}

export interface GatewayOptions {
  readonly handlers: Handlers;
  readonly patientHandlers: PatientHandlers;
  /** One line per failed call: name and error; never the input, which may hold a PIN. */
  readonly failed: (name: string, error: YqError) => void;
}

const originOf: Readonly<Record<WindowKind, string>> = { desk: origin, patient: patientOrigin };

/** A page is ours when scheme and host are; `URL.origin` of an app: URL is "null" in Node. */
export function isOwnOrigin(url: string, kind: WindowKind = 'desk'): boolean {
  try {
    const u = new URL(url);
    return `${u.protocol}//${u.host}` === originOf[kind];
  } catch {
    return false;
  }
}

interface Call {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}

export function createGateway({ handlers, patientHandlers, failed }: GatewayOptions): Gateway {
  const trusted = new Map<WebContents, WindowKind>();

  const checkSender = (event: IpcMainInvokeEvent, kind: WindowKind): void => {
    const frame = event.senderFrame;
    const sender = [...trusted].find(([c]) => c.id === event.sender.id)?.[1];
    const refusal =
      sender === undefined
        ? 'unknown window'
        : sender !== kind
          ? `call of the ${kind} window from the ${sender} window`
          : !frame
            ? 'frame is gone'
            : frame.parent !== null
              ? 'not the top frame'
              : !isOwnOrigin(frame.url, kind)
                ? 'foreign origin'
                : undefined;
    if (refusal !== undefined) throw new YqError('IPC_REJECTED', { detail: refusal });
  };

  const answer = async (
    kind: WindowKind,
    name: string,
    call: Call,
    handler: (input: unknown) => unknown,
    event: IpcMainInvokeEvent,
    args: readonly unknown[],
  ): Promise<Reply> => {
    try {
      checkSender(event, kind);
      if (args.length > 1) throw new YqError('IPC_REJECTED', { detail: 'too many arguments' });
      const input = call.input.safeParse(args[0]);
      // Only the path of what is wrong is told on, never the value.
      if (!input.success) {
        const where = input.error.issues.map((i) => i.path.join('.') || '(input)').join(', ');
        throw new YqError('IPC_REJECTED', { detail: `${name}: ${where}` });
      }
      const output = call.output.safeParse(await handler(input.data));
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
  const offer = (kind: WindowKind, table: Readonly<Record<string, Call>>, of: object): void => {
    for (const [name, call] of Object.entries(table)) {
      const handler = (of as Readonly<Record<string, (input: unknown) => unknown>>)[name];
      ipcMain.handle(name, (event, ...args: unknown[]) =>
        answer(kind, name, call, (input) => handler?.(input), event, args),
      );
    }
  };
  offer('desk', calls, handlers);
  offer('patient', patientCalls, patientHandlers);

  const tell = (kind: WindowKind, name: EventName | PatientEventName, value: unknown): void => {
    for (const [contents, of] of trusted) {
      if (of === kind && !contents.isDestroyed()) contents.send(eventChannel(name), value);
    }
  };
  return {
    trust(contents, kind) {
      trusted.set(contents, kind);
      contents.once('destroyed', () => trusted.delete(contents));
    },
    send(name, payload) {
      tell('desk', name, events[name].parse(payload));
    },
    sendPatient(name, payload) {
      tell('patient', name, patientEvents[name].parse(payload));
    },
  };
}
