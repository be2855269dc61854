/** The batch room: everything by which records are signed at this desk, one or many (docs/design/019). */
import { join } from 'node:path';
import { YqError } from '#core/errors/index.ts';
import type { Certificate } from '#core/pki/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import type { VerifyReport } from '#core/verify/types.ts';
import type { CallInput, CallOutput } from '#shared/ipc.ts';
import type { OpenedDocument, VerifyReportView } from '#shared/models.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { DocumentStore } from '../desk/documents.ts';
import type { DeskPorts } from '../desk/ports.ts';
import type { Session } from '../desk/session.ts';
import type { SignLayout } from '../desk/sign-layout.ts';
import type { SignedFolder } from '../desk/signed-folder.ts';
import type { UploadQueue } from '../desk/upload-queue.ts';
import type { Uploads } from '../desk/uploads.ts';
import type { WorkList } from '../desk/work-list.ts';
import { toWireError } from '../wire-error.ts';
import { createApprove } from './approve.ts';
import { createBatches, type Batches } from './batches.ts';
import { openCopies } from './copies.ts';
import { openJournal } from './journal.ts';
import { createLater } from './later.ts';
import { createListRunner } from './list-runner.ts';
import { createTimeServices, type TimeServices } from './time/services.ts';
import { createWorkPool, type WorkChannel } from './work/pool.ts';

export { batchCalls } from './calls.ts';
export type { Batches } from './batches.ts';
export { isKeyFault } from './token-queue.ts';
export type { TimeServices } from './time/services.ts';
export { threadWorker, type WorkChannel } from './work/pool.ts';

export interface SigningDeps {
  readonly ports: DeskPorts;
  readonly session: Session;
  readonly worklist: WorkList;
  readonly documents: DocumentStore;
  readonly queue: UploadQueue;
  readonly uploads: Uploads;
  readonly folder: SignedFolder;
  readonly audit: AuditLog;
  readonly trust: () => Promise<TrustMaterial>;
  readonly refreshRevocation: (certificates: readonly Certificate[]) => Promise<void>;
  readonly layout: SignLayout;
  readonly sealOf: (esId: string) => string | null;
  readonly fontFiles: readonly string[];
  readonly spawnWorker: () => WorkChannel;
  /** Opens and judges a signed file. */
  readonly judge: (path: string) => Promise<{ document: OpenedDocument; report: VerifyReportView }>;
  /** Only judges it. */
  readonly report: (path: string) => Promise<VerifyReport>;
}

export interface SigningRoom {
  readonly batches: Batches;
  /** With their rates: whoever else needs a time asks through the same. */
  readonly timeServices: TimeServices;
  approve(input: CallInput<'sign:approve'>): Promise<CallOutput<'sign:approve'>>;
  isRunning(): boolean;
  stop(reason: YqError): void;
  /** Stops the list, and settles when every record in hand has ended. */
  finish(): Promise<void>;
  /** After a start: what an earlier run left half-done. */
  settle(): Promise<void>;
  /** Time stamps that are still missing. */
  stampDue(): Promise<void>;
  close(): void;
}

/** The processor's work beside main and the page; more would only take turns on a ward's PC. */
const WORKERS = 2;

export function openSigningRoom(deps: SigningDeps): SigningRoom {
  const { ports, fontFiles, spawnWorker, uploads, folder } = deps;
  const { configuration, store, locations } = ports;
  const pool = createWorkPool({ workers: WORKERS, spawn: spawnWorker, fonts: fontFiles, http: ports.http });
  const services = createTimeServices({
    urls: configuration.tsaUrls.value,
    rate: configuration.tsaRate.value,
    mayGoWithout: configuration.timestampLater.value,
  });
  const journal = openJournal(store);
  const copies = openCopies(join(locations.userData, 'batch'));
  const shared = { ...deps, pool, services, journal, copies };
  const runner = createListRunner(shared);
  const batches = createBatches({ ...shared, runner });
  const approve = createApprove({ ...shared, runner });
  const later = createLater({ ...shared, stamped: (row, time) => batches.stamped(row, time) });

  return {
    batches,
    timeServices: services,
    approve,
    isRunning: () => runner.isRunning,
    stop(reason) {
      batches.cancel(reason);
      runner.stop(reason);
    },
    finish: () => runner.finish(),
    async settle() {
      await folder.clean();
      await uploads.settleBegun(
        configuration.timestampLater.value ? toWireError(new YqError('TSA_UNREACHABLE')) : undefined,
      );
      await batches.settle();
    },
    stampDue: () => later.stampDue(),
    close() {
      pool.close();
    },
  };
}
