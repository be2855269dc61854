/**
 * Making the list that is to be approved: every document is fetched (several at a time, to the disk), compared with what the service
 * names, and looked at for everything that can be found out without the key. What can't be signed is left out by name and reason.
 */
import { asYqError, isYqError, YqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import { faultFromWire } from '#core/verify/folder/index.ts';
import type { ApprovedList, BatchItem } from '#shared/batch.ts';
import type { DocumentStore } from '../desk/documents.ts';
import type { DeskPorts } from '../desk/ports.ts';
import type { Identity, Session } from '../desk/session.ts';
import type { Planner } from '../desk/sign-layout.ts';
import type { UploadQueue } from '../desk/upload-queue.ts';
import type { WorkList } from '../desk/work-list.ts';
import { toWireError } from '../wire-error.ts';
import type { AskedItem, ListedItem } from './approved-list.ts';
import type { Copies } from './copies.ts';
import { lane } from './flow.ts';
import type { Journal } from './journal.ts';
import type { WorkPool } from './work/pool.ts';

export interface ProposedRecord {
  readonly item: AskedItem;
  readonly source: string;
  readonly sm3: string;
  readonly size: number;
  readonly title: string;
  readonly type: string;
  readonly patientName: string;
  readonly admissionNumber: string;
  readonly reviewed: boolean;
}

export interface Proposal {
  readonly records: readonly ProposedRecord[];
  readonly excluded: ApprovedList['excluded'];
}

export interface ProposeDeps {
  readonly ports: DeskPorts;
  readonly session: Session;
  readonly worklist: WorkList;
  readonly documents: DocumentStore;
  readonly queue: UploadQueue;
  readonly journal: Journal;
  readonly pool: WorkPool;
  readonly copies: Copies;
  /** The seal with this esID among those I may use. */
  readonly sealOf: (esId: string) => string | null;
}

/** `known`: it stood in an earlier list of the same person, with these bytes. */
export type ProposeItem = BatchItem & { readonly known?: { readonly sm3: string; readonly reviewed: boolean } };

export interface Making {
  readonly listId: string;
  readonly items: readonly ProposeItem[];
  readonly identity: Identity;
  readonly trust: TrustMaterial;
  readonly plan: Planner;
  readonly signal: AbortSignal;
  readonly progress: (done: number) => void;
}

/** Documents fetched and looked at at the same time. */
const SEVERAL = 4;

export const listed = ({ item, sm3, size, reviewed }: ProposedRecord): ListedItem => ({ ...item, sm3, size, reviewed });

export async function propose(deps: ProposeDeps, making: Making): Promise<Proposal> {
  const { items, signal, progress } = making;
  const take = lane(SEVERAL);
  const seen = new Set<string>();
  let done = 0;
  const results = await Promise.all(
    items.map((item) =>
      take(async () => {
        if (signal.aborted) throw new YqError('SIGN_CANCELLED');
        const key = `${item.version}/${item.recordId}`;
        if (seen.has(key)) throw new YqError('IPC_REJECTED', { detail: 'a record stands twice in the list' });
        seen.add(key);
        try {
          return await proposeOne(deps, making, item);
        } catch (e) {
          const error = asYqError(e, 'INTERNAL');
          if (isForAll(error)) throw error;
          const title = deps.worklist.find(item.recordId, item.version)?.title ?? item.recordId;
          return { recordId: item.recordId, version: item.version, title, error: toWireError(error) };
        } finally {
          progress(++done);
        }
      }),
    ),
  );
  if (signal.aborted) throw new YqError('SIGN_CANCELLED');
  return {
    records: results.filter((r) => 'item' in r),
    excluded: results.filter((r) => 'error' in r),
  };
}

/** What every record would meet: the list as a whole can't be made. */
const isForAll = ({ code }: YqError): boolean =>
  [
    'SIGN_DISK_FULL',
    'SIGN_OUTPUT',
    'IPC_REJECTED',
    'NOT_SIGNED_IN',
    'DESK_LOCKED',
    'LOGIN_REQUIRED',
    'INTERNAL',
  ].includes(code);

async function proposeOne(deps: ProposeDeps, making: Making, item: ProposeItem): Promise<ProposedRecord> {
  const { queue, journal, pool } = deps;
  const { identity, trust, plan } = making;
  const { recordId, version } = item;
  const waits = queue
    .open(identity.person.id)
    .some((q) => q.state === 'pending' && q.recordId === recordId && q.version === version);
  if (waits) throw new YqError('RECORD_ALREADY_SIGNED');
  const found = item.handle === null ? await fetched(deps, making, item) : await shown(deps, making, item, item.handle);
  // When the service can't be asked, what this desk knows of its own signatures has to do.
  if (!found.confirmed && journal.wasSigned(identity.person.id, recordId, version, found.sm3)) {
    throw new YqError('RECORD_ALREADY_SIGNED');
  }
  const at = deps.ports.now();
  const inspected = await pool.run(
    {
      kind: 'inspect',
      path: found.source,
      at: at.toISOString(),
      plan: await plan(found.item, at),
      dropActive: item.dropActive,
    },
    { trust },
  );
  if (inspected.sm3 !== found.sm3.toUpperCase()) {
    throw new YqError('RECORD_CHANGED', { detail: 'SM3 of the document differs from the one named' });
  }
  if (inspected.blocked !== undefined) throw faultFromWire(inspected.blocked);
  const { confirmed: _, ...record } = found;
  return { ...record, sm3: inspected.sm3, size: inspected.size };
}

interface Found extends ProposedRecord {
  /** The service said just now that this person may sign it. */
  readonly confirmed: boolean;
}

const nameOf = ({ recordId, version }: BatchItem): string =>
  `${recordId.replace(/[^\w-]/g, '_').slice(0, 64)}-v${version}`;

/** 逐份审阅: the bytes behind the handle are those that were shown. */
async function shown(deps: ProposeDeps, { listId }: Making, item: BatchItem, handle: string): Promise<Found> {
  const { documents, worklist, copies, ports, session } = deps;
  const held = documents.get(handle);
  if (!held) throw new YqError('DOCUMENT_CLOSED');
  if (held.record?.id !== item.recordId || held.record.version !== item.version) {
    throw new YqError('IPC_REJECTED', { detail: 'the handle belongs to another record' });
  }
  const known = worklist.find(item.recordId, item.version);
  const confirmed = await ports.backend
    .version(session.identity().bearer, item.recordId, item.version)
    .then(({ state, document, record }) => {
      if (state !== 'waiting' || document.sm3.toUpperCase() !== held.sm3) {
        throw new YqError('RECORD_CHANGED', { detail: state });
      }
      return record;
    })
    .catch((e: unknown) => {
      if (isYqError(e) && e.code === 'BACKEND_UNREACHABLE') return undefined;
      throw e;
    });
  const record = confirmed ?? known;
  const { handle: _, ...asked } = item;
  return {
    item: asked,
    source: await copies.keep(listId, nameOf(item), held.bytes),
    sm3: held.sm3,
    size: held.size,
    title: record?.title ?? item.recordId,
    type: record?.type ?? '',
    patientName: record?.patient.name ?? '',
    admissionNumber: record?.patient.admissionNumber ?? '',
    reviewed: true,
    confirmed: confirmed !== undefined,
  };
}

/** 全部签署: the document is fetched as it is now, the place is that of the record type's rule. */
async function fetched(deps: ProposeDeps, { listId, identity }: Making, item: ProposeItem): Promise<Found> {
  const { ports, worklist, copies, sealOf } = deps;
  const { recordId, version } = item;
  const wasReviewed = item.known?.reviewed === true;
  const requireUnreadAllowed = (mustReview: boolean | undefined): void => {
    if (wasReviewed) return;
    if (!ports.configuration.batchWithoutReview.value) throw new YqError('BATCH_UNREAD_FORBIDDEN');
    if (mustReview === true) throw new YqError('BATCH_MUST_REVIEW');
  };
  requireUnreadAllowed(worklist.find(recordId, version)?.mustReview);
  const { record, state, rule, document } = await ports.backend.version(identity.bearer, recordId, version);
  if (state !== 'waiting') throw new YqError('RECORD_CHANGED', { detail: state });
  requireUnreadAllowed(record.mustReview);
  if (item.known !== undefined && item.known.sm3 !== document.sm3.toUpperCase()) {
    throw new YqError('RECORD_CHANGED', { detail: 'the document is another one than in the list before' });
  }
  const { bytes, sm3 } = await ports.backend.document(identity.bearer, recordId, version);
  if (sm3 !== document.sm3.toUpperCase()) {
    throw new YqError('RECORD_CHANGED', { detail: 'the document is another one than the record names' });
  }
  const { patient } = record;
  ports.redact.learn([patient.name, patient.admissionNumber, patient.id]);
  const { handle: _, known: __, ...asked } = item;
  return {
    item: {
      ...asked,
      placement: item.placement ?? rule.placement,
      layout: item.layout ?? rule.layout ?? null,
      sealId: item.sealId ?? (rule.seal == null ? null : sealOf(rule.seal)),
    },
    source: await copies.keep(listId, nameOf(item), bytes),
    sm3: document.sm3,
    size: bytes.length,
    title: record.title,
    type: record.type,
    patientName: patient.name,
    admissionNumber: patient.admissionNumber,
    reviewed: wasReviewed,
    confirmed: true,
  };
}
