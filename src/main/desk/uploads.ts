/** Hands signed documents to the record service: at once after signing, and again with back-off for those that wait. */
import { readFile, stat } from 'node:fs/promises';
import { sm3, toHex } from '#core/crypto/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import { toWireError } from '../wire-error.ts';
import type { DeskPorts } from './ports.ts';
import type { Session } from './session.ts';
import type { UploadQueue } from './upload-queue.ts';
import type { WorkList } from './work-list.ts';

export interface Uploads {
  /** One try, by the entry's number. Undefined when the service has taken it; else why not. */
  send(id: number): Promise<YqError | undefined>;
  /** Tries all that are due for the person signed in. */
  sendDue(): Promise<void>;
  /** After a start: what was begun when the desk died is signed whole, or not at all. */
  settleBegun(): Promise<void>;
}

/** The service can't be reached or our session is over: it will be tried again. Anything else it has understood and refused. */
const mayRetry = (e: YqError): boolean =>
  e.code === 'BACKEND_UNREACHABLE' ||
  e.code === 'LOGIN_REQUIRED' ||
  e.code === 'BACKEND_INTERNAL' ||
  e.code === 'SIGN_INPUT';

export function createUploads(ports: DeskPorts, session: Session, queue: UploadQueue, worklist: WorkList): Uploads {
  const send = async (id: number): Promise<YqError | undefined> => {
    const identity = session.peek();
    const entry = queue.find(id);
    if (!identity || !entry || entry.sm3After === null) return new YqError('NOT_SIGNED_IN');
    try {
      const pdf = new Uint8Array(
        await readFile(entry.file).catch((e: unknown) => Promise.reject(asYqError(e, 'SIGN_INPUT'))),
      );
      await ports.backend.upload(identity.bearer, { ...entry, sm3After: entry.sm3After, pdf });
      queue.uploaded(entry.id);
      worklist.remove(entry.recordId, entry.version);
      return undefined;
    } catch (e) {
      const error = asYqError(e, 'BACKEND_UNREACHABLE');
      const final = !mayRetry(error);
      queue.failed(entry.id, error.code, final);
      ports.log.error('upload', error);
      worklist.mark(entry.recordId, entry.version, {
        state: final ? 'failed' : 'upload-pending',
        error: toWireError(error),
      });
      return error;
    }
  };
  let sending = false;
  return {
    send,
    async sendDue() {
      const identity = session.peek();
      if (!identity || sending) return;
      sending = true;
      try {
        for (const entry of queue.due(identity.person.id)) {
          const error = await send(entry.id);
          if (error && mayRetry(error)) break; // the others would meet the same
        }
      } finally {
        sending = false;
      }
    },
    async settleBegun() {
      for (const entry of queue.all()) {
        if (entry.state !== 'begun') continue;
        const there = await stat(entry.file).catch(() => undefined);
        if (there) queue.signed(entry.id, toHex(sm3(new Uint8Array(await readFile(entry.file)))));
        else queue.forget(entry.id);
      }
    },
  };
}
