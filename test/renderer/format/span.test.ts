import { describe, expect, it } from 'vitest';
import { due } from '../../../src/renderer/format/due.ts';
import { bytesText, digestStart, span } from '../../../src/renderer/format/size.ts';
import { lineAt } from '../../../src/renderer/components/VirtualList.tsx';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [200_000, '200 KB'],
  [40_000_000, '40.0 MB'],
  [1_234_000_000, '1.23 GB'],
])('%i bytes are %s', (n, text) => expect(bytesText(n)).toBe(text));

it.each([
  [0, 'milliseconds', '0'],
  [999, 'milliseconds', '999'],
  [4100, 'seconds', '4.1'],
  [59_600, 'seconds', '60'],
  [184_000, 'minutes', '3:04'],
])('%i ms are said in %s', (ms, unit, n) => expect(span(ms)).toEqual({ unit, n }));

it('a digest is read out in fours', () => expect(digestStart('3f2a91c04d7e5b86aa')).toBe('3F2A 91C0 4D7E 5B86'));

describe('due', () => {
  const now = Date.parse('2026-11-22T08:00:00Z');
  const at = (minutes: number) => due(new Date(now + minutes * 60_000).toISOString(), now);
  it.each([
    [30, 'soon', 'minutes', 30],
    [119, 'soon', 'hours', 1],
    [121, 'later', 'hours', 2],
    [3000, 'later', 'days', 2],
    [-5, 'over', 'minutes', 5],
    [-130, 'over', 'hours', 2],
  ])('%i minutes', (minutes, state, unit, n) => expect(at(minutes)).toEqual({ state, unit, n }));
});

it('the line at a height, by halving', () => {
  const tops = [0, 36, 90, 126];
  expect([-5, 0, 35, 36, 89, 90, 500].map((y) => lineAt(tops, y))).toEqual([0, 0, 0, 1, 1, 2, 3]);
});
