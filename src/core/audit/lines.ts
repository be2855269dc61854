/**
 * The chain as text: JSON Lines, one object with one name a line.
 *
 *     {"chain":{"format":"yiqian-audit-1","desk":…,"createdAt":…,"start":{"index":…,"hash":…}}}
 *     {"entry":{…}}            in order
 *     {"anchor":{"index":…,"hash":…,"time":…,"token":base64}}      anywhere after the chain line
 *     {"end":{"index":…,"hash":…}}                                   last of a chain: where its keeper says it stood
 */
import { YqError } from '#core/errors/index.ts';
import type { AuditAnchor, AuditChain, AuditEntry, ChainPlace, UnreadableEntry } from './types.ts';

export const AUDIT_FORMAT = 'yiqian-audit-1';

/** Characters of a line that can be an entry; a longer one is unreadable. */
const LONGEST_LINE = 64 * 1024;

export const chainLine = ({ desk, createdAt, start }: Pick<AuditChain, 'desk' | 'createdAt' | 'start'>): string =>
  line({ chain: { format: AUDIT_FORMAT, desk, createdAt, ...(start && { start }) } });
export const entryLine = (entry: AuditEntry): string => line({ entry });
export const anchorLine = ({ token, ...anchor }: AuditAnchor): string =>
  line({ anchor: { ...anchor, token: Buffer.from(token).toString('base64') } });
export const endLine = ({ index, hash }: ChainPlace): string => line({ end: { index, hash } });

const line = (value: object): string => `${JSON.stringify(value)}\n`;

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9A-F]{64}$/.test(value);
const isIndex = (value: unknown, from: number): value is number => Number.isSafeInteger(value) && Number(value) >= from;

/**
 * An entry as somebody wrote it, or why it is none. Names that this version does not know stay, since the hash covers them; their values
 * may only be what the canonical form knows.
 */
export function readEntry(value: unknown): AuditEntry | UnreadableEntry {
  if (!isObject(value)) return { unreadable: 'no object' };
  const wrong = Object.entries(value).find(
    ([, v]) => !(typeof v === 'string' || typeof v === 'boolean' || Number.isSafeInteger(v)),
  );
  if (wrong) return { unreadable: `value of ${wrong[0].slice(0, 40)}` };
  const texts = ['act', 'who', 'subject', 'claimed', 'result', 'previous', 'hash'] as const;
  const missing = texts.find((name) => typeof value[name] !== 'string');
  if (missing !== undefined) return { unreadable: `${missing} is missing` };
  if (!isIndex(value['index'], 1)) return { unreadable: 'index' };
  return value as unknown as AuditEntry;
}

function readPlace(value: unknown): ChainPlace | undefined {
  if (!isObject(value)) return undefined;
  const { index, hash } = value;
  return isIndex(index, 0) && isHash(hash) ? { index, hash } : undefined;
}

/** As it stands in an export or an upload: token in base64. */
export function readAnchor(value: unknown): AuditAnchor | undefined {
  const place = readPlace(value);
  if (!place || !isObject(value)) return undefined;
  const { token, time } = value;
  if (typeof token !== 'string' || typeof time !== 'string' || token.length > LONGEST_LINE) return undefined;
  return { ...place, time, token: new Uint8Array(Buffer.from(token, 'base64')) };
}

type Head = Pick<AuditChain, 'desk' | 'createdAt' | 'start'>;

/**
 * Reads an export; several chains may follow one another, a desk's former ones before its present one. Throws AUDIT_UNREADABLE when it
 * is none; single bad lines are left to `verifyChain`.
 */
export async function readAudit(lines: Iterable<string> | AsyncIterable<string>): Promise<readonly AuditChain[]> {
  const fail = (reason: string): never => {
    throw new YqError('AUDIT_UNREADABLE', { params: { reason } });
  };
  const chains: {
    head: Head;
    entries: (AuditEntry | UnreadableEntry)[];
    anchors: AuditAnchor[];
    end: ChainPlace | null;
  }[] = [];
  for await (const text of lines) {
    if (text.trim() === '') continue;
    const value = text.length > LONGEST_LINE ? undefined : parse(text);
    const object = isObject(value) ? value : {};
    const head = readHead(object['chain']);
    if (head) {
      chains.push({ head, entries: [], anchors: [], end: null });
      continue;
    }
    const chain = chains.at(-1) ?? fail('line 1');
    const end = readPlace(object['end']);
    const anchor = readAnchor(object['anchor']);
    if (end) chain.end = end;
    else if (anchor) chain.anchors.push(anchor);
    else chain.entries.push('entry' in object ? readEntry(object['entry']) : { unreadable: 'line' });
  }
  if (chains.length === 0) fail('empty');
  return chains.map(({ head, ...rest }) => ({ ...head, ...rest }));
}

function readHead(value: unknown): Head | undefined {
  if (!isObject(value)) return undefined;
  const { format, desk, createdAt } = value;
  if (format !== AUDIT_FORMAT || typeof desk !== 'string' || typeof createdAt !== 'string') return undefined;
  const start = value['start'] === undefined ? undefined : readPlace(value['start']);
  if (value['start'] !== undefined && !start) return undefined;
  return { desk, createdAt, ...(start && { start }) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
