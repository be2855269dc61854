/** Hands signed documents to the record service: at once after signing, and again with back-off for those that wait. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { sm3, toHex } from '#core/crypto/index.ts';
import { asYqError, YqError, type ErrorCode } from '#core/errors/index.ts';
import type { WireError } from '#shared/errors.ts';
import { toWireError } from '../wire-error.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { DeskPorts } from './ports.ts';
import type { Session } from './session.ts';
import type { QueuedUpload, UploadQueue } from './upload-queue.ts';
import type { WorkList } from './work-list.ts';

export interface Uploads {
  /** One try, by the entry's number. Undefined when the service has taken it; else why not. */
  send(id: number): Promise<YqError | undefined>;
  /** Tries all that are due for the person signed in. */
  sendDue(): Promise<void>;
  /**
   * After a start: what was begun when the desk died is signed whole, or not at all. `mayLackTime`: policy lets records be signed without
   * a trusted time, so that each is looked at for it before it is handed in.
   */
  settleBegun(mayLackTime?: WireError): Promise<void>;
}

/** What the service says when it has understood the document and will not take it. Anything else may pass: a proxy's page, a session that ended. */
const refusals: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'RECORD_CHANGED',
  'RECORD_NOT_YOURS',
  'RECORD_NOT_FOUND',
  'UPLOAD_NOT_ORIGINAL',
  'UPLOAD_SIGNATURE',
  'UPLOAD_SIGNER',
  'BACKEND_TOO_LARGE',
]);
/** Damaged on the way: worth a few more tries, but not for ever. */
const DAMAGED_TRIES = 5;
const isFinal = ({ code }: YqError, attempts: number): boolean =>
  refusals.has(code) || (code === 'UPLOAD_DIGEST' && attempts + 1 >= DAMAGED_TRIES);

export function createUploads(
  ports: DeskPorts,
  session: Session,
  queue: UploadQueue,
  worklist: WorkList,
  audit: Pick<AuditLog, 'note'>,
): Uploads {
  /** An entry of the audit chain in the same write as what becomes of the queue's. */
  const noted = (entry: QueuedUpload, act: 'upload' | 'upload-refused', change: () => void, code?: string): void => {
    // Lost with the machine, it is handed in once more, and the service gives the same receipt again.
    ports.store.swiftly(() => {
      change();
      audit.note({
        act,
        who: entry.personId,
        subject: `${entry.recordId} v${entry.version}`,
        ...(entry.sm3After !== null && { after: entry.sm3After }),
        result: code === undefined ? 'done' : 'failed',
        ...(code !== undefined && { code }),
      });
    });
  };
  const attempt = async (entry: QueuedUpload, sm3After: string, bearer: string): Promise<YqError | undefined> => {
    try {
      const pdf = await readFile(entry.file).catch((cause: unknown) => {
        throw new YqError('SIGN_INPUT', { params: { file: basename(entry.file) }, cause });
      });
      await ports.backend.upload(bearer, { ...entry, sm3After, pdf: new Uint8Array(pdf) });
      noted(entry, 'upload', () => queue.uploaded(entry.id));
      worklist.remove(entry.recordId, entry.version);
      return undefined;
    } catch (e) {
      const error = asYqError(e, 'BACKEND_UNREACHABLE');
      const final = isFinal(error, entry.attempts);
      const put = (): void => queue.failed(entry.id, toWireError(error), final);
      if (final) noted(entry, 'upload-refused', put, error.code);
      else put();
      ports.log.error('upload', error);
      worklist.queueChanged();
      return error;
    }
  };

  /** The timer may meet an entry that the list in hand is just sending: both then wait for the same try. */
  const underWay = new Map<number, Promise<YqError | undefined>>();
  const send = (id: number): Promise<YqError | undefined> => {
    const running = underWay.get(id);
    if (running) return running;
    const entry = queue.find(id);
    if (!entry) return Promise.resolve(undefined); // taken by an earlier try
    const identity = session.peek();
    // Another person's bearer would only earn a refusal that is none.
    if (identity?.person.id !== entry.personId || entry.sm3After === null || entry.awaitsTime) {
      return Promise.resolve(new YqError('NOT_SIGNED_IN'));
    }
    const begun = attempt(entry, entry.sm3After, identity.bearer).finally(() => underWay.delete(id));
    underWay.set(id, begun);
    return begun;
  };

  let sending = false;
  // Read before anything can be begun by this run of the program: what is there now was left by an earlier one.
  const leftBegun = queue.all().filter((entry) => entry.state === 'begun');
  return {
    send,
    async sendDue() {
      const identity = session.peek();
      if (!identity || sending) return;
      sending = true;
      try {
        for (const entry of queue.due(identity.person.id)) {
          const error = await send(entry.id);
          if (error && !refusals.has(error.code)) break; // the others would meet the same
        }
      } finally {
        sending = false;
      }
    },
    async settleBegun(mayLackTime) {
      for (const entry of leftBegun.splice(0)) {
        const there = await readFile(entry.file).catch((e: unknown) => {
          if ((e as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
          throw e; // there but not to be read now: the entry stays as it is, for the next start
        });
        if (there) {
          const sm3After = toHex(sm3(new Uint8Array(there)));
          const { mtime } = await stat(entry.file);
          // The death came between the file and the books: the act is written down now, at the time when the file was.
          ports.store.transaction(() => {
            queue.signed(entry.id, sm3After, mayLackTime);
            audit.note({
              act: 'sign',
              who: entry.personId,
              subject: `${entry.recordId} v${entry.version}`,
              before: entry.sm3Before,
              after: sm3After,
              claimed: mtime.toISOString(),
              result: 'done',
            });
          });
        } else queue.forget(entry.id);
        ports.log.write('info', 'settled after a crash', { signed: there !== undefined });
      }
    },
  };
}
