/**
 * Service or phone killed with -9 at each message of a phone's way, scan, unlock, approval, work: nothing is signed that was not approved, no
 * number is used twice, nothing is left over, and the next try works.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomBytes, sm2Digest, sm2Verify } from '#core/crypto/index.ts';
import { isYqError } from '#core/errors/index.ts';
import type { HttpClient } from '#core/pki/types.ts';
import { checkCosignStore } from './cosign-check.ts';
import { enrolPhone, followCode, openDesk, signedAttributes, type Desk } from './cosign-phones.ts';
import { enrolmentCode, http, kill, makeHome, ServiceProcess } from './cosign-processes.ts';

const home = makeHome();
const service = new ServiceProcess(home.dir);
const COUNT = 3;
let folder: string;
let desk: Desk;

const faults = (now?: Date): readonly string[] => checkCosignStore(home.store, now).faults;
const codeOf = (e: unknown): string => (isYqError(e) ? e.code : String(e));

/** Signs a list of three with what the desk was given, each verified under the key's certificate. */
async function signsList({ approved }: Desk): Promise<void> {
  const { token, keyId } = await approved();
  const [key] = await token.certificates();
  const point = key!.certificate!.publicKey.point!;
  const messages = Array.from({ length: COUNT }, () => signedAttributes(randomBytes(32)));
  const values = await Promise.all(messages.map((message) => token.signMessage(keyId, message)));
  expect(values.map((value, i) => sm2Verify(point, sm2Digest(point, messages[i]!), value))).toEqual([true, true, true]);
  await token.close();
}

const stateOf = (id: string): unknown => {
  const db = new DatabaseSync(home.store, { readOnly: true });
  const row = db.prepare('SELECT state FROM phone_requests WHERE id = ?').get(id);
  db.close();
  return row?.['state'];
};

beforeAll(async () => {
  folder = home.folder('phone');
  await service.start();
  await enrolPhone({ folder, url: service.url }, await enrolmentCode(home, service.url));
  desk = openDesk(service.url, () => service.session);
});
afterAll(async () => {
  await desk.phones.close();
  await service.kill();
  home.remove();
});

/** Messages of the phone in their order: name, and which of that name. */
const STEPS = [
  ['scan', 1],
  ['unlock', 1],
  ['sign', 1], // the approval
  ['approve', 1],
  ['work', 1], // empty, waits
  ['sign', 2], // within work
  ['work', 2], // with values
] as const;

describe('the service, killed', () => {
  /** Killed when it has not heard the request yet, or when it has answered and the answer is lost. */
  const cases = STEPS.flatMap(([step, nth]): [string, number, string][] => {
    const isBefore = step === 'approve' || nth === 2;
    return [...(isBefore ? [[step, nth, 'before'] as [string, number, string]] : []), [step, nth, 'after']];
  });
  it.each(cases)('at %s (%i), %s: the list is finished all the same', async (step, nth, side) => {
    let met = 0;
    const over: HttpClient = async (call) => {
      if (!call.url.endsWith(`/${step}`) || ++met !== nth) return http(call);
      if (side === 'after') await http(call);
      await service.kill();
      await service.start();
      throw new Error('cut');
    };
    const id = await desk.ask(COUNT);
    const [state] = await Promise.all([followCode(id, { folder, url: service.url, over }), signsList(desk)]);
    expect(met).toBeGreaterThanOrEqual(nth);
    expect(state).toBe('done');
    expect(stateOf(id)).toBe('done');
    expect(faults()).toEqual([]);
  });
});

describe('the phone, killed', () => {
  /** A phone in a process of its own that dies there. */
  async function dies(id: string, step: string, nth: number, side: string): Promise<void> {
    const entry = join(import.meta.dirname, 'cosign-phone.ts');
    const child = spawn(process.execPath, [entry, folder, service.url, id, step, String(nth), side], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const here = once(createInterface({ input: child.stdout }), 'line');
    await Promise.race([here, once(child, 'exit').then(() => Promise.reject(new Error('it has ended by itself')))]);
    await kill(child);
  }

  it.each(STEPS.slice(0, 3).map(([step, nth]): [string, number] => [step, nth]))(
    'after %s (%i), before its approval: the same code goes on',
    async (step, nth) => {
      const id = await desk.ask(COUNT);
      await dies(id, step, nth, 'after');
      const [state] = await Promise.all([followCode(id, { folder, url: service.url }), signsList(desk)]);
      expect(state).toBe('done');
      expect(faults()).toEqual([]);
    },
  );

  it.each([
    ['approve', 1, 'after'],
    ['work', 1, 'after'],
    ['sign', 2, 'before'],
    ['sign', 2, 'after'],
    ['work', 2, 'before'],
    ['work', 2, 'after'],
  ] as const)(
    'at %s (%i), %s: what it had approved is over with its share, a new code works',
    async (step, nth, side) => {
      const id = await desk.ask(COUNT);
      const dead = dies(id, step, nth, side);
      const { token, keyId } = await desk.approved();
      const messages = Array.from({ length: COUNT }, () => signedAttributes(randomBytes(32)));
      const values = messages.map((message) => token.signMessage(keyId, message).then(() => 'done', codeOf));
      await dead;
      // Nobody but the share that died with the phone signs under this approval.
      expect(await followCode(id, { folder, url: service.url }).catch(codeOf)).toBe('PHONE_OVER');
      await token.close();
      const codes = new Set(await Promise.all(values));
      expect(codes).toEqual(
        new Set([step === 'work' && nth === 2 && side === 'after' ? 'done' : 'TOKEN_NOT_LOGGED_IN']),
      );
      expect(stateOf(id)).toBe('done');
      const next = await desk.ask(COUNT);
      await Promise.all([followCode(next, { folder, url: service.url }), signsList(desk)]);
      expect(faults()).toEqual([]);
    },
  );
});

describe('desk, phone and service, all gone', () => {
  it('no request outlives its time, whatever state it was left in', async () => {
    const ask = async (): Promise<{ id: string; secret: string }> => {
      const answer = await fetch(`${service.url}/api/v1/phone/logins`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ desk: '护士站 3 号机' }),
      });
      return (await answer.json()) as { id: string; secret: string };
    };
    const [waiting, scanned, approved] = [await ask(), await ask(), await ask()];
    /** A phone that is not heard any more once the answer to this step has come. */
    const until = async (id: string, step: string): Promise<void> => {
      const over: HttpClient = async (call) => {
        const answer = await http(call);
        if (call.url.endsWith(`/${step}`)) throw new YqCut();
        return answer;
      };
      await followCode(id, { folder, url: service.url, over: refuseAfter(over) }).catch(() => undefined);
    };
    await until(scanned.id, 'scan');
    await until(approved.id, 'approve');
    const headers = { authorization: `Bearer ${approved.secret}`, 'content-type': 'application/json' };
    const message = Buffer.from('YIQIAN-LOGIN-1\nx\ny\nz').toString('base64');
    const given = await fetch(`${service.url}/api/v1/phone/requests/${approved.id}/messages`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ messages: [{ n: 0, row: 0, message }], taken: [] }),
    });
    expect(given.status).toBe(200);
    expect([waiting, scanned, approved].map(({ id }) => stateOf(id))).toEqual(['waiting', 'scanned', 'approved']);
    await service.kill();
    const later = new Date(Date.now() + 20 * 60_000);
    expect(faults(later).join('\n')).toMatch(/an orphan, waiting[\s\S]*an orphan, scanned[\s\S]*an orphan, approved/);
    await service.start(20 * 60_000);
    expect([waiting, scanned, approved].map(({ id }) => stateOf(id))).toEqual(['expired', 'expired', 'lost']);
    expect(faults(later)).toEqual([]);
    const now = (): Date => new Date(Date.now() + 20 * 60_000);
    const id = await desk.ask(COUNT);
    await Promise.all([followCode(id, { folder, url: service.url, now }), signsList(desk)]);
    expect(faults(later)).toEqual([]);
  });

  it('what may not be would be seen', async () => {
    await service.kill();
    const db = new DatabaseSync(home.store);
    db.exec('DROP TRIGGER phone_requests_go_forward');
    const last = `(SELECT max(rowid) FROM phone_requests WHERE state = 'done')`;
    const spoilt: readonly (readonly [string, RegExp])[] = [
      [
        `INSERT INTO cosign_log (at, key, person, act, epoch, message_sm3, e, r, remote, result)
         SELECT '2000-01-01T00:00:00.000Z', key, person, act, epoch, 'AA', 'AA', 'BB', remote, result FROM cosign_log WHERE act = 'sign attributes' LIMIT 1`,
        /signed outside of any approved request/,
      ],
      [`UPDATE phone_requests SET signatures = 0`, /where 0 were approved/],
      [
        `UPDATE phone_requests SET approval_text = replace(approval_text, 'W.M.', 'X') || 'x' WHERE rowid = ${last}`,
        /approved without its approval/,
      ],
      [`UPDATE phone_requests SET scanned_at = '2999-01-01' WHERE rowid = ${last}`, /times that go back/],
      [`UPDATE phone_requests SET state = 'waiting' WHERE rowid = ${last}`, /waiting, ended/],
      [`UPDATE phone_requests SET rows = '[]' WHERE rowid = ${last}`, /rows of one that has ended/],
      [
        `INSERT INTO phone_messages (request, n, "row", message_sm3) SELECT id, 9, 0, 'AA' FROM phone_requests WHERE rowid = ${last}`,
        /messages of requests that have ended/,
      ],
    ];
    for (const [sql, seen] of spoilt) {
      db.exec(sql);
      expect(faults().join('\n')).toMatch(seen);
    }
    db.close();
  });
});

/** The line is cut for good: everything after it is not sent either. */
class YqCut extends Error {}
function refuseAfter(over: HttpClient): HttpClient {
  let isCut = false;
  return async (call) => {
    if (isCut) throw new YqCut();
    try {
      return await over(call);
    } catch (e) {
      isCut = e instanceof YqCut;
      throw e;
    }
  };
}
