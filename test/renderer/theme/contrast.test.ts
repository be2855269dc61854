/** WCAG 2.2 contrast of every pair of colours that text stands in, by day and by night. */
import { describe, expect, it } from 'vitest';
import { dark, light, type Palette } from '../../../src/renderer/theme/tokens.ts';

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const contrast = (a: string, b: string): number => {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
};
const pairs: [keyof Palette, keyof Palette][] = [
  ['ink', 'paper'],
  ['ink', 'sheet'],
  ['ink', 'selection'],
  ['ink', 'rail'],
  ['ink2', 'paper'],
  ['ink2', 'sheet'],
  ['ink2', 'rail'],
  ['ink2', 'selection'],
  ['ink3', 'sheet'],
  ['ink3', 'paper'],
  ['jade', 'sheet'],
  ['jade', 'jade2'],
  ['onJade', 'jade'],
  ['rose', 'rose2'],
  ['rose', 'sheet'],
  ['amber', 'amber2'],
  ['amber', 'paper'],
];
describe.each([
  ['light', light],
  ['dark', dark],
] as const)('%s', (_, palette) => {
  it.each(pairs)('%s on %s reaches 4.5', (text, ground) => {
    expect(contrast(palette[text], palette[ground])).toBeGreaterThanOrEqual(4.5);
  });
});
