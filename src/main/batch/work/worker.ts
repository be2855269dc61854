/**
 * Entry of a signing worker: an Electron utility process (desk) or a thread (bench, tests). Everything that takes the processor on the way
 * of a record happens here: hashing, reading and writing PDF, checking time stamps, the judge. Many records may be under way at once,
 * since most of each one's time is spent waiting for the key and the time stamp.
 */
import { parentPort as threadPort } from 'node:worker_threads';
import { asYqError, isYqError, YqError } from '#core/errors/index.ts';
import type { HttpClient } from '#core/pki/types.ts';
import { faultFromWire, faultToWire, trustFromWire } from '#core/verify/folder/index.ts';
import type { Answer, FromWorker, Question, ToWorker } from './messages.ts';
import { perform, type Surroundings } from './perform.ts';

interface Port {
  post(message: FromWorker): void;
  listen(listener: (message: ToWorker) => void): void;
}

interface UtilityPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

function openPort(): Port {
  const utility = (process as { parentPort?: UtilityPort }).parentPort;
  if (utility) {
    return {
      post: (m) => utility.postMessage(m),
      listen: (listener) => utility.on('message', ({ data }) => listener(data as ToWorker)),
    };
  }
  if (!threadPort) throw new Error('a signing worker has a parent');
  const thread = threadPort;
  return { post: (m) => thread.postMessage(m), listen: (listener) => thread.on('message', listener) };
}

const port = openPort();
const waiting = new Map<number, { resolve(answer: Answer): void; reject(e: Error): void }>();
let lastAsk = 0;
let trust: Surroundings['trust'] = { roots: [] };
let fonts: readonly string[] = [];

const ALIVE_EVERY = 2_000;
let busy = 0;
let pulse: NodeJS.Timeout | undefined;
function count(change: 1 | -1): void {
  busy += change;
  if (busy > 0) pulse ??= setInterval(() => port.post({ kind: 'alive' }), ALIVE_EVERY);
  else {
    clearInterval(pulse);
    pulse = undefined;
  }
}

function ask<K extends Question['kind']>(
  id: number,
  question: Extract<Question, { kind: K }>,
): Promise<Extract<Answer, { kind: K }>> {
  const number = ++lastAsk;
  return new Promise((resolve, reject) => {
    waiting.set(number, { resolve: (a) => resolve(a as Extract<Answer, { kind: K }>), reject });
    port.post({ kind: 'ask', id, ask: number, question });
  });
}

/** What a service certificate names and what the time stamp services answer, fetched by main. */
const httpOf =
  (id: number): HttpClient =>
  async ({ url, method, headers, body, timeout, maxBytes }) => {
    const request = { url, method, timeout, maxBytes, ...(headers && { headers }), ...(body && { body }) };
    return (await ask(id, { kind: 'http', request })).response;
  };

async function run(message: Extract<ToWorker, { kind: 'task' }>): Promise<void> {
  const { id, task } = message;
  count(1);
  try {
    const result = await perform(task, {
      trust,
      fonts,
      http: httpOf(id),
      sign: async (bytes) => (await ask(id, { kind: 'sign', bytes })).signature,
      tsaTurn: async (tried) => (await ask(id, { kind: 'tsa-turn', tried })).url ?? undefined,
      tsaTold: async (url, error) => {
        await ask(id, { kind: 'tsa-told', url, fault: error === undefined ? null : faultToWire(error) });
      },
      step: (report) => port.post({ kind: 'step', id, ...report }),
    });
    port.post({ kind: 'done', id, result });
  } catch (e) {
    port.post({ kind: 'failed', id, fault: faultToWire(asYqError(e, 'INTERNAL')) });
  } finally {
    count(-1);
  }
}

/** A time-out keeps its name, by which the time stamp client tells it from other failures of the network. */
function thrownOf({ fault, thrown }: Extract<ToWorker, { kind: 'refused' }>): Error {
  if (thrown === 'fault') return faultFromWire(fault);
  const error = new Error(fault.detail ?? fault.code);
  error.name = 'TimeoutError';
  return error;
}

port.listen((message) => {
  switch (message.kind) {
    case 'trust':
      trust = trustFromWire(message.trust);
      fonts = message.fonts;
      break;
    case 'task':
      void run(message);
      break;
    case 'answer':
      waiting.get(message.ask)?.resolve(message.answer);
      waiting.delete(message.ask);
      break;
    case 'refused':
      waiting.get(message.ask)?.reject(thrownOf(message));
      waiting.delete(message.ask);
  }
});

process.on('unhandledRejection', (e) => {
  // Nothing of ours leaves a promise alone; ending is better than going on half-broken, and main starts another worker.
  console.error(isYqError(e) || e instanceof YqError ? e.code : 'unhandled rejection');
  process.exit(1);
});
