import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHash, readScanned, readTyped } from '../../src/phone/codes.ts';

const ORIGIN = 'https://sign.hospital.example';
const ID = 'k3Jd9_Xw-02mQzVbN7yTpA';

describe('what stands behind #', () => {
  it('is a request of a desk', () => {
    expect(readHash(`#s=${ID}`)).toEqual({ kind: 'request', id: ID });
    expect(readHash(`s=${ID}`)).toEqual({ kind: 'request', id: ID });
  });
  it('is an enrolment code, however it is written', () => {
    for (const written of ['7QK2MX9D4TRB', '7qk2-mx9d-4trb', '7QK2 MX9D 4TRB']) {
      expect(readHash(`#e=${written}`)).toEqual({ kind: 'enrol', code: '7QK2MX9D4TRB' });
    }
  });
  it.each([
    ['nothing', ''],
    ['another letter', `#x=${ID}`],
    ['too short', '#s=abc'],
    ['too long', `#s=${'a'.repeat(65)}`],
    ['other characters', `#s=${ID}%20`],
    ['two at once', `#s=${ID}&e=7QK2MX9D4TRB`],
    ['a second #', `#s=${ID}#`],
    ['a code of signs', '#e=<script>alert'],
  ])('%s is none', (_, hash) => expect(readHash(hash)).toBeUndefined());
});

describe('what the camera sees', () => {
  it('counts where it leads to this page', () => {
    expect(readScanned(`${ORIGIN}/phone/#s=${ID}`, ORIGIN)).toEqual({ kind: 'request', id: ID });
    expect(readScanned(`${ORIGIN}/phone/#e=7QK2MX9D4TRB`, ORIGIN)).toEqual({ kind: 'enrol', code: '7QK2MX9D4TRB' });
  });
  it.each([
    ['another host', `https://sign.hospital.example.evil.example/phone/#s=${ID}`],
    ['another port', `${ORIGIN}:8443/phone/#s=${ID}`],
    ['another scheme', `http://sign.hospital.example/phone/#s=${ID}`],
    ['another path', `${ORIGIN}/phone/other#s=${ID}`],
    ['a query', `${ORIGIN}/phone/?a=1#s=${ID}`],
    ['a name before the host', `https://user@sign.hospital.example/phone/#s=${ID}`],
    ['no link', ID],
    ['the text of some other code', '健康码'],
    ['a script', `javascript:alert(1)//phone/#s=${ID}`],
  ])('%s does not', (_, text) => expect(readScanned(text, ORIGIN)).toBeUndefined());
  it('is never followed elsewhere, whatever it says', () => {
    const part = (right: string, ...wrong: string[]) =>
      fc.oneof(
        { weight: 5, arbitrary: fc.constant(right) },
        { weight: 2, arbitrary: fc.constantFrom(...wrong) },
        { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
      );
    const links = fc
      .tuple(
        part('https://', 'http://', '//', 'javascript:'),
        part('', 'user@', 'a:b@'),
        part('sign.hospital.example', 'sign.hospital.example.', 'elsewhere.example', 'sign.hospital.example:443'),
        part('/phone/', '/phone', '/phone/../phone/', '/phone/x', '/'),
        part('', '?', '?a=1'),
        part(`#s=${ID}`, '#e=7QK2MX9D4TRB', '#', ''),
      )
      .map((parts) => parts.join(''));
    let followed = 0;
    fc.assert(
      fc.property(links, (text) => {
        if (readScanned(text, ORIGIN) === undefined) return;
        followed++;
        expect(new URL(text).origin + new URL(text).pathname).toBe(`${ORIGIN}/phone/`);
      }),
      { numRuns: 2000 },
    );
    expect(followed).toBeGreaterThan(0);
  });
});

describe('what is typed', () => {
  it('may be the whole link', () => {
    expect(readTyped(` ${ORIGIN}/phone/#e=7QK2MX9D4TRB `, 'request', ORIGIN)).toEqual({
      kind: 'enrol',
      code: '7QK2MX9D4TRB',
    });
    expect(readTyped(`https://elsewhere.example/phone/#s=${ID}`, 'request', ORIGIN)).toBeUndefined();
  });
  it('or the code alone: what it is, is what was asked for', () => {
    expect(readTyped('7qk2 mx9d 4trb', 'enrol', ORIGIN)).toEqual({ kind: 'enrol', code: '7QK2MX9D4TRB' });
    expect(readTyped(ID, 'request', ORIGIN)).toEqual({ kind: 'request', id: ID });
    expect(readTyped('12', 'enrol', ORIGIN)).toBeUndefined();
  });
});
