/**
 * Looks at a service's store from outside, sharing no code with it: has any number of either side been used twice, is anything left half done?
 * `node test/faults/cosign-check.ts FILE` prints what it found; exit 1 on any fault.
 */
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { checkPhones } from './cosign-check-phone.ts';

export interface CosignFindings {
  readonly signatures: number;
  readonly keys: Readonly<Record<string, number>>;
  /** One line per fault; empty when all is well. */
  readonly faults: readonly string[];
}

/** @param now the service's time: what should have ended by then has */
export function checkCosignStore(file: string, now = new Date(0)): CosignFindings {
  const db = new DatabaseSync(file, { readOnly: true });
  const all = (sql: string): Record<string, unknown>[] => db.prepare(sql).all();
  const faults: string[] = [];
  const none = (what: string, rows: readonly unknown[]): void => {
    if (rows.length > 0) faults.push(`${what}: ${rows.length}, first ${JSON.stringify(rows[0])}`);
  };
  try {
    const signed = all(`SELECT * FROM cosign_log WHERE act LIKE 'sign %' AND result = 'done'`);
    // The same k2, k3 with one Q1 gives the same point, and so the same r − e; r − e twice is a number of the server used twice.
    const points = new Map<string, unknown>();
    const order = BigInt('0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123');
    for (const row of signed) {
      const x = (((BigInt(`0x${String(row['r'])}`) - BigInt(`0x${String(row['e'])}`)) % order) + order) % order;
      const name = `${String(row['key'])} ${x}`;
      if (points.has(name))
        faults.push(`the server's point twice: log rows ${String(points.get(name))} and ${String(row['n'])}`);
      points.set(name, row['n']);
    }
    none('r twice', all(`SELECT r FROM cosign_log WHERE r <> '' GROUP BY r HAVING count(*) > 1`));
    const [used] = all('SELECT count(*) AS n FROM cosign_points');
    // A key that was never finished goes with its numbers; what it had signed, the request for its certificate, stays in the log.
    const living = new Set(all('SELECT id FROM cosign_keys').map((row) => row['id']));
    const kept = signed.filter((row) => living.has(row['key'])).length;
    none(
      'a dropped key signed more than its request',
      signed.filter((row) => !living.has(row['key']) && row['act'] !== 'sign request'),
    );
    const tests = all(`SELECT 1 FROM cosign_log WHERE act = 'refreshTest' AND result = 'done'`).length;
    if (Number(used?.['n']) !== kept + tests) {
      faults.push(`${String(used?.['n'])} points of devices used, but ${kept} signatures and ${tests} tests logged`);
    }
    const [answers] = all('SELECT count(*) AS n FROM cosign_answers');
    if (Number(answers?.['n']) !== kept) {
      faults.push(`${String(answers?.['n'])} numbers answered, but ${kept} signatures logged`);
    }
    none(
      'an answer without its key',
      all('SELECT id FROM cosign_answers WHERE key NOT IN (SELECT id FROM cosign_keys)'),
    );
    none(
      'an active key without a certificate',
      all(`SELECT id FROM cosign_keys WHERE state <> 'pending' AND certificate IS NULL`),
    );
    none(
      'a code used without a key that was made with it',
      all(`SELECT code_sm3 FROM cosign_codes WHERE used_at IS NOT NULL AND code_sm3 NOT IN
             (SELECT code FROM cosign_keys WHERE state <> 'pending')`),
    );
    none(
      'two pending keys of one code',
      all(`SELECT code FROM cosign_keys WHERE state = 'pending' GROUP BY code HAVING count(*) > 1`),
    );
    faults.push(...checkPhones(db, now));
    const keys = Object.fromEntries(
      all('SELECT state, count(*) AS n FROM cosign_keys GROUP BY state').map((r) => [
        String(r['state']),
        Number(r['n']),
      ]),
    );
    return { signatures: signed.length, keys, faults };
  } finally {
    db.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const found = checkCosignStore(process.argv[2] ?? '', new Date());
  console.log(JSON.stringify(found, null, 2));
  if (found.faults.length > 0) process.exitCode = 1;
}
