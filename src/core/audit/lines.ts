/**
 * The chain as text: JSON Lines, one object with one name a line.
 *
 *     {"chain":{"format":"yiqian-audit-1","desk":…,"createdAt":…,"start":{"index":…,"hash":…}}}
 *     {"entry":{…}}            in order
 *     {"anchor":{"index":…,"hash":…,"time":…,"token":base64}}      anywhere after the chain line
 *     {"end":{"index":…,"hash":…}}                                   last: where the keeper's chain stood
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

/** Reads an export. Throws AUDIT_UNREADABLE when it is none; single bad lines are left to `verifyChain`. */
export async function readAudit(lines: Iterable<string> | AsyncIterable<string>): Promise<AuditChain> {
  const fail = (reason: string): never => {
    throw new YqError('AUDIT_UNREADABLE', { params: { reason } });
  };
  let head: Pick<AuditChain, 'desk' | 'createdAt' | 'start'> | undefined;
  let end: ChainPlace | null = null;
  const entries: (AuditEntry | UnreadableEntry)[] = [];
  const anchors: AuditAnchor[] = [];
  for await (const text of lines) {
    if (text.trim() === '') continue;
    const value = text.length > LONGEST_LINE ? undefined : parse(text);
    if (!head) {
      head = isObject(value) ? readHead(value['chain']) : undefined;
      if (!head) fail('line 1');
      continue;
    }
    const last = isObject(value) ? readPlace(value['end']) : undefined;
    const anchor = isObject(value) ? readAnchor(value['anchor']) : undefined;
    if (last) end = last;
    else if (anchor) anchors.push(anchor);
    else if (isObject(value) && 'entry' in value) entries.push(readEntry(value['entry']));
    else entries.push({ unreadable: 'line' });
  }
  if (!head) return fail('empty');
  return { ...head, entries, anchors, end };
}

function readHead(value: unknown): Pick<AuditChain, 'desk' | 'createdAt' | 'start'> | undefined {
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
