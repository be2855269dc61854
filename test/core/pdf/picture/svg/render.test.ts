import { describe, expect, test } from 'vitest';
import type { PdfDict } from '#core/pdf/index.ts';
import { readSvg } from '../../../../../src/core/pdf/picture/svg/render.ts';
import { embedded, streamAt, svgPicture } from '../embedded.ts';
import { pictureFixture } from '../../../../fixtures/pictures/index.ts';

const shown = (content: string, attributes?: string) =>
  embedded({ appearance: { picture: svgPicture(content, attributes), trueToSize: true } });
const content = async (text: string, attributes?: string): Promise<string> =>
  (await shown(text, attributes)).pictureContent;
const read = (text: string, attributes?: string) => readSvg(svgPicture(text, attributes).data);

describe('the picture as a form XObject', () => {
  test('its box, 1000 units long, fills the unit square', async () => {
    const { picture } = await shown('<rect width="10" height="5"/>', 'viewBox="0 0 10 5"');
    expect(picture.dict.name('Subtype')).toBe('Form');
    expect(picture.dict.get('BBox')).toEqual([0, 0, 1000, 500]);
    expect(picture.dict.get('Matrix')).toEqual([0.001, 0, 0, 0.002, 0, 0]);
  });
  test('y runs downwards in SVG and upwards in PDF', async () => {
    expect(await content('<path d="M1 2L3 4"/>')).toBe('100 0 0 -100 0 1000 cm\nq\nq\n0 0 0 rg\n1 2 m\n3 4 l\nf\nQ\nQ');
  });
  test('a viewport of another shape than its view box: meet, in the middle', async () => {
    expect(await content('', 'width="20mm" height="10mm" viewBox="0 0 10 10"')).toBe('50 0 0 -50 250 500 cm');
  });
  test('physical units give its size', () => {
    expect(read('', 'width="42mm" height="4.2cm" viewBox="0 0 1 1"').sizeMm?.width).toBeCloseTo(42, 6);
    expect(read('', 'width="42mm" viewBox="0 0 10 5"').sizeMm?.height).toBeCloseTo(21, 6);
    expect(read('', 'width="100" height="100"').sizeMm).toBeUndefined();
    expect(read('', 'width="100%" viewBox="0 0 30 10"')).toMatchObject({ width: 30, height: 10, sizeMm: undefined });
  });
});

describe('paint', () => {
  test('fill rule, stroke with all its properties, in the order fill, stroke', async () => {
    const ops = await content(
      '<path d="M0 0L1 1" fill="#f00" fill-rule="evenodd" stroke="blue" stroke-width="2" stroke-linecap="round" stroke-linejoin="bevel" stroke-miterlimit="7" stroke-dasharray="1 2 3" stroke-dashoffset="-1"/>',
    );
    expect(ops).toContain('1 0 0 rg\n0 0 m\n1 1 l\nf*');
    expect(ops).toContain('0 0 1 RG 2 w 1 J 2 j 7 M\n[1 2 3 1 2 3] 11 d\n0 0 m\n1 1 l\nS');
    expect(ops.indexOf('f*')).toBeLessThan(ops.indexOf('S'));
  });
  test('style outweighs attributes, children inherit, currentColor follows color', async () => {
    const ops = await content(
      '<g fill="red" style="fill: lime; color: blue"><path d="M0 0h1"/><path d="M0 0h2" fill="currentColor"/></g>',
    );
    expect(ops).toMatch(/0 1 0 rg\n0 0 m\n1 0 l\nf[^]*0 0 1 rg\n0 0 m\n2 0 l\nf/);
  });
  test('none, width 0, hidden and display none draw nothing', async () => {
    const ops = await content(
      '<path d="M0 0h1" fill="none"/><path d="M0 0h1" fill="none" stroke="red" stroke-width="0"/><path d="M0 0h1" visibility="hidden"/><g display="none"><path d="M0 0h1"/></g><rect width="0" height="5"/><circle/><path/>',
    );
    expect(ops).not.toMatch(/ m\n/);
  });
  test('opacity goes into graphics states, one for each value', async () => {
    const { picture, file, pictureContent } = await shown(
      '<path d="M0 0h1" opacity=".5" fill-opacity=".5"/><path d="M0 0h1" opacity=".25"/><path d="M0 0h1" opacity="2"/>',
    );
    const states = await file.resolve((picture.dict.get('Resources') as PdfDict).get('ExtGState'));
    expect([...(states as PdfDict).entries()].map(([key, state]) => [key, (state as PdfDict).get('ca')])).toEqual([
      ['G0', 0.25],
    ]);
    expect(pictureContent.match(/\/G0 gs/g)).toHaveLength(2);
  });
  test('a group fades as one, as a transparency group', async () => {
    const { picture, file } = await shown('<g opacity=".5"><path d="M0 0h1"/><path d="M0 0h2"/></g>');
    const group = await streamAt(file, picture.dict, 'Resources', 'XObject', 'X0');
    expect((group.dict.get('Group') as PdfDict).name('S')).toBe('Transparency');
    expect(Buffer.from(await file.streamData(group)).toString('latin1')).toContain('2 0 l');
    expect(group.dict.get('BBox')).toEqual([0, 0, 10, 10]);
  });
  test('a gradient is a shading within a clip, jumps included', async () => {
    const { picture, file, pictureContent } = await shown(
      '<linearGradient id="a"><stop offset="20%" stop-color="red"/><stop offset=".5" stop-color="lime"/><stop offset=".5" stop-color="blue"/></linearGradient><linearGradient id="b" xlink:href="#a" x2=".5"/><rect width="4" height="2" fill="url(#b)"/>',
    );
    expect(pictureContent).toContain('W n\n4 0 0 2 0 0 cm\n/S0 sh');
    const shading = (await file.resolve((picture.dict.get('Resources') as PdfDict).get('Shading'))) as PdfDict;
    const one = shading.get('S0') as PdfDict;
    expect(one.get('ShadingType')).toBe(2);
    expect(one.get('Coords')).toEqual([0, 0, 0.5, 0]);
    expect((one.get('Function') as PdfDict).get('Bounds')).toEqual([0.2, 0.5]);
  });
  test('a gradient of one stop is that colour, of none nothing', async () => {
    const one =
      '<radialGradient id="a"><stop stop-color="red"/></radialGradient><rect width="1" height="1" fill="url(#a)"/>';
    expect(await content(one)).toContain('1 0 0 rg');
    expect(await content('<radialGradient id="a"/><rect width="1" height="1" fill="url(#a)"/>')).not.toMatch(/\nf\n/);
  });
});

describe('structure', () => {
  test('use draws its target where it stands and with what it inherits', async () => {
    const ops = await content('<defs><path id="p" d="M0 0h1"/></defs><use href="#p" x="3" y="4" fill="red"/>');
    expect(ops).toContain('1 0 0 1 3 4 cm\nq\nq\n1 0 0 rg\n0 0 m\n1 0 l\nf');
  });
  test('clipPath', async () => {
    const ops = await content(
      '<clipPath id="c"><path d="M0 0h5v5z" transform="scale(2)" clip-rule="evenodd"/></clipPath><rect width="9" height="9" clip-path="url(#c)"/>',
    );
    expect(ops).toContain('0 0 m\n10 0 l\n10 10 l\nh\nW* n');
  });
  test('an empty clip shows nothing', async () => {
    const ops = await content('<clipPath id="c"><rect/></clipPath><rect width="9" height="9" clip-path="url(#c)"/>');
    expect(ops).toContain('0 0 m\nh\nW n');
  });
  test('an image of its own data', async () => {
    const data = Buffer.from(pictureFixture('rgb.jpg')).toString('base64');
    const { picture, file } = await shown(`<image width="4" height="4" href="data:image/jpeg;base64,${data}"/>`);
    const image = await streamAt(file, picture.dict, 'Resources', 'XObject', 'X0');
    expect(image.dict.name('Filter')).toBe('DCTDecode');
  });
  test('titles, metadata and editors’ notes show nothing', async () => {
    const ops = await content(
      '<title>印</title><metadata><r:RDF xmlns:r="urn:r"><r:x>y</r:x></r:RDF></metadata><s:namedview xmlns:s="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"><s:grid/></s:namedview><desc>x</desc>',
    );
    expect(ops).toBe('100 0 0 -100 0 1000 cm');
  });
});

describe('refused by its name', () => {
  test.each([
    ['<script/>', '<script>'],
    ['<foreignObject/>', '<foreignObject>'],
    ['<text>印</text>', '<text>'],
    ['<g><tspan/></g>', '<tspan>'],
    ['<filter id="f"/>', '<filter>'],
    ['<mask id="m"/>', '<mask>'],
    ['<pattern id="p"/>', '<pattern>'],
    ['<marker id="m"/>', '<marker>'],
    ['<symbol id="s"/>', '<symbol>'],
    ['<svg/>', '<svg>'],
    ['<style>path{fill:red}</style>', '<style>'],
    ['<defs><style>.a{fill:red}</style></defs>', '<style>'],
    ['<defs><g><set href="#a"/></g></defs>', '<set>'],
    ['<defs><g onload="x()"/></defs>', '<g onload>'],
    ['<rect width="1" height="1"><circle r="1"/></rect>', '<circle> in <rect>'],
    ['<switch/>', '<switch>'],
    ['<a href="https://example.org"/>', '<a>'],
    ['<rect width="1" height="1"><animate attributeName="x"/></rect>', '<animate>'],
    ['<set/>', '<set>'],
    ['<video/>', '<video>'],
    ['<b:blob xmlns:b="urn:b"/>', '<blob> of urn:b namespace'],
    ['<rect filter="url(#f)"/>', '<rect filter="url(#f)">'],
    ['<g mask="url(#m)"/>', '<g mask="url(#m)">'],
    ['<path marker-end="url(#m)"/>', '<path marker-end="url(#m)">'],
    ['<g style="mix-blend-mode:multiply"/>', '<g mix-blend-mode="multiply">'],
    ['<g style="transform:scale(2)"/>', '<g transform="scale(2)">'],
    ['<rect style="width:5px"/>', '<rect style="width">'],
    ['<path d="M0 0h1" vector-effect="non-scaling-stroke"/>', '<path vector-effect="non-scaling-stroke">'],
    ['<g onclick="x()"/>', '<g onclick>'],
    ['<g systemLanguage="zh"/>', '<g systemLanguage>'],
    ['<image href="http://example.org/a.png" width="1" height="1"/>', '<image href="http://example.org/a.png">'],
    [
      '<image href="data:image/svg+xml;base64,AAAA" width="1" height="1"/>',
      '<image href="data:image/svg+xml;base64,AAAA">',
    ],
    ['<use href="other.svg#x"/>', '<use href="other.svg#x">'],
    ['<rect width="1" height="1" fill="url(http://x/#a)"/>', 'url(http://x/#a)'],
    ['<linearGradient id="a"><stop/><stop/></linearGradient><path d="M0 0h1" stroke="url(#a)"/>', 'stroke="url(#…)"'],
    [
      '<linearGradient id="a" spreadMethod="reflect"><stop/></linearGradient><rect width="1" height="1" fill="url(#a)"/>',
      '<linearGradient spreadMethod="reflect">',
    ],
    [
      '<linearGradient id="a"><stop/><stop stop-opacity=".5"/></linearGradient><rect width="1" height="1" fill="url(#a)"/>',
      '<stop stop-opacity>',
    ],
    ['<clipPath id="c"><path/><path/></clipPath><g clip-path="url(#c)"/>', '<clipPath> with 2 shapes'],
    ['<clipPath id="c"><g/></clipPath><g clip-path="url(#c)"/>', '<g> in <clipPath>'],
    ['<g>seal</g>', '<g> with text'],
    ['<path d="M0 0h1" pathLength="5" stroke="red" stroke-dasharray="1"/>', '<path pathLength>'],
  ])('%s', (text, what) => {
    expect(() => read(text)).toThrowError(expect.objectContaining({ code: 'PDF_IMAGE_UNSUPPORTED', params: { what } }));
  });
  test('the element stands in the sentence that a person reads', () => {
    try {
      read('<text>印</text>');
      expect.unreachable();
    } catch (error) {
      expect((error as { text(language: string): { what: string } }).text('zh').what).toContain('<text>');
    }
  });
});

describe('damaged', () => {
  test.each([
    '<use href="#nothing"/>',
    '<g id="a"><use href="#a"/></g>',
    '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
    '<rect width="-1" height="1"/>',
    '<circle r="-1"/>',
    '<polygon points="1 2 3"/>',
    '<path d="M0 0h1" stroke="red" stroke-width="-1"/>',
    '<rect style="fill red"/>',
    '<g clip-path="url(#nothing)"/>',
    '<rect width="1" height="1" fill="url(#nothing)"/>',
    '<path d="M0 0h1" fill-opacity="half"/>',
  ])('%s', (text) => {
    expect(() => read(text)).toThrowError(expect.objectContaining({ code: 'PDF_IMAGE' }));
  });
  test.each(['<html/>', '<svg/>', '<svg xmlns="urn:x" viewBox="0 0 1 1"/>'])('the root is %s', (text) => {
    expect(() => readSvg(new TextEncoder().encode(text))).toThrowError(expect.objectContaining({ code: 'PDF_IMAGE' }));
  });
  test.each(['', 'width="5"', 'width="100%" height="100%"'])('no size: %s', (attributes) => {
    expect(() => read('', attributes)).toThrowError(expect.objectContaining({ code: 'PDF_IMAGE_UNSUPPORTED' }));
  });
  test.each(['width="0" height="5"', 'width="1e9" height="1e9"', 'width="1" height="5000"'])(
    'a size of %s',
    (attributes) => {
      expect(() => read('', attributes)).toThrowError(expect.objectContaining({ code: 'PDF_IMAGE' }));
    },
  );
});

test('a picture that multiplies itself by use stops at the limit', () => {
  const levels = Array.from(
    { length: 12 },
    (_, i) => `<g id="g${i + 1}">${`<use href="#g${i}"/>`.repeat(10)}</g>`,
  ).join('');
  expect(() => read(`<defs><path id="g0" d="M0 0h1"/>${levels}</defs><use href="#g12"/>`)).toThrowError(
    expect.objectContaining({ code: 'PDF_IMAGE_LIMIT' }),
  );
});

test('chains of use over deep groups stop before the stack does', () => {
  const nested = (id: number): string =>
    `<g id="d${id}">${'<g>'.repeat(50)}<use href="#d${id + 1}"/>${'</g>'.repeat(50)}</g>`;
  const text = Array.from({ length: 60 }, (_, i) => nested(i)).join('');
  expect(() => read(`<defs>${text}<path id="d60" d="M0 0h1"/></defs><use href="#d0"/>`)).toThrowError(
    expect.objectContaining({ code: 'PDF_IMAGE_LIMIT', params: { what: 'SVG depth' } }),
  );
});
