import { describe, expect, it } from 'vitest';
import { breakLines, pieces } from '../../../src/core/consent/form/text-lines.ts';

/** Every character 10 points wide. */
const width = (text: string): number => [...text].length * 10;
const lines = (text: string, measure: number, indent = 0): string[] =>
  breakLines(pieces(text, width), measure, indent, true).map((l) => l.pieces.map((p) => p.text).join(''));

describe('Chinese lines', () => {
  it('begin with no closing mark', () => {
    expect(lines('患者今日，未诉胸痛', 40)).toEqual(['患者今', '日，未诉', '胸痛']);
  });

  it('end with no opening mark', () => {
    expect(lines('诊断为（急性）心梗', 40)).toEqual(['诊断为', '（急性）', '心梗']);
  });

  it('keep words and figures whole', () => {
    expect(lines('血压180/100偏高', 80)).toEqual(['血压', '180/100偏', '高']);
  });

  it('drop the space at a break and indent the first line', () => {
    expect(lines('甲乙 丙丁', 30)).toEqual(['甲乙', '丙丁']);
    expect(lines('甲乙丙丁', 40, 20)).toEqual(['甲乙', '丙丁']);
  });

  it('fill the measure exactly, but for the last', () => {
    const all = breakLines(pieces('血压180/100偏高', width), 80, 0, true);
    const filled = all.map((l) => l.pieces.reduce((sum, p) => sum + p.width, 0) + l.gap * (l.pieces.length - 1));
    expect(filled.slice(0, -1).every((w) => Math.abs(w - 80) < 1e-9)).toBe(true);
    expect(all.at(-1)?.gap).toBe(0);
  });

  it('go on when one piece is wider than the measure', () => {
    expect(lines('A'.repeat(9) + '甲', 40)).toEqual(['AAAAAAAAA', '甲']);
  });
});
