import { describe, expect, it } from 'vitest';
import { textDifference, type TextPart } from '../../../src/core/report/index.ts';

const told = (before: string, after: string): string =>
  textDifference(before, after)
    .map(({ kind, text }) => (kind === 'same' ? text : kind === 'removed' ? `[-${text}-]` : `{+${text}+}`))
    .join('');
const side = (parts: readonly TextPart[], without: TextPart['kind']): string =>
  parts
    .filter((p) => p.kind !== without)
    .map((p) => p.text)
    .join('');

describe('what differs between two texts', () => {
  it.each([
    ['', '', ''],
    ['无', '无', '无'],
    ['', '新', '{+新+}'],
    ['旧', '', '[-旧-]'],
    ['心功能 II 级（NYHA）；', '心功能 III 级（NYHA）；', '心功能 [-II-]{+III+} 级（NYHA）；'],
    ['比索洛尔 2.5 mg 口服', '比索洛尔 5 mg 口服', '比索洛尔 [-2.5-]{+5+} mg 口服'],
    ['患者未诉胸痛，睡眠可。', '患者未诉胸痛、心悸，睡眠可。', '患者未诉胸痛{+、心悸+}，睡眠可。'],
    ['一。二。三。', '一。三。', '一。[-二。-]三。'],
    ['血钾 3.3。\n复查。', '血钾 3.9。\n明日复查。', '血钾 [-3.3-]{+3.9+}。\n{+明日+}复查。'],
    // A character outside the basic plane is one character.
    ['𠮷氏征阴性', '𡋾氏征阴性', '[-𠮷-]{+𡋾+}氏征阴性'],
  ])('%j → %j', (before, after, expected) => expect(told(before, after)).toBe(expected));

  it('is whole on both sides, whatever the texts are', () => {
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 48_271) % 0x7fffffff) % n;
    const letters = ['心', '肺', '。', '，', 'a', 'b', '1', '.', ' ', '\n', '𠮷', 'é'];
    for (let run = 0; run < 400; run++) {
      const make = (): string => Array.from({ length: random(40) }, () => letters[random(letters.length)]).join('');
      const [before, after] = [make(), make()];
      const parts = textDifference(before, after);
      expect(side(parts, 'added')).toBe(before);
      expect(side(parts, 'removed')).toBe(after);
      for (const [i, part] of parts.entries()) {
        expect(part.text).not.toBe('');
        expect(parts[i + 1]?.kind).not.toBe(part.kind);
      }
    }
  });

  it('finds a shortest way: no more is told as changed than must be', () => {
    const parts = textDifference('甲乙丙丁戊己庚', '甲丙丁辛戊庚');
    const changed = parts.filter((p) => p.kind !== 'same').reduce((n, p) => n + p.text.length, 0);
    expect(changed).toBe(3); // 乙 and 己 out, 辛 in
  });

  it('tells two long strange texts as one exchanged for the other, without searching for ever', () => {
    const [before, after] = ['心'.repeat(20_000), '肺'.repeat(20_000)];
    expect(textDifference(before, after)).toEqual([
      { kind: 'removed', text: before },
      { kind: 'added', text: after },
    ]);
  });

  it('one changed character in 20 000 is one changed character', () => {
    const text = '患者神志清楚，查体合作。'.repeat(1700);
    const changed = `${text.slice(0, 9_996)}模${text.slice(9_997)}`;
    const different = textDifference(text, changed).filter((p) => p.kind !== 'same');
    expect(different.map((p) => p.text.length)).toEqual([1, 1]);
  });
});
