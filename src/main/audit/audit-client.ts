/** The record service's side of the chain, as the desk asks it. */
import { z } from 'zod';
import type { AuditAnchor, AuditEntry } from '#core/audit/index.ts';
import type { ServiceCalls } from '../desk/service-calls.ts';

/** A stretch of one chain, in order, with the anchors over it. */
export interface AuditParcel {
  readonly createdAt: string;
  readonly entries: readonly AuditEntry[];
  readonly anchors: readonly AuditAnchor[];
}

const receipt = z.object({ last: z.number().int().nonnegative() });
/** `last`: index of the newest entry the service has. */
export type AuditReceipt = z.output<typeof receipt>;

export interface AuditClient {
  /** Throws AUDIT_FORK, AUDIT_GAP, AUDIT_INVALID, LOGIN_REQUIRED, BACKEND_UNREACHABLE … */
  send(token: string, desk: string, parcel: AuditParcel): Promise<AuditReceipt>;
}

export const auditClient = ({ ask, parsed }: ServiceCalls): AuditClient => ({
  async send(token, desk, { createdAt, entries, anchors }) {
    const json = {
      createdAt,
      entries,
      anchors: anchors.map((a) => ({ ...a, token: Buffer.from(a.token).toString('base64') })),
    };
    return parsed(receipt, await ask(`/audit/${encodeURIComponent(desk)}`, { method: 'POST', token, json }));
  },
});
