import { describe, expect, test } from 'vitest';
import { parseXml } from '../../../../../src/core/pdf/picture/svg/xml.ts';

const parse = (text: string) => parseXml(new TextEncoder().encode(text));

describe('what is read', () => {
  test('elements, attributes, namespaces', () => {
    const root = parse(
      '\ufeff<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- a > b --><a xmlns="urn:one" xmlns:t=\'urn:two\' x = "1&lt;&#50;&#x33;">\n<t:b t:y="&quot;"/><c xmlns="">text</c></a>\n<!-- end -->',
    );
    expect(root).toMatchObject({
      name: 'a',
      namespace: 'urn:one',
      hasText: false,
      attributes: [{ name: 'x', namespace: '', value: '1<23' }],
      children: [
        { name: 'b', namespace: 'urn:two', attributes: [{ name: 'y', namespace: 'urn:two', value: '"' }] },
        { name: 'c', namespace: '', hasText: true },
      ],
    });
  });
  test('CDATA is text', () => {
    expect(parse('<a><![CDATA[<b>]]></a>')).toMatchObject({ hasText: true, children: [] });
  });
});

describe('what is not well-formed', () => {
  test.each([
    '',
    'plain',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a/>text',
    '<a x=1/>',
    '<a x="1" x="2"/>',
    '<a x="<"/>',
    '<a b:x="1"/>',
    '<b:a/>',
    '<a>&</a>',
    '<a>&#0;</a>',
    '<a>&#xd800;</a>',
    '<a>]]></a>',
    '<a><!-- </a>',
    '<a><![CDATA[</a>',
    '<a',
    '<1a/>',
    '<a\0/>',
  ])('%j', (text) => {
    expect(() => parse(text)).toThrowError(expect.objectContaining({ code: 'PDF_IMAGE' }));
  });
  test('bytes that are not UTF-8', () => {
    expect(() => parseXml(Uint8Array.of(0x3c, 0x61, 0xff, 0x3e))).toThrowError(
      expect.objectContaining({ code: 'PDF_IMAGE' }),
    );
  });
});

describe('what is refused by its name', () => {
  test.each([
    ['<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', '<!DOCTYPE>'],
    ['<svg>&bomb;</svg>', '&bomb;'],
    ['<svg x="&bomb;"/>', '&bomb;'],
    ['<?xml-stylesheet href="a.css"?><svg/>', '<?xml-stylesheet?>'],
    ['<?xml version="1.0" encoding="GBK"?><svg/>', 'encoding GBK'],
  ])('%s', (text, what) => {
    expect(() => parse(text)).toThrowError(
      expect.objectContaining({ code: 'PDF_IMAGE_UNSUPPORTED', params: { what } }),
    );
  });
});

describe('limits', () => {
  test.each([
    ['depth', '<a>'.repeat(100) + '</a>'.repeat(100)],
    ['elements', `<a>${'<b/>'.repeat(50_001)}</a>`],
    ['attributes', `<a ${Array.from({ length: 101 }, (_, i) => `x${i}=""`).join(' ')}/>`],
    ['bytes', `<a>${' '.repeat(5 << 20)}</a>`],
  ])('%s', (_, text) => {
    expect(() => parse(text)).toThrowError(expect.objectContaining({ code: 'PDF_IMAGE_LIMIT' }));
  });
});
