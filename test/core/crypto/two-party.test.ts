/** SM2 by two parties: the deterministic vector, both schemes' algebra against other implementations, and what a cheat gets. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clientFinish,
  clientNonce,
  fromHex,
  isUsablePoint,
  jointPublicKey,
  makeShare,
  proveShare,
  randomBytes,
  randomScalar,
  refreshShare,
  serverPart,
  sharePoint,
  sm2Digest,
  sm2PublicKey,
  sm2SignatureToDer,
  sm2Verify,
  toHex,
  verifyShareProof,
  wipe,
} from '#core/crypto/index.ts';
import { serverPartWithNonces } from '../../../src/core/crypto/sm2/two-party.ts';
import { scalars, multiplyAdd } from '../../../src/core/crypto/sm2/arithmetic.ts';
import { fixture } from './fixtures.ts';
import { noble, smCrypto, lowerHex } from './oracles.ts';

const vector = fixture<{ S1: Record<string, string>; refresh: Record<string, string> }>('cosign.json');
const v = (name: string): Uint8Array => fromHex(vector.S1[name] ?? '');
const t = (name: string): Uint8Array => fromHex(vector.refresh[name] ?? '');
const n = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const big = (b: Uint8Array): bigint => BigInt(`0x${toHex(b)}`);
const bytes = (x: bigint): Uint8Array => fromHex((((x % n) + n) % n).toString(16).padStart(64, '0'));
const scalar = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((b) => big(b) > 0n && big(b) < n);

const pair = () => {
  const client = makeShare();
  const server = makeShare();
  const publicKey = jointPublicKey(server.share, client.point);
  if (publicKey === undefined) throw new Error('no joint key');
  return { client, server, publicKey, key: { d1: client.share, publicKey, serverPoint: server.point } };
};

describe('numbers modulo n', () => {
  it('are what BigInt says', () => {
    fc.assert(
      fc.property(scalar, scalar, (a, b) => {
        expect(big(scalars.sum(a, b))).toBe((big(a) + big(b)) % n);
        expect(big(scalars.difference(a, b))).toBe((((big(a) - big(b)) % n) + n) % n);
        expect(big(scalars.product(a, b))).toBe((big(a) * big(b)) % n);
        expect((big(scalars.inverse(a)) * big(a)) % n).toBe(1n);
      }),
    );
  });

  it('a·P + b·G is what another implementation says', () => {
    fc.assert(
      fc.property(scalar, scalar, scalar, (p, a, b) => {
        const sum = (big(p) * big(a) + big(b)) % n;
        const ours = multiplyAdd(noble.multiplyBase(p), a, b);
        expect(ours === undefined ? undefined : toHex(ours)).toBe(
          sum === 0n ? undefined : toHex(noble.multiplyBase(bytes(sum))),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('a sum that is neutral is no point', () => {
    const k = randomScalar();
    expect(multiplyAdd(noble.multiplyBase(bytes(1n)), k, bytes(n - big(k)))).toBeUndefined();
  });
});

describe('the deterministic vector', () => {
  it('keys: P1, P2 and P, the same from either side', () => {
    expect(sharePoint(v('d1'))).toEqual(v('P1'));
    expect(sharePoint(v('d2'))).toEqual(v('P2'));
    expect(jointPublicKey(v('d2'), v('P1'))).toEqual(v('P'));
    expect(jointPublicKey(v('d1'), v('P2'))).toEqual(v('P'));
    expect(sm2PublicKey(v('d'))).toEqual(v('P'));
  });

  it('one signature: Q1, (r, s2, s3), and the published (r, s)', () => {
    expect(clientNonce(v('k1'))?.q1).toEqual(v('Q1'));
    const part = serverPartWithNonces(v('d2'), v('e'), v('Q1'), v('k2'), v('k3'));
    expect(part).toEqual({ r: v('r'), s2: v('s2'), s3: v('s3') });
    const key = { d1: v('d1'), publicKey: v('P'), serverPoint: v('P2') };
    const signature = clientFinish(key, v('k1'), v('e'), { r: v('r'), s2: v('s2'), s3: v('s3') });
    expect(signature && toHex(signature)).toBe(toHex(v('r')) + toHex(v('s')));
  });

  it('a refresh: new shares, the same key', () => {
    const client = refreshShare(v('d1'), t('t'), 'client');
    const server = refreshShare(v('d2'), t('t'), 'server');
    expect(client).toEqual({ share: t('d1_new'), point: t('P1_new') });
    expect(server?.share).toEqual(t('d2_new'));
    expect(server && jointPublicKey(server.share, t('P1_new'))).toEqual(v('P'));
  });
});

describe('two parties', () => {
  it('make signatures that sm-crypto and noble accept, under a key that neither holds', () => {
    for (let i = 0; i < 10; i++) {
      const { server, publicKey, key } = pair();
      const message = randomBytes(100);
      const e = sm2Digest(publicKey, message);
      const nonce = clientNonce();
      const part = nonce && serverPart(server.share, e, nonce.q1);
      const signature = nonce && part && clientFinish(key, nonce.k1, e, part);
      expect(signature).toBeDefined();
      if (!signature) continue;
      expect(sm2Verify(publicKey, e, signature)).toBe(true);
      expect(noble.verify(publicKey, e, signature)).toBe(true);
      const der = sm2SignatureToDer(signature);
      expect(
        smCrypto.sm2.doVerifySignature([...message], lowerHex(der), lowerHex(publicKey), { der: true, hash: true }),
      ).toBe(true);
    }
  });

  it('still agree after a refresh; old and new shares mixed make nothing', () => {
    const { client, server, publicKey, key } = pair();
    const r = randomScalar();
    const newClient = refreshShare(client.share, r, 'client')!;
    const newServer = refreshShare(server.share, r, 'server')!;
    const e = randomBytes(32);
    const sign = (d1: Uint8Array, d2: Uint8Array, serverPoint: Uint8Array) => {
      const nonce = clientNonce()!;
      return clientFinish({ ...key, d1, serverPoint }, nonce.k1, e, serverPart(d2, e, nonce.q1)!);
    };
    expect(sm2Verify(publicKey, e, sign(newClient.share, newServer.share, newServer.point)!)).toBe(true);
    expect(sign(client.share, newServer.share, newServer.point)).toBeUndefined();
    expect(sign(newClient.share, server.share, server.point)).toBeUndefined();
  });
});

describe('what a cheat gets', () => {
  const { server, publicKey, key } = pair();
  const e = randomBytes(32);
  const honest = () => {
    const nonce = clientNonce()!;
    return { nonce, part: serverPart(server.share, e, nonce.q1)! };
  };

  it.each(['r', 's2', 's3'] as const)('nothing for a server whose %s was chosen', (name) => {
    for (const value of [new Uint8Array(32), bytes(1n), bytes(n - 1n), randomScalar(), fromHex(n.toString(16))]) {
      const { nonce, part } = honest();
      expect(clientFinish(key, nonce.k1, e, { ...part, [name]: value })).toBeUndefined();
    }
  });

  it('nothing for a server that answers for another message', () => {
    const nonce = clientNonce()!;
    expect(clientFinish(key, nonce.k1, e, serverPart(server.share, randomBytes(32), nonce.q1)!)).toBeUndefined();
  });

  it('nothing under a point that is not the server’s, although the whole would verify: d1 is not touched for such an answer', () => {
    const { nonce, part } = honest();
    const other = { ...key, serverPoint: makeShare().point };
    expect(clientFinish(other, nonce.k1, e, part)).toBeUndefined();
    expect(clientFinish(key, nonce.k1, e, part)).toBeDefined();
  });

  it('nothing for points that are none: off the curve, compressed, infinity, cut, beyond p', () => {
    const good = clientNonce()!.q1;
    const off = good.slice();
    off[64]! ^= 1;
    const beyond = good.slice();
    beyond.fill(0xff, 1, 33);
    for (const bad of [off, beyond, good.subarray(0, 64), new Uint8Array(65), Uint8Array.of(0), good.subarray(0, 33)]) {
      expect(isUsablePoint(bad)).toBe(false);
      expect(serverPart(server.share, e, bad)).toBeUndefined();
      expect(jointPublicKey(server.share, bad)).toBeUndefined();
      expect(verifyShareProof(bad, randomBytes(64), new Uint8Array())).toBe(false);
    }
  });

  it('no proof of a share that one does not know, none for another point or another context', () => {
    const share = makeShare();
    const context = randomBytes(20);
    const proof = proveShare(share, context);
    expect(verifyShareProof(share.point, proof, context)).toBe(true);
    expect(verifyShareProof(share.point, proof, randomBytes(20))).toBe(false);
    expect(verifyShareProof(makeShare().point, proof, context)).toBe(false);
    for (let at = 0; at < 64; at += 7) {
      const bent = proof.slice();
      bent[at]! ^= 0x40;
      expect(verifyShareProof(share.point, bent, context)).toBe(false);
    }
    expect(verifyShareProof(share.point, new Uint8Array(64), context)).toBe(false);
  });

  it('infinity as a joint key is refused', () => {
    // P = d2^−1·P1 − G is infinity when P1 = d2·G.
    const d2 = randomScalar();
    expect(jointPublicKey(d2, noble.multiplyBase(d2))).toBeUndefined();
  });

  it('a wiped share signs nothing', () => {
    const { nonce, part } = honest();
    const d1 = key.d1.slice();
    wipe(d1);
    expect(clientFinish({ ...key, d1 }, nonce.k1, e, part)).toBeUndefined();
    expect(sm2Verify(publicKey, e, clientFinish(key, nonce.k1, e, part)!)).toBe(true);
  });
});
