/** Chains for the tests: whole ones, and ones with anchors of a time stamp service made for the run. */
import {
  anchorImprint,
  appendTo,
  seedOf,
  type AuditAnchor,
  type AuditChain,
  type AuditEntry,
  type AuditFacts,
} from '#core/audit/index.ts';
import {
  createTimeStampRequest,
  issueTimeStamp,
  parseTimeStampRequest,
  parseTimeStampResponse,
} from '#core/pki/index.ts';
import { day, noon, type Hierarchy } from '../pki/demo-hierarchy.ts';

export const desk = '0d6c0d3e-6a52-4c39-9a5f-7f3b1f1f0001';
export const createdAt = '2030-05-01T00:00:00.000Z';

export const facts = (n: number, more: Partial<AuditFacts> = {}): AuditFacts => ({
  act: n % 3 === 0 ? 'sign' : 'time-stamp',
  who: n % 2 === 0 ? 'li' : 'zhao',
  certificate: `0A${n}`,
  subject: `R-${n}/1`,
  before: 'AA'.repeat(32),
  after: 'BB'.repeat(32),
  claimed: new Date(noon.getTime() + n * 60_000).toISOString(),
  result: 'done',
  ...more,
});

export function entriesOf(count: number, more: (n: number) => Partial<AuditFacts> = () => ({})): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (let n = 1; n <= count; n++) entries.push(appendTo(entries.at(-1) ?? seedOf(desk, createdAt), facts(n, more(n))));
  return entries;
}

export const chainOf = (entries: AuditChain['entries'], more: Partial<AuditChain> = {}): AuditChain => ({
  desk,
  createdAt,
  entries,
  anchors: [],
  ...more,
});

/** A time stamp over an entry, `days` after noon. */
export async function anchorOver(h: Hierarchy, entry: { index: number; hash: string }, days = 0): Promise<AuditAnchor> {
  const time = new Date(noon.getTime() + days * day);
  const request = createTimeStampRequest({ digestName: 'sm3', imprint: anchorImprint(entry.hash), certReq: true });
  const response = await issueTimeStamp(parseTimeStampRequest(request), {
    signer: h.tsa,
    serial: Uint8Array.of((entry.index & 0x7f) + 1, 1),
    genTime: time,
    policy: '1.2.3.4.5',
    accuracy: 1500,
  });
  const { token } = parseTimeStampResponse(response);
  if (!token) throw new Error('no token');
  return { index: entry.index, hash: entry.hash, token, time: time.toISOString() };
}

export const codeOfAsync = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    await work();
    return 'none';
  } catch (e) {
    return String((e as { code?: unknown }).code);
  }
};
