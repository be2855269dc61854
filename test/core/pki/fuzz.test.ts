/** Mutations of real objects: whatever comes in, only a YqError may come out, and soon. Seeds are fixed, so a failure can be repeated. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isYqError } from '#core/errors/index.ts';
import {
  Certificate,
  checkTimeStampResponse,
  parseCrl,
  parseOcspResponse,
  parseSignedData,
  parseTimeStampRequest,
  trimDerPadding,
  validateChain,
  verifyCertificateRequest,
  verifySignerInfo,
  verifyTimeStampToken,
} from '#core/pki/index.ts';
import { vector, vectorCertificate } from './vectors.ts';

const roots = [vectorCertificate('ca'), vectorCertificate('crl_ca')];
const query = vector('tsa/q.tsq');
const at = new Date('2026-11-23T00:00:00Z');
/** Half a minute after the token of the fixtures. */
const stamped = new Date('2026-11-22T10:41:00Z');
const pem = (name: string): Uint8Array => {
  const text = Buffer.from(vector(`x509/${name}`)).toString('latin1');
  return new Uint8Array(Buffer.from(text.replace(/-----[^-]*-----/g, ''), 'base64'));
};

/** A mutation may pass only where it left the content alone. */
function judgeCms(bytes: Uint8Array): void {
  const view = parseSignedData(bytes);
  const { verdict } = verifySignerInfo(view, { attached: true });
  if (verdict === 'PASSED') expect(view.content).toEqual(vector('cms/content.bin'));
}

const targets: readonly [string, Uint8Array, (bytes: Uint8Array) => unknown][] = [
  [
    'certificate',
    vectorCertificate('ee').der,
    (b) => validateChain(Certificate.parse(b), { roots }, { at, purpose: 'signing' }),
  ],
  ['CMS', vector('cms/gm0_501_attr1_id.p7'), (b) => judgeCms(trimDerPadding(b))],
  ['CMS of GB/T 35275', vector('cms/gm1_3011_attr0_id.p7'), judgeCms],
  [
    'time stamp token',
    vector('tsa/tok_501_za.tok'),
    (b) => {
      verifyTimeStampToken(b, b, { roots });
      return parseSignedData(b);
    },
  ],
  [
    'time stamp response',
    vector('tsa/tok_501_za.tsr'),
    (b) => checkTimeStampResponse(b, query, { trust: { roots }, now: stamped }),
  ],
  ['time stamp request', query, parseTimeStampRequest],
  ['certificate request', vector('x509/request.der'), verifyCertificateRequest],
  [
    'CRL',
    pem('crl_default_id.pem'),
    (b) => {
      parseCrl(b);
      return validateChain(vectorCertificate('crl_ee_revoked'), { roots, crls: [b] }, { at, purpose: 'signing' });
    },
  ],
  [
    'OCSP answer',
    vector('x509/ocsp_default_id.der'),
    (b) => {
      parseOcspResponse(b);
      return validateChain(
        vectorCertificate('crl_ee_revoked'),
        { roots, ocspResponses: [b] },
        { at, purpose: 'signing' },
      );
    },
  ],
];

/** Bits flipped, bytes set to nasty values, pieces cut, doubled or moved. */
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom('flip', 'set', 'cut', 'insert', 'double'),
  value: fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0x81, 0x84, 0x88, 0xff, 0x30, 0x31, 0x24, 0xa0, 0x02, 0x06),
  size: fc.integer({ min: 1, max: 40 }),
});

function mutate(
  seed: Uint8Array,
  steps: readonly { at: number; kind: string; value: number; size: number }[],
): Uint8Array {
  return steps.reduce((bytes, { at: where, kind, value, size }) => {
    const i = Math.min(bytes.length - 1, Math.floor(where * bytes.length));
    const head = [...bytes.subarray(0, i)];
    const rest = bytes.subarray(i);
    switch (kind) {
      case 'flip':
        return Uint8Array.from([...head, (rest[0] ?? 0) ^ (1 << (value % 8)), ...rest.subarray(1)]);
      case 'set':
        return Uint8Array.from([...head, value, ...rest.subarray(1)]);
      case 'cut':
        return Uint8Array.from([...head, ...rest.subarray(size)]);
      case 'insert':
        return Uint8Array.from([...head, ...new Uint8Array(size).fill(value), ...rest]);
      default:
        return Uint8Array.from([...head, ...rest.subarray(0, size), ...rest]);
    }
  }, seed);
}

describe('hostile bytes', () => {
  it.each(targets)('%s: only YqError comes out', (_, seed, judge) => {
    let refused = 0;
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (steps) => {
        try {
          judge(mutate(seed, steps));
        } catch (e) {
          refused += 1;
          expect(isYqError(e), e instanceof Error ? e.stack : String(e)).toBe(true);
        }
      }),
      { numRuns: 300, seed: 20261122 },
    );
    expect(refused).toBeGreaterThan(0);
  });

  it.each(targets)('%s: deep nesting and absurd lengths end at once', (_, _seed, judge) => {
    const deep = new Uint8Array(20_000).fill(0x30);
    for (let i = 1; i < deep.length; i += 2) deep[i] = 0x80;
    const nested = Uint8Array.from(Array.from({ length: 4000 }, () => [0x30, 0x84, 0, 0, 0x10, 0]).flat());
    for (const bytes of [deep, nested, Uint8Array.of(0x30, 0x86, 255, 255, 255, 255, 255, 255)]) {
      try {
        judge(bytes);
      } catch (e) {
        expect(isYqError(e)).toBe(true);
      }
    }
  });
});
