/**
 * Entry of a judging worker: a thread (command line) or an Electron utility process (desk). It judges one file after the other, so
 * that a document made to be costly holds up nothing but itself, and can be killed.
 */
import { basename } from 'node:path';
import { parentPort as threadPort } from 'node:worker_threads';
import { asYqError, isYqError, YqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import { fileSource, readPdf, type ByteSource } from '#core/pdf/index.ts';
import { verifyPdf } from '../verify-pdf.ts';
import { faultToWire, trustFromWire, type JudgeMessage, type Order, type Reply } from './messages.ts';

interface Port {
  post(message: Reply): void;
  onOrder(listener: (order: Order) => void): void;
}

interface UtilityPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

function port(): Port {
  const utility = (process as { parentPort?: UtilityPort }).parentPort;
  if (utility) {
    return {
      post: (m) => utility.postMessage(m),
      onOrder: (listener) => utility.on('message', ({ data }) => listener(data as Order)),
    };
  }
  if (!threadPort) throw new Error('a judging worker has a parent');
  const thread = threadPort;
  return { post: (m) => thread.postMessage(m), onOrder: (listener) => thread.on('message', listener) };
}

let trust: TrustMaterial = { roots: [] };

async function revisionEnds(source: ByteSource, password: string | undefined): Promise<readonly number[]> {
  try {
    return (await readPdf(source, password === undefined ? {} : { password })).revisions.map((r) => r.end);
  } catch (e) {
    if (!isYqError(e)) throw e;
    return [];
  }
}

async function judge({ id, path, name, at, password }: JudgeMessage): Promise<Reply> {
  let source: Awaited<ReturnType<typeof fileSource>> | undefined;
  try {
    source = await fileSource(path);
    const report = await verifyPdf(source, {
      name,
      trust,
      at: new Date(at),
      ...(password !== undefined && { password }),
    });
    return { id, report, revisionEnds: await revisionEnds(source, password) };
  } catch (cause) {
    // Only the disk makes the judge reject.
    const error = isYqError(cause) ? cause : new YqError('SIGN_INPUT', { params: { file: basename(path) }, cause });
    return { id, fault: faultToWire(error) };
  } finally {
    await source?.close().catch(() => undefined);
  }
}

const { post, onOrder } = port();
let tail: Promise<unknown> = Promise.resolve();

onOrder((order) => {
  tail = tail.then(async () => {
    if (order.kind === 'judge') {
      post(await judge(order));
      return;
    }
    trust = trustFromWire(order.trust);
  });
  tail.catch((e: unknown) => {
    // An order that cannot even be read ends the worker; the pool starts another.
    console.error(asYqError(e, 'INTERNAL').message);
    process.exit(1);
  });
});
