import { describe, expect, test } from 'vitest';
import type { PdfDict } from '../../../src/core/pdf/objects.ts';
import { PdfName, PdfRef, PdfString, type PdfObject } from '../../../src/core/pdf/objects.ts';
import { PdfParser } from '../../../src/core/pdf/parser.ts';
import { write, writeNumber } from '../../../src/core/pdf/serialize.ts';
import { textOf, textString, dateString } from '../../../src/core/pdf/text-string.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const parse = (text: string): PdfObject => new PdfParser(bytes(text)).object();
const stringOf = (text: string): string => {
  const value = parse(text);
  if (!(value instanceof PdfString)) throw new Error('no string');
  return String.fromCharCode(...value.bytes);
};

describe('objects', () => {
  test.each([
    ['0', 0],
    ['-17', -17],
    ['+.5', 0.5],
    ['4.', 4],
    ['-.002', -0.002],
    ['true', true],
    ['false', false],
    ['null', null],
    ['% comment\n 7', 7],
  ])('%s', (text, value) => {
    expect(parse(text)).toBe(value);
  });

  test('two numbers and R are a reference, two numbers alone are not', () => {
    expect(parse('[1 0 R 1 0 2 0 R]')).toEqual([new PdfRef(1, 0), 1, 0, new PdfRef(2, 0)]);
    expect(parse('[1 0 R]')).toEqual([new PdfRef(1, 0)]);
    expect(() => parse('[1 0 RG]')).toThrowError(expect.objectContaining({ code: 'PDF_DAMAGED' }));
  });

  test('names decode #xx', () => {
    expect(parse('/A#20B#2f')).toEqual(new PdfName('A B/'));
    expect(parse('/A#')).toEqual(new PdfName('A#'));
  });

  test('literal strings: nesting, escapes, line ends, octal', () => {
    expect(stringOf('(a(b)c)')).toBe('a(b)c');
    expect(stringOf('(\\(\\)\\\\\\n\\r\\t\\b\\f\\q)')).toBe('()\\\n\r\t\b\fq');
    expect(stringOf('(a\\\r\nb\r\nc\rd)')).toBe('ab\nc\nd');
    expect(stringOf('(\\101\\7\\0053\\777)')).toBe('A\x07\x053\xff');
  });

  test('hexadecimal strings: white space, odd digits', () => {
    expect(stringOf('<41 4\n2 5>')).toBe('ABP');
    expect(stringOf('<>')).toBe('');
  });

  test('dictionaries keep their order and tell of keys that stand twice', () => {
    const value = parse('<</B 1/A<</C[/D]>>/B 2>>') as PdfDict;
    expect([...value.keys()]).toEqual(['B', 'A']);
    expect(value.get('B')).toBe(2);
    expect(value.duplicateKeys).toEqual(['B']);
  });

  test('the watched key is the outermost one, whatever an inner dictionary or a string says', () => {
    const parser = new PdfParser(bytes('<</X<</Contents<00>>>/R(/Contents<11>)/Contents <22>/Z 1>>'), { base: 100 });
    parser.watch('Contents');
    parser.object();
    expect(parser.spans.get('Contents')).toEqual([100 + 48, 100 + 52]);
  });

  test.each(['<</A>>', '<</A 1', '[1 2', '(abc', '<4x>', '--5', '1.2.3', 'nul', '', '>>', ']', 'endobj'])(
    'damage: %s',
    (text) => {
      expect(() => parse(text)).toThrowError(expect.objectContaining({ code: 'PDF_DAMAGED' }));
    },
  );

  test('nesting has a bound', () => {
    expect(() => parse('['.repeat(1000))).toThrowError(expect.objectContaining({ code: 'PDF_LIMIT' }));
  });
});

describe('writing gives back what was read', () => {
  test.each(['<</A(x\\(y\\))/B<00ff>/C/D#20E/F[1 2 0 R -3.5 null true]/G<</H 1>>>>', '[/A /B (c) <0d0a>]'])(
    '%s',
    (text) => {
      expect(parse(write(parse(text)))).toEqual(parse(text));
    },
  );

  test('numbers never get an exponent', () => {
    expect(writeNumber(1e-7)).toBe('0.0000001');
    expect(writeNumber(-1.5e-8)).toBe('-0.000000015');
    expect(writeNumber(1e21)).toBe('1000000000000000000000');
    expect(writeNumber(0.1)).toBe('0.1');
    expect(() => writeNumber(NaN)).toThrow();
  });
});

describe('text strings', () => {
  test.each(['plain (ASCII)', '王建国 医师', 'naïve €', '𠮷野家'])('%s', (text) => {
    expect(textOf(textString(text))).toBe(text);
  });
  test('PDFDocEncoding and UTF-8 are read', () => {
    expect(textOf(new PdfString(Uint8Array.of(0x80, 0xa0, 0xe9)))).toBe('•€é');
    expect(textOf(new PdfString(Uint8Array.of(0xef, 0xbb, 0xbf, 0xe5, 0x8c, 0xbb)))).toBe('医');
  });
  test('dates are UTC', () => {
    expect(textOf(dateString(new Date('2026-11-22T08:30:05.700Z')))).toBe('D:20261122083005Z');
  });
});
