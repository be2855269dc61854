import { describe, expect, it } from 'vitest';
import { trimDerPadding } from '#core/pki/index.ts';
import {
  decodeOid,
  der,
  DerCursor,
  generalizedTime,
  integer,
  LIMITS,
  namedBits,
  octetString,
  oid,
  readDer,
  readNamedBits,
  readTime,
  sequence,
  setOf,
  Tag,
  time,
} from '../../../src/core/pki/der.ts';
import { codeOf } from './vectors.ts';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replace(/ /g, ''), 'hex'));
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('reading', () => {
  it.each([
    ['nothing', ''],
    ['a tag alone', '30'],
    ['a length beyond the end', '3005 0201'],
    ['an indefinite length', '3080 0201 01 0000'],
    ['a high tag number', '1F8101 00'],
    ['a length of seven bytes', '3087 00000000000001 00'],
    ['bytes after the end', '0500 00'],
    ['a child longer than its parent', '3003 0204 01'],
  ])('refuses %s', (_, hex) => {
    expect(codeOf(() => readDer(bytes(hex)))).toBe('PKI_PARSE');
  });

  it('takes a length that is not minimal, as some CAs write it', () => {
    expect(readDer(bytes('308103 020101')).value).toEqual(bytes('020101'));
  });

  it('ends at nesting and size limits, not in a stack overflow', () => {
    let nested = octetString(Uint8Array.of(1));
    for (let i = 0; i < 5000; i += 1) nested = der(Tag.sequence, nested);
    expect(codeOf(() => readDer(nested))).toBe('PKI_LIMIT');
    expect(codeOf(() => readDer(new Uint8Array(LIMITS.bytes + 1)))).toBe('PKI_LIMIT');
  });

  it('object identifiers: large arcs, and no padding', () => {
    expect(decodeOid(bytes('2A811CCF5501822D'))).toBe('1.2.156.10197.1.301');
    expect(decodeOid(bytes('883703'))).toBe('2.999.3');
    expect(codeOf(() => decodeOid(bytes('2A8001')))).toBe('PKI_PARSE');
    expect(codeOf(() => decodeOid(bytes('2A81')))).toBe('PKI_PARSE');
    expect(oid('2.999.3')).toEqual(bytes('0603883703'));
  });

  it.each([
    [0x17, '491231235959Z', '2049-12-31T23:59:59.000Z'],
    [0x17, '500101000000Z', '1950-01-01T00:00:00.000Z'],
    [0x17, '2601010000Z', '2026-01-01T00:00:00.000Z'],
    [0x17, '260101080000+0800', '2026-01-01T00:00:00.000Z'],
    [0x18, '20500101000000Z', '2050-01-01T00:00:00.000Z'],
    [0x18, '20260101000000.25Z', '2026-01-01T00:00:00.250Z'],
    [0x18, '99991231235959Z', '9999-12-31T23:59:59.000Z'],
  ])('time %i %s', (tag, text, iso) => {
    expect(readTime({ tag, bytes: ascii(text), value: ascii(text) }).toISOString()).toBe(iso);
  });

  it.each(['20260230000000Z', '20260101250000Z', '2026', 'yesterday', '20261301000000Z'])('no time: %s', (text) => {
    expect(codeOf(() => readTime({ tag: 0x18, bytes: ascii(text), value: ascii(text) }))).toBe('PKI_PARSE');
  });

  it('a cursor says what it met where', () => {
    const cursor = new DerCursor(readDer(sequence(integer(5), octetString(ascii('x')))));
    expect(cursor.optional(Tag.oid)).toBeUndefined();
    expect(cursor.next(Tag.integer).value).toEqual(Uint8Array.of(5));
    expect(codeOf(() => cursor.next(Tag.oid))).toBe('PKI_PARSE');
    expect(codeOf(() => cursor.end())).toBe('PKI_PARSE');
  });

  it('padding after a value in a hole is cut, anything else is refused', () => {
    expect(trimDerPadding(bytes('3003020101 000000'))).toEqual(bytes('3003020101'));
    expect(trimDerPadding(bytes('3080020101 0000 0000'))).toEqual(bytes('30800201010000'));
    expect(codeOf(() => trimDerPadding(bytes('3003020101 000001')))).toBe('PKI_PARSE');
  });
});

describe('writing', () => {
  it('integers are minimal and non-negative', () => {
    expect(integer(0)).toEqual(bytes('020100'));
    expect(integer(127)).toEqual(bytes('02017F'));
    expect(integer(128)).toEqual(bytes('02020080'));
    expect(integer(bytes('0000FF'))).toEqual(bytes('020200FF'));
    expect(integer(2n ** 64n)).toEqual(bytes('0209010000000000000000'));
  });

  it('lengths at the edges of their forms', () => {
    expect(octetString(new Uint8Array(127)).subarray(0, 2)).toEqual(bytes('047F'));
    expect(octetString(new Uint8Array(128)).subarray(0, 3)).toEqual(bytes('048180'));
    expect(octetString(new Uint8Array(65536)).subarray(0, 5)).toEqual(bytes('0483010000'));
  });

  it('a SET OF stands in ascending order whatever order it was given in', () => {
    const items = [bytes('0402FFFF'), bytes('040101'), bytes('020105'), bytes('0401')];
    expect(setOf(items.slice(0, 3))).toEqual(setOf(items.slice(0, 3).toReversed()));
    expect(setOf(items.slice(0, 3))).toEqual(bytes('310A 020105 040101 0402FFFF'));
  });

  it('named bits drop trailing zeros and read back', () => {
    expect(namedBits([0, 1])).toEqual(bytes('030206C0'));
    expect(namedBits([8])).toEqual(bytes('0303070080'));
    expect(namedBits([])).toEqual(bytes('030100'));
    expect(readNamedBits(readDer(namedBits([0, 5, 8])))).toEqual([0, 5, 8]);
  });

  it('times change form in 2050 and carry no needless fraction', () => {
    expect(time(new Date('2049-12-31T23:59:59Z'))[0]).toBe(Tag.utcTime);
    expect(time(new Date('2050-01-01T00:00:00Z'))[0]).toBe(Tag.generalizedTime);
    const text = (d: Date): string => new TextDecoder().decode(readDer(generalizedTime(d, true)).value);
    expect(text(new Date('2026-01-01T00:00:00.250Z'))).toBe('20260101000000.25Z');
    expect(text(new Date('2026-01-01T00:00:00.000Z'))).toBe('20260101000000Z');
  });
});
