/** What the window may ask of the audit chain. */
import { anchorLine, chainLine, endLine, entryLine, verifyChain, type AuditEntry } from '#core/audit/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import type { AuditRow } from '#shared/audit.ts';
import type { DeskPorts } from '../desk/ports.ts';
import { saveFile } from '../desk/save.ts';
import type { Session } from '../desk/session.ts';
import type { Handlers } from '../ipc.ts';
import type { AuditLog } from './audit-log.ts';

type AuditCalls = Pick<Handlers, Extract<keyof Handlers, `audit:${string}`>>;

export interface AuditCallsDeps {
  readonly audit: AuditLog;
  readonly ports: DeskPorts;
  readonly session: Pick<Session, 'identity'>;
  readonly trust: () => Promise<TrustMaterial>;
}

const results = new Set<string>(['done', 'failed', 'begun']);

const rowOf = (e: AuditEntry): AuditRow => ({
  index: e.index,
  at: e.claimed,
  act: e.act,
  who: e.who,
  subject: e.subject,
  digest: e.after ?? e.before ?? '',
  trustedTime: e.trusted ?? null,
  result: results.has(e.result) ? e.result : 'done',
  code: e.code ?? null,
});

/** All chains as JSON Lines (docs/formats.md), a piece at a time. */
export async function* exportLines(audit: AuditLog): AsyncGenerator<string> {
  for (const kept of audit.chains()) {
    const chain = audit.read(kept);
    yield chainLine(chain);
    for await (const entry of chain.entries) {
      yield 'unreadable' in entry ? `${JSON.stringify({ unreadable: entry.unreadable })}\n` : entryLine(entry);
    }
    for (const anchor of chain.anchors) yield anchorLine(anchor);
    yield endLine(kept.last);
  }
}

export const auditCalls = ({ audit, ports, session, trust }: AuditCallsDeps): AuditCalls => ({
  'audit:mine': ({ from, limit }) => audit.of(session.identity().person.id, from, limit).map(rowOf),
  'audit:export': async () => {
    session.identity();
    const name = `yiqian-audit-${ports.now().toISOString().slice(0, 10)}.jsonl`;
    let text = '';
    for await (const line of exportLines(audit)) text += line;
    const { path } = await saveFile(ports, name, 'jsonl', text);
    return { path, entries: audit.chains().reduce((sum, c) => sum + c.last.index - c.start.index, 0) };
  },
  'audit:verify': async () => {
    session.identity();
    const roots = await trust();
    const verdicts = [];
    for (const chain of audit.chains()) verdicts.push(await verifyChain(audit.read(chain), { trust: roots }));
    return {
      entries: verdicts.reduce((sum, v) => sum + v.entries, 0),
      anchors: verdicts.reduce((sum, v) => sum + v.anchors, 0),
      anchoredUntil: verdicts.at(-1)?.anchoredUntil ?? null,
      unanchored: verdicts.at(-1)?.unanchored ?? 0,
      faults: verdicts.flatMap((v) => v.faults.map(({ index, zh, en }) => ({ index, zh, en }))),
    };
  },
});
