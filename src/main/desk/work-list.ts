/** The records that wait for this person. The last good answer stays on screen, marked stale, while the service is away. */
import { asYqError, isYqError } from '#core/errors/index.ts';
import type { RecordSummary, Worklist } from '#shared/models.ts';
import type { WireError } from '#shared/errors.ts';
import { toWireError } from '../wire-error.ts';
import type { ListedRecord } from './backend-client.ts';
import type { DeskPorts } from './ports.ts';
import type { Session } from './session.ts';

type State = Pick<RecordSummary, 'state' | 'error'>;

export interface WorkList {
  view(): Worklist;
  /** Asks the service; a failure leaves the old list and says so in `stale`. */
  refresh(): Promise<Worklist>;
  find(recordId: string, version: number): RecordSummary | undefined;
  /** What the desk itself knows of a record: being signed, failed, waiting for upload. */
  mark(recordId: string, version: number, state: State): void;
  /** Signed and taken by the service: it leaves the list. */
  remove(recordId: string, version: number): void;
  clear(): void;
}

const key = (id: string, version: number): string => `${version}/${id}`;

export function createWorkList(ports: DeskPorts, session: () => Session): WorkList {
  let records: readonly ListedRecord[] = [];
  let refreshedAt: string | null = null;
  let stale: WireError | null = null;
  const marks = new Map<string, State>();

  const summary = (r: ListedRecord): RecordSummary => ({
    ...r,
    ...(marks.get(key(r.id, r.version)) ?? { state: 'waiting', error: null }),
  });
  const view = (): Worklist => ({ records: records.map(summary), refreshedAt, stale });
  const changed = (): Worklist => {
    const v = view();
    ports.tell('worklist:changed', v);
    return v;
  };
  let running: Promise<Worklist> | undefined;

  const refresh = async (): Promise<Worklist> => {
    const { bearer, person } = session().identity();
    try {
      const listed = await ports.backend.waiting(bearer);
      if (session().peek()?.person.id !== person.id) return view(); // somebody else has signed in meanwhile
      for (const r of listed) ports.redact.learn([r.patient.name, r.patient.admissionNumber, r.patient.id]);
      // A record in hand or waiting for upload stays in view though the service no longer lists it.
      const kept = records.filter((r) => {
        const state = marks.get(key(r.id, r.version))?.state;
        return (state === 'signing' || state === 'upload-pending') && !listed.some((l) => l.id === r.id);
      });
      records = [...listed, ...kept];
      refreshedAt = ports.now().toISOString();
      stale = null;
    } catch (e) {
      const error = asYqError(e, 'BACKEND_UNREACHABLE');
      if (isYqError(e) && e.code === 'LOGIN_REQUIRED') {
        session().expired();
        throw e;
      }
      stale = toWireError(error);
    }
    return changed();
  };

  return {
    view,
    refresh() {
      running ??= refresh().finally(() => {
        running = undefined;
      });
      return running;
    },
    find(recordId, version) {
      const r = records.find((x) => x.id === recordId && x.version === version);
      return r && summary(r);
    },
    mark(recordId, version, state) {
      marks.set(key(recordId, version), state);
      changed();
    },
    remove(recordId, version) {
      marks.delete(key(recordId, version));
      records = records.filter((r) => r.id !== recordId || r.version !== version);
      changed();
    },
    clear() {
      records = [];
      refreshedAt = null;
      stale = null;
      marks.clear();
    },
  };
}
