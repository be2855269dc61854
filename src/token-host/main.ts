/**
 * Entry of the token-host process: one vendor's driver, alone in a process that may crash or be killed. Runs as an Electron
 * utilityProcess (process.parentPort) and under child_process.fork (process.send). Requests are worked off one after the other; between
 * them the slots are looked at every second.
 */
import { Worker } from 'node:worker_threads';
import { isYqError } from '#core/errors/index.ts';
import type { HostError, MethodName, Request, Response, SlotsEvent } from '#core/token/types.ts';
import { CkrError } from './driver.ts';
import { Host } from './host.ts';

interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}
const parentPort = (process as { parentPort?: ParentPort }).parentPort;

function post(message: Response | SlotsEvent): void {
  if (parentPort !== undefined) parentPort.postMessage(message);
  else process.send?.(message, undefined, {}, () => undefined); // a parent that is gone is seen by 'disconnect'
}

function describe(error: unknown): HostError {
  if (error instanceof CkrError) return { ckr: error.ckr, operation: error.operation, detail: error.message };
  if (isYqError(error)) return { code: error.code, params: { ...error.params }, detail: error.detail ?? error.message };
  return { code: 'TOKEN_REQUEST_INVALID', detail: error instanceof Error ? error.message : String(error) };
}

const host = new Host((tokens) => post({ event: 'tokens', tokens }));
let tail: Promise<void> = Promise.resolve();
let polling = false;

async function answer({ id, method, params }: Request): Promise<void> {
  try {
    post({ id, ok: true, value: await host.run(method, params) });
    if (method === 'load') startPolling();
  } catch (error) {
    post({ id, ok: false, error: describe(error) });
  }
}

function startPolling(): void {
  if (polling || host.pollMs <= 0) return;
  polling = true;
  const look = (): void => {
    tail = tail.then(() => host.poll()).then(() => void setTimeout(look, host.pollMs));
  };
  setTimeout(look, host.pollMs);
}

function isRequest(message: unknown): message is Request<MethodName> {
  if (typeof message !== 'object' || message === null) return false;
  const { id, method, params } = message as Record<string, unknown>;
  return typeof id === 'number' && typeof method === 'string' && typeof params === 'object' && params !== null;
}
function receive(message: unknown): void {
  if (!isRequest(message)) return;
  tail = tail.then(() => answer(message));
}

/**
 * A call that hangs inside the driver keeps this thread from ever seeing the disconnect; a second thread watches the parent then.
 * (Electron ends its utility processes by itself.)
 */
function endWithParent(): void {
  const watch = `setInterval(() => process.ppid === ${process.ppid} || process.kill(process.pid, 'SIGKILL'), 1000)`;
  new Worker(watch, { eval: true }).unref();
}

if (parentPort !== undefined) {
  parentPort.on('message', (event) => receive(event.data));
} else {
  process.on('message', receive);
  // The parent is gone: nobody will answer for this login any more.
  process.on('disconnect', () => process.exit(0));
  endWithParent();
}
