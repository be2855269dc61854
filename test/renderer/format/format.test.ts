import { describe, expect, it } from 'vitest';
import { clamp, pageMm, partStyle, resize, toMm, toPixels } from '../../../src/renderer/format/placement.ts';
import { ago, dateOnly, dateTime, timeOnly } from '../../../src/renderer/format/time.ts';

describe('times are told in UTC+8, 24 hours', () => {
  it('over midnight', () => expect(dateTime('2026-11-22T16:00:05Z')).toBe('2026-11-23 00:00:05'));
  it('with milliseconds and another offset', () =>
    expect(dateTime('2026-11-22T02:12:07.500+00:00')).toBe('2026-11-22 10:12:07'));
  it('a day stays the day it is', () =>
    expect([dateOnly('2026-11-22'), dateOnly('2026-11-22T20:00:00Z'), timeOnly('2026-11-22T02:00:00Z')]).toEqual([
      '2026-11-22',
      '2026-11-23',
      '10:00:00',
    ]));
  it('what is no time is shown as it is', () => expect(dateTime('—')).toBe('—'));
});

it.each([
  [0, 'now', 0],
  [59_999, 'now', 0],
  [60_000, 'minutes', 1],
  [3_600_000, 'hours', 1],
  [86_400_000 * 2, 'days', 2],
  [-5_000, 'now', 0],
] as const)('%i ms ago', (ms, unit, n) => {
  expect(ago('2026-11-22T00:00:00Z', Date.parse('2026-11-22T00:00:00Z') + ms)).toEqual({ unit, n });
});

describe('placement', () => {
  const p = { page: 1, x: 10, y: 20, width: 40, height: 15 };
  it('25.4 mm are 72 points, at 96/72 px a point 96 px, and back', () => {
    expect(toPixels(25.4, 96 / 72)).toBeCloseTo(96, 9);
    expect(toMm(toPixels(37.3, 1.7), 1.7)).toBeCloseTo(37.3, 9);
  });
  it('A4 in points is 210 × 297 mm', () => {
    const { width, height } = pageMm({ width: 595.2756, height: 841.8898 });
    expect([width, height].map((v) => Math.round(v * 100) / 100)).toEqual([210, 297]);
  });
  it('stays on the page on all four sides', () => {
    const a4 = { width: 210, height: 297 };
    expect(clamp({ ...p, x: -3, y: -9 }, a4)).toMatchObject({ x: 0, y: 0 });
    expect(clamp({ ...p, x: 500, y: 500 }, a4)).toMatchObject({ x: 170, y: 282 });
    expect(clamp({ ...p, width: 300 }, a4)).toMatchObject({ x: 0 });
  });
  it('another size about the same centre, on the page', () => {
    expect(resize(p, { width: 20, height: 20 }, undefined)).toEqual({ page: 1, x: 20, y: 17.5, width: 20, height: 20 });
    expect(resize({ ...p, x: 0 }, { width: 60, height: 15 }, { width: 210, height: 297 })).toMatchObject({ x: 0 });
  });
  it('a strip shows its part of the picture and nothing else', () => {
    expect(partStyle({ x: 0.5, y: 0, width: 0.25, height: 1 })).toEqual({
      width: '400%',
      height: '100%',
      left: '-200%',
      top: '0%',
    });
    expect(partStyle(undefined)).toMatchObject({ width: '100%', height: '100%' });
  });
});
