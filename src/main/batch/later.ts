/**
 * 已签名，等待可信时间: what was signed while no time stamp service answered gets its trusted time by itself, with back-off and over
 * restarts, whoever is signed in by then; it is handed in after that, when its signer is.
 */
import type { YqError } from '#core/errors/index.ts';
import { asYqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { DeskPorts } from '../desk/ports.ts';
import type { QueuedUpload, UploadQueue } from '../desk/upload-queue.ts';
import type { Uploads } from '../desk/uploads.ts';
import type { WorkList } from '../desk/work-list.ts';
import { toWireError } from '../wire-error.ts';
import type { Journal } from './journal.ts';
import type { TimeServices } from './time/services.ts';
import type { WorkPool } from './work/pool.ts';

export interface LaterDeps {
  readonly ports: DeskPorts;
  readonly queue: UploadQueue;
  readonly uploads: Uploads;
  readonly worklist: WorkList;
  readonly journal: Journal;
  readonly pool: WorkPool;
  readonly services: TimeServices;
  readonly audit: AuditLog;
  readonly trust: () => Promise<TrustMaterial>;
  /** A row of a batch has got its time. */
  readonly stamped: (at: { readonly batchId: string; readonly position: number }, trustedTime: string) => void;
}

export interface Later {
  /** Tries all that are due. Never rejects. */
  stampDue(): Promise<void>;
}

export function createLater(deps: LaterDeps): Later {
  const { ports, queue, uploads, worklist, journal, pool, services, audit, trust, stamped } = deps;
  const { configuration } = ports;
  let running: Promise<void> | undefined;

  const stampOne = async (entry: QueuedUpload, whom: TrustMaterial): Promise<YqError | undefined> => {
    try {
      const { sm3After, trustedTime, shortfall } = await pool.run(
        {
          kind: 'stamp',
          file: entry.file,
          level: configuration.signatureLevel.value,
          tsa: { url: configuration.tsaUrl.value, timeout: configuration.tsaTimeoutSeconds.value * 1000 },
        },
        {
          trust: whom,
          tsaTurn: (tried) => services.turn(tried),
          tsaTold: (url, error) => services.told(url, error),
        },
      );
      const rows = ports.store.transaction(() => {
        queue.stamped(entry.id, sm3After);
        audit.note({
          act: 'time-stamp',
          who: entry.personId,
          subject: `${entry.recordId} v${entry.version}`,
          ...(entry.sm3After !== null && { before: entry.sm3After }),
          after: sm3After,
          trusted: trustedTime,
          result: 'done',
        });
        return journal.stamped(entry.id, trustedTime);
      });
      rows.forEach((row) => stamped(row, trustedTime));
      if (shortfall !== null) ports.log.write('info', 'stamped, not raised', { code: shortfall.code });
      worklist.queueChanged();
      await uploads.send(entry.id);
      return undefined;
    } catch (e) {
      const error = asYqError(e, 'INTERNAL');
      queue.notStamped(entry.id, toWireError(error));
      ports.log.error('time stamp', error);
      worklist.queueChanged();
      return error;
    }
  };

  const stampAll = async (): Promise<void> => {
    const due = queue.dueForTime();
    if (due.length === 0) return;
    const whom = await trust();
    for (const entry of due) {
      const error = await stampOne(entry, whom);
      if (error?.code.startsWith('TSA_') === true) return; // the others would meet the same
    }
  };

  return {
    stampDue() {
      running ??= stampAll()
        .catch((e: unknown) => {
          ports.log.error('time stamp', e);
        })
        .finally(() => {
          running = undefined;
        });
      return running;
    },
  };
}
