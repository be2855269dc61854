/** The time stamp service as openssl and our own client see it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digest } from '../../src/core/crypto/index.ts';
import { createTimeStampRequest, parseTimeStampResponse, requestTimeStamp } from '../../src/core/pki/index.ts';
import { Hospital, http } from './hospital.ts';

let hospital: Hospital;
let dir: string;
beforeAll(async () => {
  hospital = await Hospital.open();
  dir = mkdtempSync(path.join(os.tmpdir(), 'yiqian-tsa-'));
  writeFileSync(path.join(dir, 'data'), 'a record');
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  await hospital.close();
});

const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const post = (query: Uint8Array) => hospital.call('POST', '/tsa', { body: query, type: 'application/timestamp-query' });

/** Query by openssl, answer into answer.tsr, text by openssl. */
async function stamp(...options: string[]): Promise<string> {
  openssl('ts', '-query', '-data', 'data', '-out', 'query.tsq', ...options);
  const query = execFileSync('cat', [path.join(dir, 'query.tsq')]);
  const answer = await post(new Uint8Array(query));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/timestamp-reply');
  writeFileSync(path.join(dir, 'answer.tsr'), answer.bytes);
  return openssl('ts', '-reply', '-in', 'answer.tsr', '-text');
}

const verify = (): string =>
  spawnSync(
    'openssl',
    [
      'ts',
      '-verify',
      '-in',
      'answer.tsr',
      '-queryfile',
      'query.tsq',
      '-CAfile',
      path.join(hospital.dataDir, 'ca/rsa-root.pem'),
      '-attime',
      String(hospital.now.getTime() / 1000),
    ],
    { cwd: dir, encoding: 'utf8' },
  ).stdout;

describe('the time stamp service', () => {
  it('answers an SM3 imprint with the SM2 key, readable by openssl', async () => {
    const text = await stamp('-sm3', '-cert');
    expect(text).toContain('Status: Granted.');
    expect(text).toContain('Hash Algorithm: sm3');
    expect(text).toContain('Time stamp: Nov 22 02:00:00 2026 GMT');
    expect(text).toContain('Accuracy: 0x01 seconds');
    expect(text).toMatch(/Nonce: 0x[0-9A-F]+/);
  });

  it('answers SHA-256, SHA-384 and SHA-512 with the RSA key, verified by openssl', async () => {
    for (const name of ['-sha256', '-sha384', '-sha512']) {
      await stamp(name, '-cert');
      expect(verify()).toContain('Verification: OK');
    }
  });

  it('openssl refuses the answer for other data', async () => {
    await stamp('-sha256', '-cert');
    writeFileSync(path.join(dir, 'data'), 'another record');
    openssl('ts', '-query', '-data', 'data', '-sha256', '-out', 'query.tsq');
    expect(verify()).not.toContain('Verification: OK');
  });

  it('refuses SHA-1 and MD5 with badAlg', async () => {
    for (const name of ['-sha1', '-md5']) {
      const text = await stamp(name);
      expect(text).toContain('Status: Rejected.');
      expect(text).toContain('unrecognized or unsupported algorithm identifier');
    }
  });

  it('refuses a policy that is not its own', async () => {
    expect(await stamp('-sm3', '-tspolicy', '1.2.3.4')).toMatch(/policy is not supported/);
  });

  it('answers a query that is none with badRequest or badDataFormat, in RFC 3161', async () => {
    for (const query of [Buffer.from('nonsense'), Buffer.from('3003020101', 'hex'), Buffer.alloc(0)]) {
      const answer = parseTimeStampResponse((await post(query)).bytes);
      expect(answer.status).toBe(2);
      expect(answer.token).toBeUndefined();
    }
    const short = createTimeStampRequest({ digestName: 'sm3', imprint: new Uint8Array(20), certReq: true });
    expect(parseTimeStampResponse((await post(short)).bytes).failures).toEqual(['badDataFormat']);
  });

  it('passes every check of our client, with certificate and nonce, in SM2 and RSA', async () => {
    const trust = await hospital.backend.rooms.trust.material();
    for (const name of ['sm3', 'sha256'] as const) {
      const { time } = await requestTimeStamp(
        digest(name, Buffer.from('x')),
        { url: `${hospital.backend.url}/tsa`, roots: trust, digest: name },
        http,
        () => hospital.now,
      );
      expect(time).toEqual(hospital.now);
    }
  });

  it('leaves the certificates out when they are not asked for', async () => {
    const query = (certReq: boolean) =>
      createTimeStampRequest({ digestName: 'sm3', imprint: new Uint8Array(32), certReq });
    const [bare, whole] = [(await post(query(false))).bytes, (await post(query(true))).bytes];
    const certificate = Buffer.from(hospital.backend.rooms.hierarchies[0]!.tsa.certificate.der);
    expect(Buffer.from(bare).includes(certificate)).toBe(false);
    expect(Buffer.from(whole).includes(certificate)).toBe(true);
  });

  it('never gives a serial twice: not at the same time, not after a restart, not across its two keys', async () => {
    const serial = async (name: string): Promise<number> =>
      parseInt(/Serial number: (0x[0-9A-F]+)/.exec(await stamp(name))![1]!);
    const query = createTimeStampRequest({ digestName: 'sm3', imprint: new Uint8Array(32), certReq: false });
    const before = [await serial('-sm3'), await serial('-sha256')];
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(query)));
    expect(new Set(answers.map((a) => Buffer.from(a.bytes).toString('hex'))).size).toBe(100);
    await hospital.restart();
    const after = [await serial('-sm3'), await serial('-sha256')];
    expect(before[1]).toBe(before[0]! + 1);
    expect(after[0]).toBeGreaterThan(before[1]! + 100);
    expect(after[1]).toBe(after[0]! + 1);
  });
});
