import { describe, expect, test } from 'vitest';
import { passwordsOfOldKind, passwordsUtf8, saslPrep } from '../../../../src/core/pdf/encryption/passwords.ts';

describe('SASLprep', () => {
  test.each([
    ['soft hyphen goes (RFC 4013, clause 3)', 'I\u00adX', 'IX'],
    ['nothing to do', 'user', 'user'],
    ['case stays', 'USER', 'USER'],
    ['compatibility characters are replaced', '\u00aa', 'a'],
    ['so are Roman numerals', '\u2168', 'IX'],
    ['a wide space becomes a space', 'a\u3000b', 'a b'],
    ['wide digits become digits', '病历２', '病历2'],
    ['accents are put together', 'e\u0301', 'é'],
    ['right to left throughout', '\u0627\u0628', '\u0627\u0628'],
  ])('%s', (_, given, prepared) => {
    expect(saslPrep(given)).toBe(prepared);
  });
  test.each([
    ['a control character', '\u0007'],
    ['both directions', '\u0627a\u0628'],
    ['right to left ending in a digit', '\u06271'],
    ['private use', '\ue000'],
    ['a change of direction', 'a\u202eb'],
  ])('refuses %s', (_, given) => {
    expect(saslPrep(given)).toBeUndefined();
  });
});

describe('candidates', () => {
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  test('one where the encodings agree', () => {
    expect(passwordsUtf8('user')).toEqual([utf8('user')]);
    expect(passwordsOfOldKind('user')).toEqual([utf8('user')]);
  });
  test('prepared first, then as typed', () => {
    expect(passwordsUtf8('２')).toEqual([utf8('2'), utf8('２')]);
    expect(passwordsUtf8('\u0007')).toEqual([utf8('\u0007')]);
  });
  test('127 bytes at most', () => {
    expect(passwordsUtf8('x'.repeat(200))[0]).toHaveLength(127);
  });
  test('PDFDocEncoding first, then UTF-8', () => {
    expect(passwordsOfOldKind('ö•')).toEqual([Uint8Array.of(0xf6, 0x80), utf8('ö•')]);
    expect(passwordsOfOldKind('病')).toEqual([utf8('病')]);
  });
});
