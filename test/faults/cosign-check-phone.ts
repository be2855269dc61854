/**
 * The part of cosign-check.ts about phones: whether everything that a phone's key has signed belongs to a request that this key has scanned and
 * approved, whether the states fit what happened, and whether anything is left of requests that have ended or whose time is over.
 */
import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

type Row = Record<string, unknown>;

const OPEN = ['waiting', 'scanned', 'approved'];
/** ms: a request that was scanned or approved and not looked at again ends when somebody looks; the longest of them is that of an approval. */
const LONGEST = 15 * 60_000;

/** Hex SM3 by OpenSSL, not by us. */
const sm3 = (text: string): string => createHash('sm3').update(text).digest('hex').toUpperCase();

export function checkPhones(db: DatabaseSync, now: Date): string[] {
  const faults: string[] = [];
  const all = (sql: string): Row[] => db.prepare(sql).all();
  const none = (what: string, rows: readonly Row[]): void => {
    if (rows.length > 0) faults.push(`${what}: ${rows.length}, first ${JSON.stringify(rows[0])}`);
  };
  const requests = all('SELECT * FROM phone_requests');
  const phones = new Set(all(`SELECT id FROM cosign_keys WHERE place = 'phone'`).map((row) => row['id']));
  const signed = all(
    `SELECT n, at, key, act, message_sm3 FROM cosign_log WHERE act LIKE 'sign %' AND result = 'done' AND act <> 'sign request'`,
  ).filter((row) => phones.has(row['key']));
  const isWithin = (row: Row, from: unknown, to: unknown): boolean =>
    from !== null && String(from) <= String(row['at']) && (to === null || String(row['at']) <= String(to));

  for (const row of signed) {
    const own = requests.filter((r) => r['key'] === row['key']);
    const isApproval = row['act'] === 'sign approval';
    const fits = own.some((r) => isWithin(row, r[isApproval ? 'scanned_at' : 'approved_at'], r['ended_at']));
    if (!fits)
      faults.push(`signed outside of any ${isApproval ? 'scanned' : 'approved'} request: log row ${String(row['n'])}`);
  }
  for (const key of phones) {
    const messages = new Set(
      signed.filter((row) => row['key'] === key && row['act'] !== 'sign approval').map((row) => row['message_sm3']),
    );
    const allowed = requests
      .filter((r) => r['key'] === key && r['approved_at'] !== null)
      .reduce((sum, r) => sum + Number(r['signatures']), 0);
    if (messages.size > allowed)
      faults.push(`${String(key)} has signed ${messages.size} messages where ${allowed} were approved`);
  }
  for (const r of requests) {
    const id = String(r['id']);
    if (r['approved_at'] !== null) {
      // The text that was approved names this request, and the key has signed exactly that text with us.
      const text = String(r['approval_text']);
      const digest = sm3(text);
      const isSigned = signed.some(
        (row) => row['key'] === r['key'] && row['act'] === 'sign approval' && row['message_sm3'] === digest,
      );
      if (!text.startsWith('YIQIAN-PHONE-1\n') || !text.split('\n').includes(id) || !isSigned)
        faults.push(`approved without its approval: ${id}`);
    }
    const times = ['created_at', 'scanned_at', 'approved_at', 'ended_at'].flatMap((name) =>
      r[name] === null ? [] : [String(r[name])],
    );
    if (times.some((time, i) => i > 0 && time < (times[i - 1] ?? ''))) faults.push(`times that go back: ${id}`);
    const state = String(r['state']);
    const mustHave: Record<string, string[]> = {
      scanned: ['key', 'check_number', 'scanned_at'],
      approved: ['key', 'scanned_at', 'approved_at', 'approval', 'approval_text'],
      done: ['key', 'approved_at', 'approval', 'ended_at'],
    };
    const isOpen = OPEN.includes(state);
    const missing = (mustHave[state] ?? (isOpen ? [] : ['ended_at'])).filter((column) => r[column] === null);
    if (missing.length > 0) faults.push(`${state} without ${missing.join()}: ${id}`);
    if (isOpen === (r['ended_at'] !== null)) faults.push(`${state}, ended ${String(r['ended_at'])}: ${id}`);
    if (!isOpen && r['rows'] !== null) faults.push(`the rows of one that has ended: ${id}`);
    const isOver =
      Date.parse(String(r['expires_at'])) < now.getTime() ||
      Date.parse(String(r['created_at'])) < now.getTime() - LONGEST;
    if (isOpen && isOver) faults.push(`an orphan, ${state} since ${String(r['created_at'])}: ${id}`);
  }
  none(
    'messages of requests that have ended, or of none',
    all(
      `SELECT request, n FROM phone_messages WHERE request NOT IN (SELECT id FROM phone_requests WHERE ended_at IS NULL)`,
    ),
  );
  return faults;
}
