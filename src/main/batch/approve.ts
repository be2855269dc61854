/**
 * `sign:approve`: the record on the screen, or a few of them, each shown and held by main. The same way as a batch, but the answer waits
 * for the end and brings the signed documents with their reports; nothing of it is kept as a batch.
 */
import { randomUUID } from 'node:crypto';
import { asYqError, YqError } from '#core/errors/index.ts';
import { dropActiveContent, bytesSource, readPdf } from '#core/pdf/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import { faultFromWire } from '#core/verify/folder/index.ts';
import type { CallInput, CallOutput } from '#shared/ipc.ts';
import type { OpenedDocument, SignResult, VerifyReportView } from '#shared/models.ts';
import type { DocumentStore, HeldDocument } from '../desk/documents.ts';
import type { DeskPorts } from '../desk/ports.ts';
import type { Session } from '../desk/session.ts';
import type { Planner, SignLayout } from '../desk/sign-layout.ts';
import type { UploadQueue } from '../desk/upload-queue.ts';
import type { WorkList } from '../desk/work-list.ts';
import { recordsDigest } from '../phone/lists.ts';
import { toWireError } from '../wire-error.ts';
import type { Copies } from './copies.ts';
import type { ListRunner } from './list-runner.ts';
import type { Recorder, RecordToSign, SignedRecord } from './sign-records.ts';
import type { WorkPool } from './work/pool.ts';

type Input = CallInput<'sign:approve'>;
type Item = Input['items'][number];

export interface ApproveDeps {
  readonly ports: DeskPorts;
  readonly session: Session;
  readonly worklist: WorkList;
  readonly documents: DocumentStore;
  readonly queue: UploadQueue;
  readonly copies: Copies;
  readonly pool: WorkPool;
  readonly runner: ListRunner;
  readonly trust: () => Promise<TrustMaterial>;
  readonly layout: SignLayout;
  /** Opens and judges a signed file. */
  readonly judge: (path: string) => Promise<{ document: OpenedDocument; report: VerifyReportView }>;
}

interface ApprovedRecord extends RecordToSign {
  readonly asked: Item;
}

type Outcome =
  | { readonly how: 'signed'; readonly signed: SignedRecord; uploadError: YqError | undefined; uploaded: boolean }
  | { readonly how: 'failed' | 'not-begun'; readonly error: YqError };

export function createApprove(deps: ApproveDeps) {
  const { ports, session, worklist, documents, queue, copies, pool, runner, trust, layout, judge } = deps;

  const check = (item: Item): HeldDocument => {
    const held = documents.get(item.handle);
    if (!held) throw new YqError('DOCUMENT_CLOSED');
    if (held.record?.id !== item.recordId || held.record.version !== item.version) {
      throw new YqError('IPC_REJECTED', { detail: 'the handle belongs to another record' });
    }
    const { person } = session.identity();
    const isSigned = queue
      .open(person.id)
      .some((q) => q.state === 'pending' && q.recordId === item.recordId && q.version === item.version);
    if (isSigned) throw new YqError('RECORD_ALREADY_SIGNED');
    return held;
  };

  const unsigned = (item: Item, outcome: 'failed' | 'not-begun', error: YqError): SignResult => ({
    recordId: item.recordId,
    version: item.version,
    outcome,
    error: toWireError(error),
    signed: null,
  });

  /** What can change the look may be left out, as far as it can be; anything else that blocks a document stays. */
  const requireUnblocked = async (item: Item, { blocked, bytes }: HeldDocument): Promise<void> => {
    if (!blocked) return;
    if (!item.dropActive || blocked.code !== 'PDF_ACTIVE_CONTENT') throw blocked;
    await dropActiveContent(await readPdf(bytesSource(bytes)));
  };

  /** Throws what makes that an item cannot be signed as asked: a keyword that is not there, a seal that has expired. */
  const prepare = async (listId: string, item: Item, plan: Planner, known: TrustMaterial): Promise<ApprovedRecord> => {
    const held = check(item);
    await requireUnblocked(item, held);
    const { handle: _, ...asked } = item;
    const source = await copies.keep(listId, held.handle, held.bytes, true);
    if (item.layout !== null || item.sealId !== null) {
      const at = ports.now();
      const planned = await plan(item, at);
      const { blocked } = await pool.run(
        { kind: 'inspect', path: source, at: at.toISOString(), plan: planned, dropActive: item.dropActive },
        { trust: known },
      );
      if (blocked !== undefined) throw faultFromWire(blocked);
    }
    return { asked: item, item: asked, source, sm3: held.sm3 };
  };

  const recorderInto = (jobId: string, outcomes: Map<Item, Outcome>): Recorder<ApprovedRecord> => {
    const began = new Map<ApprovedRecord, Parameters<Recorder<ApprovedRecord>['step']>[1]['step']>();
    const tell: Recorder<ApprovedRecord>['step'] = (record, report) => {
      const { step, state } = report;
      began.set(record, step);
      const milliseconds = 'milliseconds' in report ? report.milliseconds : undefined;
      ports.tell('sign:progress', {
        jobId,
        recordId: record.item.recordId,
        step,
        state,
        ...(milliseconds !== undefined && { milliseconds }),
      });
    };
    return {
      begun: (_record, _file, together) => ports.store.swiftly(together),
      step: tell,
      waits: () => undefined,
      signed(record, signed, together) {
        ports.store.swiftly(together);
        outcomes.set(record.asked, { how: 'signed', signed, uploadError: undefined, uploaded: false });
      },
      ended(record, how, error, together) {
        outcomes.set(record.asked, { how, error });
        if (how === 'failed') tell(record, { step: began.get(record) ?? 'prepare', state: 'failed' });
        ports.store.swiftly(together);
      },
      uploaded(record, error) {
        const outcome = outcomes.get(record.asked);
        if (outcome?.how !== 'signed') return;
        outcome.uploadError = error;
        outcome.uploaded = error === undefined;
      },
    };
  };

  const resultOf = async (item: Item, outcome: Outcome | undefined): Promise<SignResult> => {
    if (outcome === undefined) return unsigned(item, 'not-begun', new YqError('SIGN_CANCELLED'));
    if (outcome.how !== 'signed') return unsigned(item, outcome.how, outcome.error);
    const { file, shortfall, awaitsTime: _, ...signed } = outcome.signed;
    const { document, report } = await judge(file);
    // Signed, but lower than the policy asks for: said as well, unless there is worse to say.
    const shortOf = outcome.uploadError ?? shortfall;
    return {
      recordId: item.recordId,
      version: item.version,
      outcome: 'signed',
      error: shortOf ? toWireError(shortOf) : null,
      signed: {
        ...signed,
        milliseconds: { ...signed.milliseconds },
        document,
        report,
        path: file,
        uploaded: outcome.uploaded,
      },
    };
  };

  return async ({ items, pin }: Input): Promise<CallOutput<'sign:approve'>> => {
    const identity = session.identity();
    if (runner.isRunning) throw new YqError('DESK_BUSY');
    if (new Set(items.map((i) => i.handle)).size !== items.length) {
      throw new YqError('IPC_REJECTED', { detail: 'a document stands twice in the list' });
    }
    const shown = items.map((item) => ({ item, held: check(item) }));
    const sizes = shown.map(({ held }) => held.bytes.length);
    // Of the whole list, whatever part of it can be prepared: that is what a phone has approved.
    const digest = recordsDigest(shown.map(({ item, held }) => ({ ...item, sm3: held.sm3 })));
    const jobId = randomUUID();
    const outcomes = new Map<Item, Outcome>();
    try {
      const known = await trust();
      const plan = layout({ signerName: identity.person.name, certificate: identity.certificate, trust: known });
      const records: ApprovedRecord[] = [];
      for (const item of items) {
        try {
          records.push(await prepare(jobId, item, plan, known));
        } catch (e) {
          const error = asYqError(e, 'INTERNAL');
          if (error.code === 'SIGN_DISK_FULL' || error.code === 'SIGN_OUTPUT') throw error;
          worklist.mark(item.recordId, item.version, { state: 'failed', error: toWireError(error) });
          outcomes.set(item, { how: 'failed', error });
        }
      }
      if (records.length > 0) {
        const opened = (): Recorder<ApprovedRecord> => recorderInto(jobId, outcomes);
        const running = await runner.run({ identity, pin, digest, records, plan, sizes, opened });
        await running.done;
      }
      const results: SignResult[] = [];
      for (const item of items) results.push(await resultOf(item, outcomes.get(item)));
      return { jobId, results };
    } finally {
      await copies.drop(jobId);
    }
  };
}
