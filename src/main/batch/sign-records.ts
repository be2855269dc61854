/**
 * The pipeline of a list. Reading, asking for the version, preparing, the key, the time stamp, the judge and the upload of different
 * records overlap; each record by itself goes its way in order, and ends as exactly one of signed, failed, not begun.
 *
 * What takes the processor happens in the signing workers; here is the order of things: what is on the disk before the key is asked,
 * what counts as signed, what ends the list.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asYqError, isYqError, YqError, type ErrorCode } from '#core/errors/index.ts';
import type { Signer, TrustMaterial } from '#core/pki/types.ts';
import type { StepReport } from '#core/signing/index.ts';
import { faultFromWire } from '#core/verify/folder/index.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { DeskPorts } from '../desk/ports.ts';
import type { Session } from '../desk/session.ts';
import type { Planner } from '../desk/sign-layout.ts';
import type { SignedFolder } from '../desk/signed-folder.ts';
import type { UploadQueue } from '../desk/upload-queue.ts';
import type { Uploads } from '../desk/uploads.ts';
import type { WorkList } from '../desk/work-list.ts';
import { toWireError } from '../wire-error.ts';
import type { AskedItem } from './approved-list.ts';
import { flow, lane } from './flow.ts';
import type { TimeServices } from './time/services.ts';
import { createTokenQueue, isKeyFault, type RecordTurn, type TokenQueue } from './token-queue.ts';
import type { Signed } from './work/messages.ts';
import type { WorkPool } from './work/pool.ts';

export interface RecordToSign {
  readonly item: AskedItem;
  /** The copy of the document, and its hex SM3. */
  readonly source: string;
  readonly sm3: string;
}

/** A signed record: what the worker tells of it, and where it lies. */
export interface SignedRecord extends Omit<Signed, 'shortfall'> {
  readonly file: string;
  readonly shortfall: YqError | undefined;
}

/** Keeps and tells what becomes of the records of a list. `together` belongs to the same write. */
export interface Recorder<R extends RecordToSign> {
  begun(record: R, file: string, together: () => number): number;
  step(record: R, report: StepReport | { readonly step: StepReport['step']; readonly state: 'failed' }): void;
  /** It waits for something that takes noticeably long; undefined: it goes on. */
  waits(record: R, why: YqError | undefined): void;
  signed(record: R, signed: SignedRecord, together: () => void): void;
  /** `not-begun`: the key was not asked for it. */
  ended(record: R, how: 'failed' | 'not-begun', error: YqError, together: () => void): void;
  /** The service has taken it, or why not (yet). */
  uploaded(record: R, error: YqError | undefined): void;
}

export interface SignRecordsDeps {
  readonly ports: DeskPorts;
  readonly session: Session;
  readonly worklist: WorkList;
  readonly queue: UploadQueue;
  readonly uploads: Uploads;
  readonly folder: SignedFolder;
  readonly pool: WorkPool;
  readonly services: TimeServices;
  readonly audit: AuditLog;
}

export interface ListRun<R extends RecordToSign> {
  readonly records: readonly R[];
  readonly signer: Signer;
  readonly trust: TrustMaterial;
  readonly plan: Planner;
  readonly recorder: Recorder<R>;
}

export interface RunningList {
  /** The token queue, for its figures. */
  readonly tokens: TokenQueue;
  /** No record is begun any more; those for which the key was asked come to their end. */
  stop(reason: YqError): void;
  /** Every record has ended; the key is needed no more. */
  readonly signed: Promise<void>;
  /** What could be handed in has been. */
  readonly done: Promise<void>;
}

/** Beyond those that the key has in hand at a time. */
const AHEAD = 4;
const UNDER_WAY = 24;
const UPLOADS = 3;
/** Records in a row that no time stamp service would stamp, after which no further signature is asked of the key. */
const STAMP_FAILURES = 3;

/** ms for which a service that did not answer is not asked for versions: each record would wait for it in vain. */
const SILENCE = 30_000;

/** What the next record would meet as well. */
const endsTheList: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SIGN_DISK_FULL',
  'QUEUE_BROKEN',
  'STORE_FULL',
  'STORE_BROKEN',
  'NOT_SIGNED_IN',
  'LOGIN_REQUIRED',
]);

/** A file name from a record's id, whatever the service put into it. */
const fileStem = ({ recordId, version }: AskedItem, at: Date): string =>
  `${recordId.replace(/[^\w-]/g, '_').slice(0, 64)}-v${version}-${at.toISOString().replace(/\D/g, '').slice(0, 17)}`;

export const subjectOf = ({ recordId, version }: AskedItem): string => `${recordId} v${version}`;

export function signRecords<R extends RecordToSign>(deps: SignRecordsDeps, run: ListRun<R>): RunningList {
  const { ports, session, worklist, queue, uploads, folder, pool, services, audit } = deps;
  const { records, signer, trust, plan, recorder } = run;
  const { configuration } = ports;
  const { together = 1 } = signer;
  const tokens = createTokenQueue((bytes) => signer.sign(bytes), { together });
  const waits = new AbortController();
  const uploadLane = lane(UPLOADS);
  const places = new Map(records.map((record, place) => [record, place]));
  const uploadsUnderWay: Promise<void>[] = [];
  let stampFailures = 0;
  let silentUntil = -Infinity;
  let serviceIsAway: YqError | undefined;
  const wire = {
    certificate: signer.certificate.der,
    chain: signer.chain.map((c) => c.der),
    digest: signer.digest === 'sm3' ? ('sm3' as const) : ('sha256' as const),
  };

  const stop = (reason: YqError): void => {
    tokens.stop(reason);
    // A signature that only waits for its turn at a time stamp service is given up: the turn may be hours away.
    waits.abort(reason);
  };

  /** Has somebody changed the record since it was listed? When the service can't say, the upload will. */
  const checkVersion = async ({ item, sm3 }: R): Promise<void> => {
    const { recordId, version } = item;
    if (performance.now() < silentUntil) return;
    try {
      const { bearer } = session.peek() ?? session.identity();
      const { state, document } = await ports.backend.version(bearer, recordId, version);
      if (state !== 'waiting') throw new YqError('RECORD_CHANGED', { detail: state });
      if (document.sm3.toUpperCase() !== sm3.toUpperCase()) {
        throw new YqError('RECORD_CHANGED', { detail: 'the document is another one now' });
      }
    } catch (e) {
      if (!isYqError(e) || e.code !== 'BACKEND_UNREACHABLE') throw e;
      silentUntil = performance.now() + SILENCE;
    }
  };

  /** From here on it is signed. When that can't be written down, nothing must stay that nobody would ever upload. */
  const keep = async (record: R, entry: number, file: string, signed: Signed): Promise<void> => {
    const shortfall = signed.shortfall === null ? undefined : faultFromWire(signed.shortfall);
    try {
      recorder.signed(record, { ...signed, file, shortfall }, () => {
        const awaits = signed.awaitsTime ? toWireError(shortfall ?? new YqError('TSA_UNREACHABLE')) : undefined;
        queue.signed(entry, signed.sm3After, awaits);
        audit.note({
          act: 'sign',
          certificate: signed.certificateSerial,
          subject: subjectOf(record.item),
          before: signed.sm3Before,
          after: signed.sm3After,
          claimed: signed.claimedTime,
          ...(signed.trustedTime !== null && { trusted: signed.trustedTime }),
          result: 'done',
        });
      });
      // Lost with the machine, the row is `begun` again and the file beside it says that it is signed.
    } catch (e) {
      await rm(file, { force: true });
      throw e;
    }
  };

  /** A worker that was lost may have put the file into its place just before. */
  const foundAfterAll = async (record: R, entry: number, file: string, at: Date): Promise<boolean> => {
    if (!existsSync(file)) return false;
    const { sm3 } = await pool.run({ kind: 'digest', path: file }, { trust });
    const isUnsure = configuration.timestampLater.value;
    await keep(record, entry, file, {
      sm3Before: record.sm3,
      sm3After: sm3,
      certificateSerial: signer.certificate.serial,
      claimedTime: at.toISOString(),
      trustedTime: null,
      format: 'PAdES',
      shortfall: null,
      awaitsTime: isUnsure,
      milliseconds: { prepare: 0, sign: 0, timestamp: 0, seal: 0, selfcheck: 0, archive: 0 },
    });
    return true;
  };

  const signByWorker = async (
    record: R,
    turn: RecordTurn,
    written: Promise<void>,
    file: string,
    at: Date,
    passed: () => void,
  ): Promise<Signed> => {
    const { item, source, sm3 } = record;
    const signaturesLeft = { count: item.sealId !== null && configuration.sealCarrier.value === 'attribute' ? 2 : 1 };
    return pool.run(
      {
        kind: 'sign',
        source,
        target: file,
        expectedSm3: sm3,
        signer: wire,
        plan: await plan(item, at),
        level: configuration.signatureLevel.value,
        dropActive: item.dropActive,
        reason: item.reason,
        tsa: { url: configuration.tsaUrl.value, timeout: configuration.tsaTimeoutSeconds.value * 1000 },
        timeStampLater: configuration.timestampLater.value,
      },
      {
        trust,
        sign: async (bytes) => {
          await written;
          const signature = await turn.sign(bytes);
          signaturesLeft.count--;
          if (signaturesLeft.count <= 0) passed();
          return signature;
        },
        tsaTurn: (tried) =>
          services.turn(
            tried,
            (ms) => {
              const seconds = Math.ceil(ms / 1000);
              recorder.waits(record, ms > 0 ? new YqError('BATCH_TSA_WAITS', { params: { seconds } }) : undefined);
            },
            waits.signal,
          ),
        tsaTold: (url, error) => services.told(url, error),
        onStep: (report) => recorder.step(record, report),
      },
    );
  };

  const upload = async (record: R, entry: number): Promise<void> => {
    // One service for all: when it is away, the queue tries again by itself, and the others need not wait for it in turn.
    const error = serviceIsAway ?? (await uploads.send(entry));
    if (error?.code === 'BACKEND_UNREACHABLE') serviceIsAway = error;
    if (error) worklist.unmark(record.item.recordId, record.item.version); // what the queue says of it holds from now on
    recorder.uploaded(record, error);
  };

  const signOne = async (record: R, passed: () => void): Promise<void> => {
    const { recordId, version } = record.item;
    const turn = tokens.record(places.get(record) ?? 0);
    if (session.isLocked()) stop(new YqError('DESK_LOCKED'));
    if (session.peek() === undefined) stop(new YqError('NOT_SIGNED_IN'));
    if (tokens.stopped !== undefined) {
      recorder.ended(record, 'not-begun', tokens.stopped, () => undefined);
      return;
    }
    worklist.mark(recordId, version, { state: 'signing', error: null });
    const at = ports.now();
    const file = join(folder.path, `${fileStem(record.item, at)}.pdf`);
    let entry: number | undefined;
    try {
      const { person } = session.peek() ?? session.identity();
      await checkVersion(record);
      if (tokens.stopped !== undefined) throw tokens.stopped;
      const row = { recordId, version, personId: person.id, file, sm3Before: record.sm3 };
      const listed = worklist.listed(recordId, version);
      const open = (): number => queue.begin({ ...row, record: listed });
      const begun = (entry = recorder.begun(record, file, open));
      // The key is not asked before this is on the disk, whatever becomes of the machine.
      const written = ports.store.flushed();
      written.catch(() => undefined);
      const signed = await signByWorker(record, turn, written, file, at, passed).catch(async (e: unknown) => {
        if (isYqError(e) && e.code === 'SIGN_WORKER_LOST' && (await foundAfterAll(record, begun, file, at)))
          return undefined;
        throw e;
      });
      if (signed) await keep(record, begun, file, signed);
      stampFailures = 0;
      if (signed?.awaitsTime === true) {
        worklist.unmark(recordId, version);
        return;
      }
      uploadsUnderWay.push(uploadLane(() => upload(record, begun)));
    } catch (e) {
      fail(record, turn, entry, asYqError(e, 'INTERNAL'));
    }
  };

  const fail = (record: R, turn: RecordTurn, entry: number | undefined, error: YqError): void => {
    const { recordId, version } = record.item;
    // The reason of a stop comes back through the worker that asked for the key.
    const isUntouched = !turn.begun && tokens.stopped?.code === error.code;
    if (isKeyFault(error) || endsTheList.has(error.code)) stop(error);
    if (error.code.startsWith('TSA_')) {
      stampFailures++;
      if (stampFailures >= STAMP_FAILURES) stop(new YqError('BATCH_TSA_DOWN', { cause: error, detail: error.code }));
    }
    if (isUntouched) worklist.unmark(recordId, version);
    else {
      ports.log.error('sign', error);
      worklist.mark(recordId, version, { state: 'failed', error: toWireError(error) });
    }
    try {
      recorder.ended(record, isUntouched ? 'not-begun' : 'failed', error, () => {
        if (entry !== undefined) queue.forget(entry);
        if (isUntouched) return;
        const { code } = error;
        audit.note({ act: 'sign', subject: subjectOf(record.item), before: record.sm3, result: 'failed', code });
      });
    } catch (e) {
      // What can't be written down now is settled at the next start by what lies on the disk.
      ports.log.error('queue', e);
    }
  };

  ports.store.postpone(true);
  const signed = flow(records, { ahead: AHEAD + together - 1, underWay: UNDER_WAY }, signOne);
  const done = signed.then(async () => {
    // Uploads that are begun while others end are among them: no record is begun any more.
    await Promise.all(uploadsUnderWay);
    ports.store.postpone(false);
  });
  return { tokens, stop, signed, done };
}
