/** What a phone shows of a patient's name: never all of it. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { initials } from '../../../src/main/phone/initials.ts';

it.each([
  ['王小明', '王＊'],
  ['周某', '周＊'],
  ['欧阳娜娜', '欧＊'],
  ['买买提·艾力', '买＊'],
  ['李', '＊'],
  ['', '＊'],
  ['  12 ', '＊'],
  ['（化名）张三', '化＊'],
  ['John Smith', 'J.S.'],
  ['anna maria berg', 'A.M.B.'],
  ['Anna Maria Luisa Berg', 'A.M.L.＊'],
  ['Madonna', 'M.'],
  ['J S', 'J.＊'],
  ['É. Dupont-Durand', 'É.D.D.'],
  ['Иван Петров', 'И.П.'],
  ['김철수', '김＊'],
])('%s → %s', (name, shown) => {
  expect(initials(name)).toBe(shown);
});

it('fits a row, and never tells the whole name', () => {
  const letters = (s: string) => [...s.normalize('NFC')].filter((c) => /\p{L}/u.test(c)).join('');
  const name = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc
      .array(fc.constantFrom('王', '小', '明', ' ', '·', 'a', 'B', 'ß', '-', '𠮷', '1'), { maxLength: 12 })
      .map((c) => c.join('')),
  );
  fc.assert(
    fc.property(name, (n) => {
      const shown = initials(n);
      expect(shown.length).toBeGreaterThan(0);
      expect(shown.length).toBeLessThanOrEqual(12);
      if (letters(n) !== '') expect(letters(shown).toLowerCase()).not.toBe(letters(n).toLowerCase());
    }),
  );
});
