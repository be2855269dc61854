/** The desk's audit chain with everything that happens to it: noting, anchoring, shipping, cutting, and what the window may ask. */
import { asYqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import type { DeskPorts } from '../desk/ports.ts';
import { serviceCalls } from '../desk/service-calls.ts';
import type { Session } from '../desk/session.ts';
import { createAnchoring } from './anchoring.ts';
import { auditClient } from './audit-client.ts';
import type { AuditLog } from './audit-log.ts';
import { auditCalls } from './calls.ts';
import { cutOld } from './retention.ts';
import { createShipping } from './shipping.ts';

export { openAuditLog, type AuditLog, type NotedFacts } from './audit-log.ts';
export { noting } from './noted-calls.ts';

/** ms between two looks at what is to be anchored, shipped or cut. */
export const AUDIT_INTERVAL = 60_000;
/** ms that the end of the program waits for the time stamp service, and again for the record service. */
const AT_THE_END = 2_000;

export interface AuditKeeping {
  readonly calls: ReturnType<typeof auditCalls>;
  /** Everything that is due. Never rejects. */
  tend(): Promise<void>;
  /** The last anchor, and what can still be shipped; bounded in time. Never rejects. */
  finish(): Promise<void>;
}

export interface AuditDeps {
  readonly audit: AuditLog;
  readonly ports: DeskPorts;
  readonly session: Session;
  readonly trust: () => Promise<TrustMaterial>;
}

export function createAuditKeeping({ audit, ports, session, trust }: AuditDeps): AuditKeeping {
  const { log, now, http } = ports;
  const tsaUrl = ports.configuration.tsaUrl.value;
  const anchoring = createAnchoring({ audit, tsaUrl, http, trust, log, now });
  const shipping = createShipping({
    audit,
    bearer: () => session.peek()?.bearer,
    send: auditClient(serviceCalls(ports.backend.url, http)).send,
    log,
    now,
  });
  const within = (ms: number, work: Promise<void>): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    return Promise.race([work, late]).finally(() => {
      clearTimeout(timer);
    });
  };
  return {
    calls: auditCalls({ audit, ports, session, trust }),
    async tend() {
      await anchoring.whenDue();
      await shipping.sendDue();
      try {
        const gone = cutOld(audit);
        if (gone > 0) log.write('info', 'audit entries put away', { gone });
      } catch (e) {
        log.error('audit', asYqError(e, 'STORE_BROKEN'));
      }
    },
    async finish() {
      await within(AT_THE_END * 2, anchoring.now(AT_THE_END));
      await within(AT_THE_END, shipping.sendDue());
    },
  };
}
