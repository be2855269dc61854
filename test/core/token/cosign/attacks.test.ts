/** The nine attacks of docs/design/020 against device and server, each by the letter of its row; and what was stolen, and what it is worth. */
import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  clientFinish,
  clientNonce,
  fromHex,
  makeShare,
  proveShare,
  randomBytes,
  randomScalar,
  serverPart,
  sm2Digest,
  sm2GenerateKeyPair,
  sm2Sign,
  sm2Verify,
  sm4Gcm,
  toHex,
} from '#core/crypto/index.ts';
import { isYqError } from '#core/errors/index.ts';
import { cosignCommitment, cosignEnvelopeText, cosignProofContext, cosignToWire } from '#core/token/index.ts';
import { openSecrets } from '../../../../src/core/token/cosign/device/enrol.ts';
import { KeyFolder } from '../../../../src/core/token/cosign/key-folder.ts';
import { openKey } from '../../../../src/core/token/cosign/device/key.ts';
import { CosignService } from '../../../../src/core/token/cosign/device/service.ts';
import { pinProof, unlockShare } from '../../../../src/core/token/cosign/device/share-lock.ts';
import { machineProtector, openRig, PIN, type Rig } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (e: unknown) => (isYqError(e) ? e.code : String(e)),
  );
const n = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const big = (b: Uint8Array): bigint => BigInt(`0x${toHex(b)}`);
const bytes = (x: bigint): Uint8Array => fromHex((((x % n) + n) % n).toString(16).padStart(64, '0'));
const base64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

interface Device {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}
const envelope = (payload: object, device: Device): unknown => {
  const text = new TextEncoder().encode(JSON.stringify(cosignToWire(payload)));
  const e = sm2Digest(device.publicKey, cosignEnvelopeText(text));
  return cosignToWire({ payload: text, signature: sm2Sign(device.privateKey, e) });
};
const id = (): string => Buffer.from(randomBytes(16)).toString('base64url');

/** A device that says what it likes: it has its secrets and a session, and builds its messages by hand. */
async function bentDevice() {
  const { keyId, token } = await rig.enrolled();
  const folder = new KeyFolder(rig.keyFolder);
  const file = await folder.read(keyId);
  const protector = machine;
  const secrets = await openSecrets(file, protector);
  const unlocked = (await rig.cosign.answer(
    'unlock',
    keyId,
    envelope(head('unlock', keyId, { pin: pinProof(PIN, secrets.secret, keyId) }), secrets.device),
    'test',
  )) as { session: string; help: string };
  const say = (op: 'sign' | 'unlock' | 'refreshBegin' | 'refreshOpen', more: object) =>
    rig.cosign.answer(op, keyId, envelope(head(op, keyId, more), secrets.device), 'test') as Promise<never>;
  const sign = (items: { id: string; q1: Uint8Array; message: Uint8Array }[], epoch = 1): Promise<SignAnswer> =>
    say('sign', { session: unlocked.session, epoch, items });
  return { keyId, token, file, folder, secrets, session: unlocked.session, say, sign };
}
interface SignAnswer {
  parts: { id: string; r: string; s2: string; s3: string }[];
}
const head = (op: string, keyId: string, more: object): object => ({
  op,
  keyId,
  requestId: id(),
  time: rig.now.toISOString(),
  ...more,
});
let machine = machineProtector();
beforeEach(() => {
  machine = rig.protector;
});

describe('A: a server whose numbers are chosen', () => {
  /** Answers of the sign operation, changed on their way to the device. */
  const bend = (change: (part: Record<string, string>) => void): void => {
    rig.way = async (request, pass) => {
      const answer = await pass(request);
      if (!request.url.endsWith('/sign')) return answer;
      const value = JSON.parse(new TextDecoder().decode(answer.body)) as { parts: Record<string, string>[] };
      value.parts.forEach(change);
      return { ...answer, body: new TextEncoder().encode(JSON.stringify(value)) };
    };
  };
  const b64 = (b: Uint8Array): string => Buffer.from(b).toString('base64');

  it.each([
    ['s2 = 0', (p: Record<string, string>) => void (p['s2'] = b64(new Uint8Array(32)))],
    [
      's2 = 0 and s3 = 1',
      (p: Record<string, string>) => void ((p['s2'] = b64(new Uint8Array(32))), (p['s3'] = b64(bytes(1n)))),
    ],
    ['s3 chosen', (p: Record<string, string>) => void (p['s3'] = b64(randomScalar()))],
    ['r chosen', (p: Record<string, string>) => void (p['r'] = b64(randomScalar()))],
  ])(
    '%s: nothing leaves the device but one error, and after three of them the key is not used any more',
    async (_, how) => {
      const { token, tokenId } = await rig.enrolled();
      await token.login(PIN);
      const [key] = await token.certificates();
      bend(how);
      const seen: string[] = [];
      for (let i = 0; i < 3; i++) seen.push(await codeOf(token.signMessage(key!.keyId, randomBytes(40))));
      expect(seen).toEqual(['COSIGN_SERVER_FAULT', 'COSIGN_SERVER_FAULT', 'COSIGN_SERVER_FAULT']);
      rig.way = undefined;
      expect(await codeOf(token.signMessage(key!.keyId, randomBytes(40)))).toBe('TOKEN_NOT_LOGGED_IN');
      expect(await codeOf((await rig.device().open(tokenId)).login(PIN))).toBe('COSIGN_SERVER_FAULT');
    },
  );

  it('what such a server would have learnt from an unchecked s is the whole share', () => {
    // s = d1·k1·s2 + d1·s3 − r with s2 = 0 gives d1 = (s + r)/s3: why the check comes before anything leaves.
    const [d1, k1, r, s3] = [1, 2, 3, 4].map(() => big(randomScalar())) as [bigint, bigint, bigint, bigint];
    const s = (d1 * k1 * 0n + d1 * s3 - r) % n;
    const inverse = (a: bigint): bigint => {
      let [x, y, m] = [1n, a % n, n - 2n];
      for (; m > 0n; m >>= 1n, y = (y * y) % n) if (m & 1n) x = (x * y) % n;
      return x;
    };
    expect(((((s + r) * inverse(s3)) % n) + n) % n).toBe(d1);
  });
});

describe('B: one number of the device, used twice', () => {
  it('the server signs with no point a second time, under whatever number', async () => {
    const { sign } = await bentDevice();
    const { q1 } = clientNonce()!;
    await sign([{ id: id(), q1, message: randomBytes(20) }]);
    expect(await codeOf(sign([{ id: id(), q1, message: randomBytes(20) }]))).toBe('COSIGN_REFUSED');
    expect(
      await codeOf(sign([1, 2].map(() => ({ id: id(), q1: clientNonce(bytes(7n))!.q1, message: randomBytes(9) })))),
    ).toBe('COSIGN_REFUSED');
  });

  it('a device that gets no answer tries again with new numbers throughout', async () => {
    const { token } = await rig.enrolled();
    await token.login(PIN);
    const points: string[] = [];
    const numbers: string[] = [];
    rig.way = async (request, pass) => {
      if (!request.url.endsWith('/sign')) return pass(request);
      const { payload } = JSON.parse(new TextDecoder().decode(request.body)) as { payload: string };
      const { items } = JSON.parse(Buffer.from(payload, 'base64').toString()) as {
        items: { id: string; q1: string }[];
      };
      points.push(...items.map(({ q1 }) => q1));
      numbers.push(...items.map((item) => item.id));
      const answer = await pass(request);
      if (points.length === 1) throw new Error('the answer is lost');
      return answer;
    };
    const [key] = await token.certificates();
    await token.signMessage(key!.keyId, randomBytes(50));
    expect(points).toHaveLength(2);
    expect(new Set(points).size).toBe(2);
    expect(new Set(numbers).size).toBe(2);
  });
});

describe('C: two answers to one number', () => {
  it('the same question is answered with the stored bytes, within a minute; another question under that number with nothing', async () => {
    const { sign } = await bentDevice();
    const item = { id: id(), q1: clientNonce()!.q1, message: randomBytes(20) };
    const first = await sign([item]);
    expect(await sign([item])).toEqual(first);
    expect(await codeOf(sign([{ ...item, message: randomBytes(20) }]))).toBe('COSIGN_REFUSED');
    expect(await codeOf(sign([{ ...item, q1: clientNonce()!.q1 }]))).toBe('COSIGN_REFUSED');
    rig.now = new Date(rig.now.getTime() + 61_000);
    await sign([{ id: id(), q1: clientNonce()!.q1, message: randomBytes(20) }]);
    expect(await codeOf(sign([item]))).toBe('COSIGN_REFUSED');
  });

  it('no two answers in the store share a number of the server', async () => {
    const { sign } = await bentDevice();
    const parts = (
      await sign(Array.from({ length: 60 }, () => ({ id: id(), q1: clientNonce()!.q1, message: randomBytes(8) })))
    ).parts;
    expect(new Set(parts.map(({ r }) => r)).size).toBe(60);
    expect(new Set(parts.map(({ s2 }) => s2)).size).toBe(60);
  });
});

describe('D: the server’s point before the message is fixed', () => {
  it('no message asks for a point without naming what is signed; the answer holds no point', async () => {
    const { say, sign, session } = await bentDevice();
    const q1 = clientNonce()!.q1;
    expect(await codeOf(say('sign', { session, epoch: 1, items: [{ id: id(), q1 }] }))).toBe('COSIGN_REFUSED');
    const { parts } = await sign([{ id: id(), q1, message: randomBytes(5) }]);
    expect(Object.keys(parts[0]!).sort()).toEqual(['id', 'r', 's2', 's3']);
  });

  it('a bare e in place of the message is signed as a message, under Z_A and SM3 like every other', async () => {
    const { sign, file } = await bentDevice();
    const e = randomBytes(32);
    const nonce = clientNonce()!;
    const { parts } = await sign([{ id: id(), q1: nonce.q1, message: e }]);
    const part = { r: base64(parts[0]!.r), s2: base64(parts[0]!.s2), s3: base64(parts[0]!.s3) };
    const key = { d1: randomScalar(), publicKey: file.publicKey, serverPoint: file.share.serverPoint };
    expect(clientFinish(key, nonce.k1, e, part)).toBeUndefined();
  });
});

describe('E: points that are none', () => {
  const good = clientNonce()!.q1;
  const off = good.slice();
  off[64]! ^= 1;
  const beyond = good.slice().fill(0xff, 1, 33);
  it.each([
    ['off the curve', off],
    ['with a coordinate beyond p', beyond],
    ['infinity as zeros', new Uint8Array(65)],
    ['compressed', Uint8Array.from([2, ...good.subarray(1, 33)])],
    ['one byte short', good.subarray(0, 64)],
  ])('%s: refused, and nothing was signed', async (_, q1) => {
    const { sign } = await bentDevice();
    const before = rig.registry.counts().find(({ act }) => act === 'sign other');
    expect(await codeOf(sign([{ id: id(), q1, message: randomBytes(5) }]))).toBe('COSIGN_REFUSED');
    expect(rig.registry.counts().find(({ act }) => act === 'sign other')).toEqual(before);
  });

  it('the server’s own point is judged by the device too', async () => {
    rig.way = async (request, pass) => {
      const answer = await pass(request);
      if (!request.url.endsWith('/keys')) return answer;
      const value = JSON.parse(new TextDecoder().decode(answer.body)) as Record<string, unknown>;
      return {
        ...answer,
        body: new TextEncoder().encode(JSON.stringify({ ...value, point: Buffer.from(off).toString('base64') })),
      };
    };
    expect(await codeOf(rig.device().enrol({ code: rig.code(), pin: PIN, deviceName: 'x' }))).toBe(
      'COSIGN_SERVER_FAULT',
    );
  });
});

describe('F: a share chosen after the other was seen, or not known at all', () => {
  const begun = async () => {
    const device = sm2GenerateKeyPair();
    const share = makeShare();
    const blind = randomBytes(32);
    const commitment = cosignCommitment('point', blind, share.point);
    const payload = {
      op: 'begin',
      code: rig.code(),
      device: device.publicKey,
      deviceName: 'x',
      commitment,
      requestId: id(),
      time: rig.now.toISOString(),
    };
    const answer = (await rig.cosign.begin(envelope(payload, device), 'test')) as { keyId: string; point: string };
    const serverPoint = base64(answer.point);
    const bound = { keyId: answer.keyId, personId: '10023', device: device.publicKey };
    const open = (point: Uint8Array, proof: Uint8Array, opened = blind): Promise<string> =>
      codeOf(
        rig.cosign.answer(
          'open',
          answer.keyId,
          envelope(head('open', answer.keyId, { point, proof, blind: opened, pin: randomBytes(32) }), device),
          'test',
        ),
      );
    const context = cosignProofContext('client', { ...bound, other: serverPoint });
    return { share, open, context, bound, commitment, serverPoint, device };
  };

  it('another point than the one committed to is refused', async () => {
    const { open, context } = await begun();
    const rogue = makeShare();
    expect(await open(rogue.point, proveShare(rogue, context))).toBe('COSIGN_REFUSED');
  });
  it('another blind, a proof for another key or device, no proof: refused; the honest one goes through', async () => {
    const { open, context, share, bound, commitment, serverPoint } = await begun();
    expect(await open(share.point, proveShare(share, context), randomBytes(32))).toBe('COSIGN_REFUSED');
    expect(await open(share.point, randomBytes(64))).toBe('COSIGN_REFUSED');
    for (const other of [
      cosignProofContext('server', { ...bound, other: serverPoint }),
      cosignProofContext('client', { ...bound, keyId: 'another-key-000000', other: serverPoint }),
      cosignProofContext('client', { ...bound, other: commitment }),
    ]) {
      expect(await open(share.point, proveShare(share, other))).toBe('COSIGN_REFUSED');
    }
    expect(await open(share.point, proveShare(share, context))).toBe('done');
  });
  it('a server that does not know its share is refused by the device', async () => {
    rig.way = async (request, pass) => {
      const answer = await pass(request);
      if (!request.url.endsWith('/keys')) return answer;
      const value = JSON.parse(new TextDecoder().decode(answer.body)) as Record<string, unknown>;
      const point = Buffer.from(makeShare().point).toString('base64');
      return { ...answer, body: new TextEncoder().encode(JSON.stringify({ ...value, point })) };
    };
    expect(await codeOf(rig.device().enrol({ code: rig.code(), pin: PIN, deviceName: 'x' }))).toBe(
      'COSIGN_SERVER_FAULT',
    );
  });
});

describe('G: a server that signs what a thief asks for', () => {
  it('another device’s signature, an altered payload, an old or repeated request, another session: refused', async () => {
    const { keyId, secrets, session } = await bentDevice();
    const items = [{ id: id(), q1: clientNonce()!.q1, message: randomBytes(5) }];
    const payload = head('sign', keyId, { session, epoch: 1, items });
    const ask = (body: unknown): Promise<string> => codeOf(rig.cosign.answer('sign', keyId, body, 'test'));
    expect(await ask(envelope(payload, sm2GenerateKeyPair()))).toBe('COSIGN_REFUSED');
    const good = envelope(payload, secrets.device) as { payload: string; signature: string };
    const altered = Buffer.from(good.payload, 'base64').toString().replace('"epoch":1', '"epoch":2');
    expect(await ask({ ...good, payload: Buffer.from(altered).toString('base64') })).toBe('COSIGN_REFUSED');
    const old = { ...payload, time: new Date(rig.now.getTime() - 6 * 60_000).toISOString() };
    expect(await ask(envelope(old, secrets.device))).toBe('COSIGN_REFUSED');
    expect(await ask(envelope({ ...payload, session: id() }, secrets.device))).toBe('COSIGN_SESSION');
    expect(await ask(good)).toBe('done');
    rig.now = new Date(rig.now.getTime() + 16 * 60_000);
    expect(await ask(envelope({ ...payload, time: rig.now.toISOString() }, secrets.device))).toBe('COSIGN_SESSION');
  });

  it('an unlock that was recorded is worth nothing; guesses are counted even when the answer is never read', async () => {
    const { keyId, secrets } = await bentDevice();
    const body = envelope(head('unlock', keyId, { pin: pinProof(PIN, secrets.secret, keyId) }), secrets.device);
    await rig.cosign.answer('unlock', keyId, body, 'test');
    expect(await codeOf(rig.cosign.answer('unlock', keyId, body, 'test'))).toBe('COSIGN_REFUSED');
    for (let i = 0; i < 4; i++) {
      const guess = head('unlock', keyId, { pin: pinProof(`00000${i}`, secrets.secret, keyId) });
      void (await codeOf(rig.cosign.answer('unlock', keyId, envelope(guess, secrets.device), 'test')));
    }
    expect(rig.registry.find(keyId)?.tries).toBe(1);
  });

  it('one key cannot ask without end, nor one source', async () => {
    const { sign } = await bentDevice();
    const many = (k: number) =>
      Array.from({ length: k }, () => ({ id: id(), q1: clientNonce()!.q1, message: randomBytes(4) }));
    let code = 'done';
    for (let i = 0; i < 15 && code === 'done'; i++) code = await codeOf(sign(many(100)));
    expect(code).toBe('COSIGN_TOO_MANY');
    rig.now = new Date(rig.now.getTime() + 60_000);
    expect(await codeOf(sign(many(1)))).toBe('done');
  });

  it('every use stands in a log that cannot be changed, with the digest of what was signed', async () => {
    const { sign, keyId } = await bentDevice();
    const message = randomBytes(30);
    await sign([{ id: id(), q1: clientNonce()!.q1, message }]);
    const db = new DatabaseSync(join(rig.home, 'backend', 'backend.sqlite'));
    const row = db.prepare(`SELECT * FROM cosign_log WHERE act = 'sign other' AND key = ?`).get(keyId);
    expect(row).toMatchObject({ person: '10023', epoch: 1, result: 'done' });
    expect(String(row?.['e'])).toMatch(/^[0-9A-F]{64}$/);
    expect(() => db.exec('UPDATE cosign_log SET result = 1')).toThrow('append only');
    expect(() => db.exec('DELETE FROM cosign_log')).toThrow('append only');
    db.close();
  });

  it('before there is a certificate nothing but its request is signed', async () => {
    rig.way = async (request, pass) => {
      if (request.url.endsWith('/certificate')) throw new Error('cut');
      return pass(request);
    };
    await codeOf(rig.device().enrol({ code: rig.code(), pin: PIN, deviceName: 'x' }));
    rig.way = undefined;
    const [key] = rig.registry.all();
    const folder = new KeyFolder(rig.keyFolder);
    const secrets = await openSecrets(await folder.read(key!.id), machine);
    const service = new CosignService({ url: 'http://127.0.0.1:1', http: rig.http, now: () => rig.now });
    const open = await openKey(key!.id, PIN, { store: folder, service, secrets });
    expect(await codeOf(open.sign(randomBytes(40)))).toBe('COSIGN_REFUSED');
    open.close();
  });
});

describe('H: pairs (e′, signature) that a device can derive after a session', () => {
  it('verify, for an e′ that nobody chose; but no message is taken as an e, so they are signatures of nothing', async () => {
    // e' = r − x(k1'·K3 + K2) with K3 = s2·P2, K2 = s3·P2 − r·G: derived here through the public functions alone.
    const server = makeShare();
    const client = makeShare();
    const { jointPublicKey } = await import('#core/crypto/index.ts');
    const publicKey = jointPublicKey(server.share, client.point)!;
    const key = { d1: client.share, publicKey, serverPoint: server.point };
    const e = sm2Digest(publicKey, randomBytes(10));
    const nonce = clientNonce()!;
    const part = serverPart(server.share, e, nonce.q1)!;
    const other = clientNonce()!;
    const { multiplyAdd, scalars } = await import('../../../../src/core/crypto/sm2/arithmetic.ts');
    const factor = scalars.sum(scalars.product(other.k1, part.s2), part.s3);
    const point = multiplyAdd(server.point, factor, scalars.difference(new Uint8Array(32), part.r))!;
    const derived = scalars.difference(part.r, point.subarray(1, 33));
    const signature = clientFinish(key, other.k1, derived, part);
    expect(signature && sm2Verify(publicKey, derived, signature)).toBe(true);
    // As a message's digest it would need a preimage under SM3; as a message it is just another message.
    expect(sm2Verify(publicKey, sm2Digest(publicKey, derived), signature!)).toBe(false);
  });
});

describe('I: shares of two epochs', () => {
  it('a request for another epoch is refused before anything is computed, and both sides say which they have', async () => {
    const { sign } = await bentDevice();
    expect(await codeOf(sign([{ id: id(), q1: clientNonce()!.q1, message: randomBytes(5) }], 2))).toBe('COSIGN_EPOCH');
  });
  it('a coin toss that was opened to another number is refused', async () => {
    const { say, session, keyId } = await bentDevice();
    const [t, blind] = [randomScalar(), randomBytes(32)];
    await say('refreshBegin', { session, epoch: 1, commitment: cosignCommitment('refresh', blind, t) });
    expect(await codeOf(say('refreshOpen', { session, t: randomScalar(), blind }))).toBe('COSIGN_REFUSED');
    expect(rig.registry.find(keyId)).toMatchObject({ epoch: 1, staged: undefined });
  });
});

describe('what was stolen', () => {
  it('the device’s file with its machine’s key gives no way to tell a right PIN from a wrong one', async () => {
    const { keyId } = await rig.enrolled();
    const file = await new KeyFolder(rig.keyFolder).read(keyId);
    const { secret } = await openSecrets(file, machine);
    // Everything a thief can compute for a guess: the lock needs the server's help, of which nothing is in the file.
    for (const guess of [PIN, '000000']) {
      const proof = pinProof(guess, secret, keyId);
      for (const help of [proof, secret, new Uint8Array(32), file.publicKey.subarray(1, 33)]) {
        const lock = { help, proof, deviceSecret: secret, context: new TextEncoder().encode(`${keyId} 1`) };
        expect(() => unlockShare(file.share.locked, lock)).toThrow('CRYPTO_DECRYPT');
      }
    }
    const text = readFileSync(join(rig.keyFolder, `${keyId}.cosign.json`), 'utf8');
    expect(text).not.toContain(PIN);
  });

  it('the file on another machine opens nothing, and its device key is not readable there', async () => {
    const { keyId } = await rig.enrolled();
    const file = await new KeyFolder(rig.keyFolder).read(keyId);
    expect(await codeOf(openSecrets(file, machineProtector()))).toBe('COSIGN_KEY_FILE');
  });

  it('the server’s whole store gives no signature and no PIN: the device’s share is nowhere in it', async () => {
    const { token, keyId } = await rig.enrolled();
    await token.login(PIN);
    const [key] = await token.certificates();
    await token.signMessage(key!.keyId, randomBytes(30));
    const stored = rig.registry.find(keyId)!;
    // Even with the vault's key: d2 is one factor of (1 + d)^−1, and P2 = d2^−1·G is no secret to begin with.
    const d2 = rig.vault.open(stored.share, `${keyId} share 1`);
    const forged = sm2Sign(d2, randomBytes(32));
    expect(sm2Verify(stored.publicKey!, randomBytes(32), forged)).toBe(false);
    // Without it not even that.
    expect(() => sm4Gcm.decrypt(randomBytes(16), stored.share.subarray(0, 12), stored.share.subarray(12))).toThrow();
    // The PIN's mark is of p, which holds 32 random bytes of the device: guessing PINs against the mark finds none.
    const { hmacSm3 } = await import('#core/crypto/index.ts');
    const helpKey = rig.vault.open(stored.helpKey, `${keyId} help`);
    const guess = hmacSm3(helpKey, new TextEncoder().encode('pin'), pinProof(PIN, new Uint8Array(32), keyId));
    expect(toHex(guess)).not.toBe(toHex(stored.pin!));
  });

  it('a file that was damaged is named, not guessed at', async () => {
    const { keyId, provider, tokenId } = await rig.enrolled();
    const path = join(rig.keyFolder, `${keyId}.cosign.json`);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 200));
    expect(await provider.list()).toEqual([]);
    expect(await provider.drivers()).toMatchObject([{ state: 'broken', code: 'COSIGN_KEY_FILE' }]);
    expect(await codeOf(provider.open(tokenId))).toBe('COSIGN_KEY_FILE');
  });
});
