/** Drawn seals: outlines without text, within their size, evenly spread; what they cannot draw is named. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { pictureInfo } from '#core/pdf/index.ts';
import { drawSeal, type SealDrawing } from '#core/seal/index.ts';

const fontFile = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(createRequire(import.meta.url).resolve(`@expo-google-fonts/${path}.ttf`)));
const text = fontFile('noto-sans-sc/400Regular/NotoSansSC_400Regular');
const hand = fontFile('zhi-mang-xing/400Regular/ZhiMangXing_400Regular');

const round: SealDrawing = {
  kind: 'round',
  organisation: '示范医院',
  centre: '病历专用章',
  number: '演示0001',
  diameterMm: 42,
};
const drawings: readonly (readonly [string, SealDrawing, number, number])[] = [
  ['round', round, 42, 42],
  ['round, 38 mm', { ...round, diameterMm: 38 }, 38, 38],
  ['round, one character', { ...round, organisation: '院', centre: '', number: '' }, 42, 42],
  [
    'round, forty characters',
    { ...round, organisation: '示范医院'.repeat(10), centre: '演'.repeat(20), number: '0'.repeat(20) },
    42,
    42,
  ],
  ['department', { kind: 'department', organisation: '示范医院', department: '心血管内科', widthMm: 45 }, 45, 30],
  [
    'department, long',
    { kind: 'department', organisation: '示范医院'.repeat(10), department: '科'.repeat(20), widthMm: 60 },
    60,
    40,
  ],
  ...[...'王建国印医师章科'].map((_, i, all) => {
    const name = all.slice(0, i + 1).join('');
    return [`name, ${i + 1}`, { kind: 'name', name, sideMm: 18 }, 18, 18] as const;
  }),
  ['handwriting', { kind: 'handwriting', name: '王建国' }, 40, 15],
  ['handwriting, one character', { kind: 'handwriting', name: '王' }, 40, 15],
  ['handwriting, eight characters', { kind: 'handwriting', name: '阿卜杜拉买买提' }, 40, 15],
];

/** Every coordinate of the paths, scaled as the group around them says. */
function pointsOf(svg: string): number[] {
  const scale = Number(/<g transform="scale\(([\d.]+)\)">/.exec(svg)?.[1] ?? 1);
  return [...svg.matchAll(/ d="([^"]+)"/g)].flatMap(([, data = '']) =>
    [...data.matchAll(/-?[\d.]+/g)].map(([number]) => Number(number) * scale),
  );
}

describe('every seal', () => {
  test.each(drawings)(
    '%s: outlines within its paper, no text, a picture that can be signed with',
    (_, drawing, width, height) => {
      const drawn = drawSeal(drawing, { text, hand });
      expect([drawn.widthMm, drawn.heightMm]).toEqual([width, height]);
      expect(drawn.svg).not.toMatch(/<text|font-family|NaN|Infinity|undefined/);
      const points = pointsOf(drawn.svg);
      expect(points.length).toBeGreaterThan(40);
      points.forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(-0.001);
        expect(value).toBeLessThanOrEqual((i % 2 === 0 ? width : height) + 0.001);
      });
      const info = pictureInfo(new TextEncoder().encode(drawn.svg));
      expect(info.format).toBe('SVG');
      expect(info.widthMm).toBeCloseTo(width, 6);
      expect(info.heightMm).toBeCloseTo(height, 6);
    },
  );
  test('the same drawing is the same bytes', () => {
    const drawing: SealDrawing = { kind: 'handwriting', name: '欧阳建国' };
    expect(drawSeal(drawing, { text, hand })).toEqual(drawSeal(drawing, { text, hand }));
  });
  test('a character that the font lacks is named', () => {
    for (const drawing of [
      { ...round, organisation: '示\u{10FFFD}' },
      { kind: 'name', name: '王\u{10FFFD}', sideMm: 18 },
    ] as const)
      expect(() => drawSeal(drawing, { text })).toThrowError(
        expect.objectContaining({ code: 'PDF_TEXT_FONT', params: { text: '\u{10FFFD}' } }),
      );
  });
  test('bytes that are no font', () => {
    expect(() => drawSeal(round, { text: new Uint8Array(100) })).toThrowError(
      expect.objectContaining({ code: 'PDF_TEXT_FONT' }),
    );
  });
});

describe('the round seal', () => {
  test('its ring is 1.2 mm wide and reaches the edge', () => {
    const { svg } = drawSeal(round, { text });
    const ring = /fill-rule="evenodd" d="([^"]+)"/.exec(svg)?.[1] ?? '';
    expect(ring.match(/M[\d. -]+/g)).toEqual(['M21 0', 'M21 1.2']);
  });
  test('characters stand at equal angles, symmetrical to the top', () => {
    // The same character throughout, so that its outlines differ only by their turn.
    const { svg } = drawSeal({ ...round, organisation: '一'.repeat(9), centre: '', number: '' }, { text });
    const outlines = [...svg.matchAll(/<path d="([^"]+)"\/>/g)].map(([, data = '']) => data).slice(-9);
    const angles = outlines.map((data) => {
      const values = [...data.matchAll(/-?[\d.]+/g)].map(([number]) => Number(number));
      const mean = (odd: number): number => {
        const list = values.filter((_, i) => i % 2 === odd);
        return (Math.min(...list) + Math.max(...list)) / 2;
      };
      return Math.atan2(mean(0) - 21, 21 - mean(1)) * (180 / Math.PI);
    });
    const steps = angles.slice(1).map((angle, i) => angle - (angles[i] ?? 0));
    for (const step of steps) expect(step).toBeCloseTo(steps[0] ?? 0, 0);
    expect((angles[0] ?? 0) + (angles.at(-1) ?? 0)).toBeCloseTo(0, 0);
    expect(angles[4]).toBeCloseTo(0, 0);
  });
  test('a long name gets narrower characters and stays clear of the number', () => {
    const width = (organisation: string): number => {
      const { svg } = drawSeal({ ...round, organisation, centre: '', number: '' }, { text });
      const letters = [...svg.matchAll(/<path d="([^"]+)"\/>/g)].map(([, data = '']) => data);
      // The one in the middle stands upright at the top.
      const values = [...(letters[1 + (organisation.length - 1) / 2] ?? '').matchAll(/-?[\d.]+/g)].map(([n]) =>
        Number(n),
      );
      const xs = values.filter((_, i) => i % 2 === 0);
      return Math.max(...xs) - Math.min(...xs);
    };
    expect(width('国'.repeat(5))).toBeGreaterThan(4.5);
    expect(width('国'.repeat(21))).toBeLessThan(3);
  });
});

test('a name seal reads in columns from right to left', () => {
  // 一 is wide and low, 王 is high: the boxes tell which is which.
  const { svg } = drawSeal({ kind: 'name', name: '王一一王', sideMm: 18 }, { text });
  const boxes = [...svg.matchAll(/<path d="([^"]+)"\/>/g)].slice(-4).map(([, data = '']) => {
    const values = [...data.matchAll(/-?[\d.]+/g)].map(([n]) => Number(n));
    const [xs, ys] = [0, 1].map((odd) => values.filter((_, i) => i % 2 === odd)) as [number[], number[]];
    return { x: Math.min(...xs), y: Math.min(...ys), height: Math.max(...ys) - Math.min(...ys) };
  });
  const [first, second, third, fourth] = boxes as [Box, Box, Box, Box];
  expect(first.x).toBeGreaterThan(9);
  expect(second.x).toBeGreaterThan(9);
  expect(third.x).toBeLessThan(9);
  expect(fourth.x).toBeLessThan(9);
  expect(second.y).toBeGreaterThan(first.y);
  expect(first.height).toBeGreaterThan(second.height * 2);
  expect(fourth.height).toBeGreaterThan(third.height * 2);
});
interface Box {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

test('handwriting is written in the running hand when there is one', () => {
  const drawing: SealDrawing = { kind: 'handwriting', name: '王建国' };
  expect(drawSeal(drawing, { text, hand }).svg).not.toBe(drawSeal(drawing, { text }).svg);
});
