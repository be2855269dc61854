import { describe, expect, test } from 'vitest';
import { LINE_HEIGHT, setLines } from '../../../src/core/pdf/text-block.ts';

/** Chinese characters one em wide, all others half. */
const widthOf = (text: string): number => [...text].reduce((sum, c) => sum + (c > '\u2e80' ? 1 : 0.5), 0);
const set = (lines: string[], width: number, height: number): ReturnType<typeof setLines> =>
  setLines(lines, widthOf, width, height);

describe('setting lines', () => {
  test('as large as width and height allow, never over 12 points', () => {
    expect(set(['医师王建国'], 500, 500)).toEqual({ lines: ['医师王建国'], size: 12 });
    expect(set(['医师王建国'], 50, 500)).toEqual({ lines: ['医师王建国'], size: 10 });
    expect(set(['医', '师'], 500, 2 * LINE_HEIGHT * 8)?.size).toBeCloseTo(8, 9);
  });

  test('a line that would get too small is broken: Chinese between characters, Latin at spaces', () => {
    expect(set(['一二三四五六七八九十'], 35, 100)?.lines).toEqual(['一二三四五', '六七八九十']);
    expect(set(['Wang Jianguo MD PhD'], 35, 100)?.lines).toEqual(['Wang', 'Jianguo MD', 'PhD']);
    expect(set(['签署时间 2026-11-22 16:45:00'], 42, 100)?.lines).toEqual(['签署时间', '2026-11-22', '16:45:00']);
  });

  test('a word that is longer than the line is broken too, without losing a character', () => {
    const block = set(['4F2A91C04F2A91C04F2A91C0'], 30, 100);
    expect(block?.lines.length).toBeGreaterThan(1);
    expect(block?.lines.join('')).toBe('4F2A91C04F2A91C04F2A91C0');
    expect(Math.max(...(block?.lines ?? []).map((line) => widthOf(line) * (block?.size ?? 99)))).toBeLessThanOrEqual(
      30,
    );
  });

  test('whatever is given back fits', () => {
    for (let width = 20; width < 120; width += 7) {
      for (let height = 8; height < 60; height += 5) {
        const block = set(['医师：王建国', '2026-11-22 16:45:00', 'Ward 3'], width, height);
        if (block === undefined) continue;
        expect(block.lines.length * LINE_HEIGHT * block.size).toBeLessThanOrEqual(height + 1e-9);
        for (const line of block.lines) expect(widthOf(line) * block.size).toBeLessThanOrEqual(width + 1e-9);
        expect(block.lines.join('').replaceAll(' ', '')).toBe('医师：王建国2026-11-2216:45:00Ward3');
      }
    }
  });

  test('no room at all', () => {
    expect(set(['医师王建国'], 5, 5)).toBeUndefined();
    expect(set(['一', '二', '三'], 100, 8)).toBeUndefined();
  });
});
