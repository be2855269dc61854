/** The records that wait for this person. The last good answer stays on screen, marked stale, while the service is away. */
import { asYqError, isYqError } from '#core/errors/index.ts';
import type { RecordSummary, Worklist } from '#shared/models.ts';
import type { WireError } from '#shared/errors.ts';
import { toWireError } from '../wire-error.ts';
import type { ListedRecord } from './listed-record.ts';
import type { DeskPorts } from './ports.ts';
import type { Session } from './session.ts';
import type { QueuedUpload, UploadQueue } from './upload-queue.ts';

type State = Pick<RecordSummary, 'state' | 'error'>;

export interface WorkList {
  view(): Worklist;
  /** Asks the service; a failure leaves the old list and says so in `stale`. */
  refresh(): Promise<Worklist>;
  find(recordId: string, version: number): RecordSummary | undefined;
  /** What the service last said of a record. */
  listed(recordId: string, version: number): ListedRecord | undefined;
  /** What happens to a record in this run of the program: being signed, failed. What is signed the upload queue knows. */
  mark(recordId: string, version: number, state: State): void;
  /** Takes a mark back. */
  unmark(recordId: string, version: number): void;
  /** Tells the window anew after the upload queue has changed. */
  queueChanged(): void;
  /** Signed and taken by the service, or given back: it leaves the list. */
  remove(recordId: string, version: number): void;
  clear(): void;
  /** Nothing is told any more: the program ends. */
  stop(): void;
}

/**
 * The window is told at once, and then not again for so long (ms): a batch changes many records a second. A list of thousands takes main a
 * part of each telling, so it is told less often.
 */
const toldEvery = (rows: number): number => Math.max(500, rows / 2);

const key = (id: string, version: number): string => `${version}/${id}`;
const keyOf = (r: ListedRecord): string => key(r.id, r.version);

/** What the upload queue knows outlives a crash and a restart, so it stands above what the service still lists as waiting. */
const queuedState = (q: QueuedUpload): State => ({
  state: q.state === 'refused' ? 'failed' : 'upload-pending',
  error: q.lastError,
});

export function createWorkList(ports: DeskPorts, session: () => Session, queue: Pick<UploadQueue, 'open'>): WorkList {
  let listed: readonly ListedRecord[] = [];
  let refreshedAt: string | null = null;
  let stale: WireError | null = null;
  const marks = new Map<string, State>();

  const all = (): readonly RecordSummary[] => {
    const person = session().peek()?.person.id;
    const queued = new Map<string, QueuedUpload>();
    // A later entry of the same version stands for the earlier ones.
    for (const q of person === undefined ? [] : queue.open(person)) queued.set(key(q.recordId, q.version), q);
    const known = new Set(listed.map(keyOf));
    const unlisted = [...queued.values()].flatMap((q) =>
      q.record === null || known.has(key(q.recordId, q.version)) ? [] : [q.record],
    );
    return [...listed, ...unlisted].map((r) => {
      const q = queued.get(keyOf(r));
      return { ...r, ...(marks.get(keyOf(r)) ?? (q ? queuedState(q) : { state: 'waiting', error: null })) };
    });
  };
  const view = (): Worklist => ({ records: [...all()], refreshedAt, stale });
  let toldAt = -Infinity;
  let soon: NodeJS.Timeout | undefined;
  const tellNow = (): Worklist => {
    clearTimeout(soon);
    soon = undefined;
    const v = view();
    ports.tell('worklist:changed', v);
    // Counted from the end of the telling, which for a long list takes a while itself.
    toldAt = performance.now();
    return v;
  };
  const changed = (): void => {
    if (soon !== undefined) return;
    const wait = toldAt + toldEvery(listed.length) - performance.now();
    if (wait <= 0) tellNow();
    else soon = setTimeout(tellNow, wait).unref();
  };
  let running: Promise<Worklist> | undefined;

  const refresh = async (): Promise<Worklist> => {
    const { bearer, person } = session().identity();
    try {
      const answer = await ports.backend.waiting(bearer);
      if (session().peek()?.person.id !== person.id) return view(); // somebody else has signed in meanwhile
      for (const r of answer) ports.redact.learn([r.patient.name, r.patient.admissionNumber, r.patient.id]);
      // A record in hand stays in view though the service no longer lists it.
      const kept = listed.filter(
        (r) => marks.get(keyOf(r))?.state === 'signing' && !answer.some((x) => keyOf(x) === keyOf(r)),
      );
      listed = [...answer, ...kept];
      refreshedAt = ports.now().toISOString();
      stale = null;
    } catch (e) {
      const error = asYqError(e, 'BACKEND_UNREACHABLE');
      if (isYqError(e) && e.code === 'LOGIN_REQUIRED') {
        session().expired(bearer);
        throw e;
      }
      stale = toWireError(error);
    }
    return tellNow();
  };

  return {
    view,
    refresh() {
      running ??= refresh().finally(() => {
        running = undefined;
      });
      return running;
    },
    find: (recordId, version) => all().find((x) => x.id === recordId && x.version === version),
    listed: (recordId, version) => listed.find((x) => x.id === recordId && x.version === version),
    mark(recordId, version, state) {
      marks.set(key(recordId, version), state);
      changed();
    },
    unmark(recordId, version) {
      marks.delete(key(recordId, version));
      changed();
    },
    queueChanged() {
      changed();
    },
    remove(recordId, version) {
      marks.delete(key(recordId, version));
      listed = listed.filter((r) => r.id !== recordId || r.version !== version);
      changed();
    },
    clear() {
      clearTimeout(soon);
      soon = undefined;
      listed = [];
      refreshedAt = null;
      stale = null;
      marks.clear();
    },
    stop() {
      clearTimeout(soon);
      soon = undefined;
    },
  };
}
