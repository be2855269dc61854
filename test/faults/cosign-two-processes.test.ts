/**
 * Two service processes on one store, a whole backend and one for co-signing alone beside it, as behind a load balancer: what may happen once
 * happens once over both, and one goes on when the other dies.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientNonce, randomBytes } from '#core/crypto/index.ts';
import { isYqError } from '#core/errors/index.ts';
import { parseCrl } from '#core/pki/index.ts';
import type { HttpClient } from '#core/pki/types.ts';
import { KeyFolder, type CosignProvider } from '#core/token/index.ts';
import { openSecrets, type DeviceSecrets } from '../../src/core/token/cosign/device/index.ts';
import { seal } from '../../src/core/token/cosign/device/messages.ts';
import { pinProof } from '../../src/core/token/cosign/device/share-lock.ts';
import { checkCosignStore } from './cosign-check.ts';
import { device, enrolmentCode, http, makeHome, openProtector, PIN, ServiceProcess } from './cosign-processes.ts';

const home = makeHome();
const whole = new ServiceProcess(home.dir);
const alone = new ServiceProcess(home.dir, { alone: true });
const both = [whole, alone] as const;

/** To one process alone, whichever one the key was made with. */
const to =
  (process: ServiceProcess): HttpClient =>
  (request) =>
    http({ ...request, url: request.url.replace(whole.url, process.url) });
/** A balancer that gives each request to the other process than the one before. */
const inTurns = (): HttpClient => {
  let n = 0;
  return (request) => to(both[n++ % 2]!)(request);
};
const balanced = (folder: string): CosignProvider => device(folder, whole.url, inTurns());
const freshId = (): string => Buffer.from(randomBytes(16)).toString('base64url');
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (e: unknown) => (isYqError(e) ? e.code : String(e)),
  );

interface Said {
  readonly status: number;
  readonly json: { code?: string; parts?: { r: string }[]; session?: string; certificate?: string };
}

/** An enrolled key whose messages are made by hand, so that the same bytes can go to both. */
interface Key {
  readonly tokenId: string;
  readonly keyId: string;
  readonly folder: string;
  readonly secrets: DeviceSecrets;
  envelope(op: string, more: object): string;
  say(process: ServiceProcess, path: string, body: string): Promise<Said>;
  unlock(pin: string): string;
  session(): Promise<string>;
}

async function enrolled(name: string): Promise<Key> {
  const folder = home.folder(name);
  const code = await enrolmentCode(home, whole.url);
  const { id: tokenId, serial: keyId } = await balanced(folder).enrol({ code, pin: PIN, deviceName: name });
  const secrets = await openSecrets(await new KeyFolder(folder).read(keyId), openProtector);
  const key: Key = {
    tokenId,
    keyId,
    folder,
    secrets,
    envelope: (op, more) =>
      seal({ op, keyId, requestId: freshId(), time: new Date().toISOString(), ...more }, secrets.device),
    async say({ url }, path, body) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}/api/v1/cosign/keys/${keyId}/${path}`, { method: 'POST', headers, body });
      return { status: answer.status, json: (await answer.json()) as Said['json'] };
    },
    unlock: (pin) => key.envelope('unlock', { pin: pinProof(pin, secrets.secret, keyId) }),
    session: async () => (await key.say(whole, 'unlock', key.unlock(PIN))).json.session ?? '',
  };
  return key;
}

const signs = async (key: Key, provider = balanced(key.folder)): Promise<number> => {
  const token = await provider.open(key.tokenId);
  await token.login(PIN);
  const [certificate] = await token.certificates();
  const value = await token.signMessage(certificate!.keyId, randomBytes(40));
  await token.close();
  return value.length;
};

beforeAll(async () => {
  await whole.start();
  await alone.start();
});
afterAll(async () => {
  await Promise.all(both.map((process) => process.kill()));
  home.remove();
});

describe('two processes on one store', () => {
  it('the second serves co-signing, phones and its health, nothing else; without a whole backend it does not start', async () => {
    const status = async (path: string): Promise<number> => (await fetch(`${alone.url}${path}`)).status;
    expect(await status('/api/v1/health')).toBe(200);
    expect(await status('/api/v1/cosign/metrics')).toBe(401);
    expect(await status('/api/v1/records')).toBe(404);
    expect(await status('/ca/issuing.cer')).toBe(404);
    expect((await fetch(`${alone.url}/api/v1/login/challenge`, { method: 'POST' })).status).toBe(404);
    const main = join(import.meta.dirname, '../../src/backend/main.ts');
    const child = spawn(process.execPath, [main, '--home', home.folder('nothing'), '--only', 'cosign']);
    expect(await new Promise((ended) => child.once('exit', ended))).toBe(66);
  });

  it('an enrolment whose messages go to both in turns makes one key, which signs over both, and renews its shares over both', async () => {
    const key = await enrolled('turns');
    expect(await signs(key)).toBe(64);
    const provider = balanced(key.folder);
    await provider.refresh(key.tokenId, PIN);
    await provider.refresh(key.tokenId, PIN);
    for (const process of both) expect(await signs(key, device(key.folder, whole.url, to(process)))).toBe(64);
    expect(checkCosignStore(home.store)).toMatchObject({ keys: { active: 1 }, faults: [] });
  });

  it('the same request, sent to both at once, is taken once', async () => {
    const key = await enrolled('once');
    for (let round = 0; round < 8; round++) {
      const body = key.unlock(PIN);
      const answers = await Promise.all(both.map((process) => key.say(process, 'unlock', body)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
      expect(answers.find(({ status }) => status === 403)?.json.code).toBe('COSIGN_REFUSED');
    }
  });

  it('one point of a device, sent to both at once under two numbers, is signed with once; under one number both give the same bytes', async () => {
    const key = await enrolled('point');
    const session = await key.session();
    for (let round = 0; round < 6; round++) {
      const item = () => ({ id: freshId(), q1: clientNonce()!.q1, message: randomBytes(60) });
      const shared = item();
      const twoNumbers = [shared, { ...shared, id: freshId() }];
      const answers = await Promise.all(
        twoNumbers.map((one, i) =>
          key.say(both[i]!, 'sign', key.envelope('sign', { session, epoch: 1, items: [one] })),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
      const oneNumber = key.envelope('sign', { session, epoch: 1, items: [item(), item()] });
      const [first, second] = await Promise.all(both.map((process) => key.say(process, 'sign', oneNumber)));
      expect(first?.status).toBe(200);
      expect(second?.json).toEqual(first?.json);
    }
    expect(checkCosignStore(home.store).faults).toEqual([]);
  });

  it('a caller is who the proxy says he is, where the proxy was named; anybody else’s word for it is not taken', async () => {
    const key = await enrolled('caller');
    for (const { url } of both) {
      const answer = await fetch(`${url}/api/v1/cosign/keys/${key.keyId}/unlock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': '10.1.2.3' },
        body: key.unlock(PIN),
      });
      expect(answer.status).toBe(200);
    }
    const db = new DatabaseSync(home.store, { readOnly: true });
    const rows = db.prepare(`SELECT remote FROM cosign_log WHERE key = ? AND act = 'unlock' ORDER BY n`).all(key.keyId);
    db.close();
    expect(rows.map((row) => row['remote'])).toEqual(['127.0.0.1', '10.1.2.3']);
  });

  it('wrong PINs count over both: five at once lock the key, whichever judged them', async () => {
    const key = await enrolled('tries');
    const wrong = (): Promise<Said[]> =>
      Promise.all(both.map((process) => key.say(process, 'unlock', key.unlock('000000'))));
    const codes = [...(await wrong()), ...(await wrong()), ...(await wrong())].map(({ json }) => json.code);
    expect(codes.filter((code) => code === 'COSIGN_PIN')).toHaveLength(4);
    expect(codes.filter((code) => code === 'COSIGN_LOCKED')).toHaveLength(2);
    for (const process of both) {
      expect(await codeOf(signs(key, device(key.folder, whole.url, to(process))))).toBe('TOKEN_PIN_LOCKED');
    }
  });

  it('a certificate asked for at both at once is issued once', async () => {
    const folder = home.folder('certificate');
    const certificates: (string | undefined)[] = [];
    const asked: HttpClient = async (request) => {
      if (!request.url.endsWith('/certificate')) return http(request);
      // The same request for the certificate, in an envelope of its own for each process.
      const { payload } = JSON.parse(new TextDecoder().decode(request.body)) as { payload: string };
      const given = JSON.parse(Buffer.from(payload, 'base64').toString()) as { keyId: string };
      const { device: deviceKey } = await openSecrets(await new KeyFolder(folder).read(given.keyId), openProtector);
      const bodies = both.map(() => seal({ ...given, requestId: freshId() }, deviceKey));
      const answers = await Promise.all(bodies.map((body, i) => to(both[i]!)({ ...request, body: Buffer.from(body) })));
      for (const { body } of answers)
        certificates.push((JSON.parse(new TextDecoder().decode(body)) as Said['json']).certificate);
      return answers[1]!;
    };
    const code = await enrolmentCode(home, alone.url);
    const { serial } = await device(folder, whole.url, asked).enrol({ code, pin: PIN, deviceName: 'x' });
    expect(certificates).toHaveLength(2);
    expect(certificates[0]).toBe(certificates[1]);
    const db = new DatabaseSync(home.store, { readOnly: true });
    const [issued, keys] = ['issued', 'cosign_keys'].map((table) =>
      db.prepare(`SELECT certificate FROM ${table}`).all(),
    );
    const point = Buffer.from((await new KeyFolder(folder).read(serial)).publicKey);
    const ofThisKey = issued!.filter((row) => Buffer.from(row['certificate'] as Uint8Array).includes(point));
    db.close();
    expect(ofThisKey).toHaveLength(1);
    expect(keys).toContainEqual(ofThisKey[0]);
  });

  it('a key that one process has revoked stands in the list that the other one gives out', async () => {
    const key = await enrolled('revoked');
    const listed = async (): Promise<number> => {
      const answer = await fetch(`${whole.url}/ca/issuing.crl`);
      return parseCrl(new Uint8Array(await answer.arrayBuffer())).size;
    };
    const before = await listed();
    const answer = await fetch(`${alone.url}/api/v1/cosign/keys/${key.keyId}/administer`, {
      method: 'POST',
      headers: { authorization: `Bearer ${home.secret()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ act: 'revoke', reason: '离职' }),
    });
    expect(answer.status).toBe(200);
    expect(await listed()).toBe(before + 1);
  });

  it('what one key may ask for is one limit over both', async () => {
    const key = await enrolled('limit');
    const session = await key.session();
    const begin = Date.now();
    let signed = 0;
    let refusals = 0;
    for (let i = 0; i < 8; i++) {
      const items = () =>
        Array.from({ length: 100 }, () => ({ id: freshId(), q1: clientNonce()!.q1, message: randomBytes(8) }));
      const answers = await Promise.all(
        both.map((process) => key.say(process, 'sign', key.envelope('sign', { session, epoch: 1, items: items() }))),
      );
      for (const { status } of answers) {
        if (status === 200) signed += 100;
        else if (status === 429) refusals++;
      }
    }
    const seconds = (Date.now() - begin) / 1000;
    expect(signed).toBeGreaterThanOrEqual(900);
    expect(signed).toBeLessThanOrEqual(1_000 + 100 * seconds);
    // With a limit for each process all sixteen hundred would have been signed, unless it took so long that they were allowed.
    expect(refusals).toBeGreaterThan(seconds > 6 ? -1 : 0);
  });

  it('one is killed in the middle of a list: the other goes on, and what the dead one had begun is nobody’s', async () => {
    const key = await enrolled('killed');
    const other = await enrolled('other');
    const list = async ({ folder, tokenId }: Key, over: HttpClient): Promise<string[]> => {
      const token = await device(folder, whole.url, over).open(tokenId);
      await token.login(PIN);
      const [certificate] = await token.certificates();
      const values = Array.from({ length: 150 }, () => token.signMessage(certificate!.keyId, randomBytes(300)));
      return Promise.all(values.map(codeOf));
    };
    let lists = 0;
    const cutOff: HttpClient = (request) => {
      const answer = to(alone)(request);
      // The second list has left the device: whether it is answered is nobody's to choose.
      if (request.url.endsWith('/sign') && ++lists === 2) void alone.kill();
      return answer;
    };
    const [living, dying] = await Promise.all([list(key, to(whole)), list(other, cutOff)]);
    expect(new Set(living)).toEqual(new Set(['done']));
    expect(dying).toContain('COSIGN_UNREACHABLE');
    // The balancer would now give everything to the other.
    expect(await signs(other, device(other.folder, whole.url, to(whole)))).toBe(64);
    await alone.start();
    expect(await signs(other)).toBe(64);
    expect(checkCosignStore(home.store).faults).toEqual([]);
  });
});
