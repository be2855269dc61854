/**
 * The chain goes to the record service, in order, entry by entry acknowledged. Sending again what it has already changes nothing; what it
 * has otherwise it refuses (AUDIT_FORK): then this chain was set back, and a new one begins.
 */
import type { AuditEntry } from '#core/audit/index.ts';
import { asYqError, isYqError } from '#core/errors/index.ts';
import type { AuditParcel, AuditReceipt } from './audit-client.ts';
import type { Log } from '../log/file-log.ts';
import type { AuditLog, KeptChain } from './audit-log.ts';

/** Entries in one request: the service takes 64 KiB. */
const ENTRIES = 60;
const ANCHORS = 4;
const BYTES = 40_000;

/** 30 s, doubled each time, at most an hour. */
export const shippingBackOff = (failures: number): number =>
  Math.min(30_000 * 2 ** Math.max(0, failures - 1), 3_600_000);

export interface ShippingDeps {
  readonly audit: AuditLog;
  /** Bearer of whoever is signed in; undefined: nobody, the chain waits. */
  readonly bearer: () => string | undefined;
  readonly send: (bearer: string, desk: string, parcel: AuditParcel) => Promise<AuditReceipt>;
  readonly log: Log;
  readonly now: () => Date;
}

export interface Shipping {
  /** Sends what the service does not have, when its time has come. Never rejects. */
  sendDue(): Promise<void>;
}

export function createShipping({ audit, bearer, send, log, now }: ShippingDeps): Shipping {
  let failures = 0;
  let notBefore = 0;
  let running: Promise<void> | undefined;

  /** The next parcel of a chain; undefined when the service has everything. */
  const parcelOf = (chain: KeptChain): AuditParcel | undefined => {
    const entries: AuditEntry[] = [];
    let bytes = 0;
    for (const entry of audit.from(chain, chain.shipped + 1, ENTRIES)) {
      if ('unreadable' in entry) break; // the judge will name it; nothing behind it can be sent in order
      bytes += JSON.stringify(entry).length;
      if (entries.length > 0 && bytes > BYTES) break;
      entries.push(entry);
    }
    const until = entries.at(-1)?.index ?? chain.shipped;
    const anchors = chain.anchors.filter((a) => a.index > chain.shippedAnchor && a.index <= until).slice(0, ANCHORS);
    if (entries.length === 0 && anchors.length === 0) return undefined;
    return { createdAt: chain.createdAt, entries, anchors };
  };

  const sendChain = async (desk: string, token: string): Promise<void> => {
    for (;;) {
      const chain = audit.chains().find((c) => c.desk === desk);
      const parcel = chain && parcelOf(chain);
      if (!chain || !parcel) return;
      const { last } = await send(token, desk, parcel);
      const anchor = parcel.anchors.at(-1)?.index ?? chain.shippedAnchor;
      // Whatever is acknowledged below what it had is asked for again; never beyond what was sent.
      audit.markShipped(chain, { entry: Math.min(last, parcel.entries.at(-1)?.index ?? chain.shipped), anchor });
      if (last < (parcel.entries.at(-1)?.index ?? 0)) return;
    }
  };

  const work = async (token: string): Promise<void> => {
    const chains = audit.chains();
    for (const chain of chains) {
      try {
        await sendChain(chain.desk, token);
      } catch (e) {
        const isPresent = chain === chains.at(-1);
        if (!isYqError(e) || (e.code !== 'AUDIT_FORK' && e.code !== 'AUDIT_GAP')) throw e;
        if (e.code === 'AUDIT_GAP') {
          const has = Number(e.params['last']);
          if (!(has >= chain.start.index && has < chain.shipped)) throw e;
          audit.markShipped(chain, { entry: has, anchor: 0 });
        } else if (isPresent) {
          audit.beginAnew(e.code);
          log.error('audit chain', e);
        }
        // A former chain that forked stays as it is: the service has its own copy, and both are evidence.
      }
    }
  };

  return {
    sendDue() {
      const token = bearer();
      if (running) return running;
      if (token === undefined || now().getTime() < notBefore) return Promise.resolve();
      running = work(token)
        .then(
          () => {
            failures = 0;
          },
          (e: unknown) => {
            failures++;
            notBefore = now().getTime() + shippingBackOff(failures);
            log.error('audit shipping', asYqError(e, 'BACKEND_UNREACHABLE'));
          },
        )
        .finally(() => {
          running = undefined;
        });
      return running;
    },
  };
}
