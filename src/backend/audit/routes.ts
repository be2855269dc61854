/** The audit chains over REST: desks hand in, the administrator reads. */
import { Readable } from 'node:stream';
import { readAnchor } from '#core/audit/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { Handlers } from '../http/app.ts';
import { required } from '../login/login.ts';
import type { AuditChains } from './chains.ts';

interface Body {
  readonly createdAt: string;
  readonly entries: readonly unknown[];
  readonly anchors: readonly unknown[];
}

export const auditHandlers = (chains: AuditChains): Handlers => ({
  appendAudit: ({ params, body, session }) => {
    const { createdAt, entries, anchors } = body as Body;
    const read = anchors.map((value) => {
      const anchor = readAnchor(value);
      if (!anchor) throw new YqError('BACKEND_REQUEST', { params: { where: 'anchors' } });
      return anchor;
    });
    const { person } = required(session);
    return { body: { last: chains.append(String(params['desk']), { createdAt, entries, anchors: read }, person.id) } };
  },
  listAudits: () => ({ body: { desks: chains.list() } }),
  getAudit: ({ params }) => {
    const lines = chains.export(String(params['desk']));
    if (!lines) throw new YqError('BACKEND_NOT_FOUND');
    return { type: 'application/jsonl', body: Readable.from(lines) };
  },
});
