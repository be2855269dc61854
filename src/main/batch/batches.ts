/** 批量签署: a list is proposed, approved with one PIN, signed in a pipeline, and every record's end is kept over any death. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { asYqError, YqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import type { CallInput, CallOutput } from '#shared/ipc.ts';
import type { ApprovedList, BatchView } from '#shared/batch.ts';
import type { OpenedDocument, VerifyReportView } from '#shared/models.ts';
import type { VerifyReport } from '#core/verify/types.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Planner, SignLayout } from '../desk/sign-layout.ts';
import { toWireError } from '../wire-error.ts';
import { digestOfList } from './approved-list.ts';
import type { JournalBatch, JournalRow } from './journal.ts';
import type { ListRunner } from './list-runner.ts';
import { createLiveRows, viewOfJournal, type LiveRows } from './live-rows.ts';
import { listed, propose, type Making, type Proposal, type ProposedRecord, type ProposeDeps } from './propose.ts';
import type { Recorder, RunningList } from './sign-records.ts';
import type { TimeServices } from './time/services.ts';

export interface BatchesDeps extends ProposeDeps {
  readonly runner: ListRunner;
  readonly layout: SignLayout;
  readonly trust: () => Promise<TrustMaterial>;
  readonly services: TimeServices;
  readonly audit: AuditLog;
  /** Opens and judges a signed file, for the window; `report` only judges it. */
  readonly judge: (path: string) => Promise<{ document: OpenedDocument; report: VerifyReportView }>;
  readonly report: (path: string) => Promise<VerifyReport>;
}

export interface Batches {
  propose(input: CallInput<'batch:propose'>): Promise<ApprovedList>;
  withdrawProposal(): Promise<void>;
  /** What `start` would sign; throws as it does. */
  proposed(listId: string, digest: string): readonly ProposedRecord[];
  start(input: CallInput<'batch:start'>): Promise<CallOutput<'batch:start'>>;
  /** Stops after the records in hand. */
  cancel(reason?: YqError): void;
  get(): BatchView | null;
  resume(batchId: string): Promise<ApprovedList>;
  putAway(batchId: string): void;
  open(input: CallInput<'batch:open'>): Promise<CallOutput<'batch:open'>>;
  /** After a start, when the upload queue has been settled: what was in hand is signed, or not begun. */
  settle(): Promise<void>;
  /** The trusted time has come for a row. */
  stamped(at: { readonly batchId: string; readonly position: number }, trustedTime: string): void;
  /** Somebody leaves: his list is dropped, his batch stops. */
  signedOut(): void;
}

interface OpenProposal extends Proposal {
  readonly listId: string;
  readonly personId: string;
  readonly digest: string;
  readonly plan: Planner;
  /** The batch of which this is the rest. */
  readonly resumes: string | undefined;
}

interface LiveBatch {
  readonly batch: JournalBatch;
  readonly rows: LiveRows;
}

type Asked = Making['items'];
type RunRecord = ProposedRecord & { readonly position: number };

/** Progress of fetching is told this often, ms. */
const FETCHING_EVERY = 100;

export function createBatches(deps: BatchesDeps): Batches {
  const { ports, session, queue, journal, copies, runner, layout, trust, services, audit, judge } = deps;
  let proposal: OpenProposal | undefined;
  let making: AbortController | undefined;
  let live: LiveBatch | undefined;

  const dropProposal = async (): Promise<void> => {
    const dropped = proposal;
    proposal = undefined;
    if (dropped) await copies.drop(dropped.listId);
  };

  const makeList = async (items: Asked, resumes?: string): Promise<ApprovedList> => {
    const identity = session.identity();
    if (runner.isRunning) throw new YqError('DESK_BUSY');
    making?.abort();
    await dropProposal();
    const abort = new AbortController();
    making = abort;
    const listId = randomUUID();
    let toldAt = -Infinity;
    const progress = (done: number): void => {
      const now = performance.now();
      if (done < items.length && now - toldAt < FETCHING_EVERY) return;
      toldAt = now;
      ports.tell('batch:fetching', { done, total: items.length });
    };
    progress(0);
    try {
      const whom = await trust();
      const { certificate, person } = identity;
      const plan = layout({ signerName: person.name, certificate, trust: whom });
      const made = await propose(deps, { listId, items, identity, trust: whom, plan, signal: abort.signal, progress });
      const { info, key } = await ports.tokens.find(identity.tokenId, identity.keyId);
      if (session.identity().person.id !== person.id || abort.signal.aborted) throw new YqError('SIGN_CANCELLED');
      const digest = digestOfList({
        listId,
        personId: person.id,
        certificate: certificate.serial,
        items: made.records.map(listed),
      });
      proposal = { ...made, listId, personId: person.id, digest, plan, resumes };
      return {
        ...viewOf(proposal),
        alwaysAuthenticate: key.alwaysAuthenticate,
        triesLeft: info.pinTries.kind === 'count' ? info.pinTries.left : null,
        timeLater: ports.configuration.timestampLater.value && services.isDown(),
      };
    } catch (e) {
      await copies.drop(listId);
      throw e;
    } finally {
      if (making === abort) making = undefined;
    }
  };

  const recorderOf = ({ batch, rows }: LiveBatch): Recorder<RunRecord> => {
    const beganAt = new Map<number, number>();
    const { id } = batch;
    return {
      begun({ position }, file, together) {
        beganAt.set(position, performance.now());
        const queueId = journal.change(id, position, { state: 'in-hand', file }, together);
        rows.change(position, { state: 'in-hand', step: 'prepare' });
        return queueId as number;
      },
      step({ position }, { step, state }) {
        if (state === 'begun') rows.change(position, { step });
      },
      waits({ position }, why) {
        rows.change(position, { error: why ? toWireError(why) : null });
      },
      signed({ position }, { claimedTime, trustedTime, awaitsTime, shortfall }, together) {
        const change = {
          state: 'signed' as const,
          error: shortfall ? toWireError(shortfall) : null,
          claimedTime,
          trustedTime,
          awaitsTime,
          milliseconds: performance.now() - (beganAt.get(position) ?? performance.now()),
        };
        journal.change(id, position, change, together);
        rows.change(position, { ...change, step: null });
      },
      ended({ position }, how, error, together) {
        const change = { state: how, error: toWireError(error) };
        // Shown also when it can't be written down: the next start settles it by what lies on the disk.
        rows.change(position, { ...change, step: null });
        journal.change(id, position, change, together);
      },
      uploaded({ position }, error) {
        rows.change(position, { uploaded: error === undefined, ...(error && { error: toWireError(error) }) });
      },
    };
  };

  const follow = async ({ batch, rows }: LiveBatch, running: RunningList): Promise<void> => {
    try {
      await running.done;
    } catch (e) {
      ports.log.error('batch', e);
    }
    try {
      journal.end(batch.id, 'finished', ports.now().toISOString());
    } catch (e) {
      ports.log.error('batch', e);
    }
    rows.state('finished');
    live = undefined;
    await copies.drop(batch.listId);
  };

  /** Of this person, by its id. */
  const mine = (batchId: string): JournalBatch => {
    const found = journal.find(batchId);
    if (found?.personId !== session.identity().person.id) throw new YqError('BATCH_UNKNOWN');
    return found;
  };

  const settleBatch = async (batch: JournalBatch): Promise<void> => {
    for (const row of journal.rows(batch.id)) {
      if (row.state === 'signed' || row.state === 'failed' || row.state === 'not-begun') continue;
      const entry = row.queueId === null ? undefined : queue.find(row.queueId);
      // The queue may have handed it in meanwhile and let go of it; its file stays, and is only ever there whole.
      const isSigned = entry ? entry.state !== 'begun' : row.file !== null && existsSync(row.file);
      if (row.state === 'in-hand' && isSigned) {
        journal.change(batch.id, row.position, {
          state: 'signed',
          error: null,
          awaitsTime: entry?.awaitsTime ?? false,
          ...(await timesOf(row)),
        });
        continue;
      }
      const error = toWireError(new YqError('BATCH_INTERRUPTED'));
      journal.change(batch.id, row.position, { state: 'not-begun', error });
    }
    journal.end(batch.id, 'interrupted', ports.now().toISOString());
    ports.log.write('info', 'batch settled after a crash');
  };

  /** What a file says of its newest signature; nothing when it can't be read now. */
  const timesOf = async ({ file }: JournalRow): Promise<{ claimedTime: string | null; trustedTime: string | null }> => {
    const none = { claimedTime: null, trustedTime: null };
    if (file === null || !existsSync(file)) return none;
    try {
      const { signatures } = await deps.report(file);
      const newest = signatures.filter((s) => s.kind === 'signature').at(-1);
      return { claimedTime: newest?.claimedTime ?? null, trustedTime: newest?.trustedTime ?? null };
    } catch (e) {
      ports.log.error('batch', asYqError(e, 'INTERNAL'));
      return none;
    }
  };

  /** The list that the person was shown. */
  const proposed = (listId: string, digest: string): OpenProposal => {
    const { person } = session.identity();
    if (proposal?.listId !== listId || proposal.personId !== person.id) throw new YqError('BATCH_LIST_GONE');
    if (digest.toUpperCase() !== proposal.digest) throw new YqError('BATCH_LIST_CHANGED');
    if (proposal.records.length === 0) throw new YqError('BATCH_EMPTY');
    return proposal;
  };

  return {
    propose: ({ items }) => makeList(items),
    async withdrawProposal() {
      making?.abort();
      await dropProposal();
    },
    proposed: (listId, digest) => proposed(listId, digest).records,
    async start({ listId, digest, pin }) {
      const identity = session.identity();
      const approved = proposed(listId, digest);
      const records = approved.records.map((record, position): RunRecord => ({ ...record, position }));
      const batchId = randomUUID();
      let started: LiveBatch | undefined;
      const opened = (): Recorder<RunRecord> => {
        started = begin(approved, batchId, records, identity.keyId);
        return recorderOf(started);
      };
      const sizes = records.map((r) => r.size);
      const { plan } = approved;
      const running = await runner.run({ identity, pin, digest: approved.digest, records, plan, sizes, opened });
      if (started) {
        live = started;
        void follow(started, running);
      }
      return { batchId };
    },
    cancel(reason = new YqError('SIGN_CANCELLED')) {
      if (!live) return;
      runner.stop(reason);
      live.rows.state('cancelling');
    },
    get() {
      const { person } = session.identity();
      if (live?.batch.personId === person.id) return live.rows.view();
      const latest = journal.latest(person.id);
      return latest ? viewOfJournal(latest, journal.rows(latest.id)) : null;
    },
    async resume(batchId) {
      const batch = mine(batchId);
      if (live?.batch.id === batchId) throw new YqError('DESK_BUSY');
      if (batch.keyId !== session.identity().keyId) throw new YqError('BATCH_OTHER_KEY');
      const rest = journal.rows(batchId).filter((r) => r.state === 'not-begun' || r.state === 'failed');
      const items = rest.map(({ item, sm3, reviewed }) => ({ ...item, handle: null, known: { sm3, reviewed } }));
      return makeList(items, batchId);
    },
    putAway(batchId) {
      if (live?.batch.id === batchId) throw new YqError('DESK_BUSY');
      journal.putAway(mine(batchId).id);
    },
    async open({ batchId, recordId, version }) {
      const batch = mine(batchId);
      const row = journal.rows(batch.id).find((r) => r.recordId === recordId && r.version === version);
      if (row?.state !== 'signed' || row.file === null) throw new YqError('BATCH_UNKNOWN');
      return judge(row.file);
    },
    async settle() {
      await copies.clean();
      for (const batch of journal.running()) await settleBatch(batch);
    },
    stamped({ batchId, position }, trustedTime) {
      if (live?.batch.id === batchId) live.rows.change(position, { trustedTime, awaitsTime: false, error: null });
    },
    signedOut() {
      making?.abort();
      void dropProposal();
      if (live) runner.stop(new YqError('NOT_SIGNED_IN'));
    },
  };

  /** Written down before the key is asked for anything: the approval and every record of it. */
  function begin(approved: OpenProposal, batchId: string, records: readonly RunRecord[], keyId: string): LiveBatch {
    const { listId, personId, digest, resumes } = approved;
    const batch = { id: batchId, personId, keyId, listId, digest, startedAt: ports.now().toISOString() };
    ports.store.transaction(() => {
      journal.create(
        batch,
        records.map((r) => ({
          recordId: r.item.recordId,
          version: r.item.version,
          title: r.title,
          patientName: r.patientName,
          sm3: r.sm3,
          item: r.item,
          reviewed: r.reviewed,
        })),
      );
      if (resumes !== undefined) journal.putAway(resumes);
      audit.note({ act: 'approve-list', subject: listId, before: digest, result: 'done' });
    });
    proposal = undefined;
    const kept: JournalBatch = { ...batch, endedAt: null, state: 'running' };
    const tell = (progress: Parameters<Parameters<typeof createLiveRows>[2]>[0]): void => {
      // Somebody else may have signed in while the last uploads end.
      if (session.peek()?.person.id === personId) ports.tell('batch:progress', progress);
    };
    return { batch: kept, rows: createLiveRows(kept, journal.rows(batchId), tell) };
  }
}

type ListView = Omit<ApprovedList, 'alwaysAuthenticate' | 'triesLeft' | 'timeLater'>;

function viewOf({ listId, digest, records, excluded }: OpenProposal): ListView {
  const types = new Map<string, number>();
  for (const { type } of records) types.set(type, (types.get(type) ?? 0) + 1);
  return {
    listId,
    digest,
    rows: records.map(({ item, title, type, patientName, admissionNumber, sm3, size, reviewed }) => ({
      recordId: item.recordId,
      version: item.version,
      title,
      type,
      patientName,
      admissionNumber,
      sm3,
      size,
      reviewed,
    })),
    count: records.length,
    patients: new Set(records.map((r) => `${r.admissionNumber} ${r.patientName}`)).size,
    bytes: records.reduce((sum, r) => sum + r.size, 0),
    types: [...types].map(([type, count]) => ({ type, count })).sort((a, b) => b.count - a.count),
    excluded: [...excluded],
  };
}
