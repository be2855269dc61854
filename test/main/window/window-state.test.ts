import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fitToDisplays, readWindowState, writeWindowState } from '../../../src/main/window/window-state.ts';

const left = { x: 0, y: 0, width: 1366, height: 728 };
const right = { x: 1366, y: 0, width: 1920, height: 1040 };
const bounds = { x: 1500, y: 100, width: 1200, height: 700 };

it('a window on the second display stays there while the display is there', () => {
  expect(fitToDisplays({ bounds, maximized: false }, [left, right]).bounds).toEqual(bounds);
  expect(fitToDisplays({ bounds, maximized: true }, [left]).bounds).toEqual({ x: 0, y: 0, width: 1366, height: 728 });
  expect(fitToDisplays({ bounds, maximized: true }, [left]).maximized).toBe(true);
});
it('a title bar above the screen or only a sliver of window counts as lost', () => {
  for (const lost of [
    { ...bounds, x: 100, y: -40 },
    { ...bounds, x: 1300 },
    { ...bounds, x: 100, y: 720 },
  ]) {
    expect(fitToDisplays({ bounds: lost, maximized: false }, [left]).bounds).toEqual({
      x: 0,
      y: 0,
      width: 1366,
      height: 728,
    });
  }
});
it('a window larger than its display shrinks, one that is too small grows', () => {
  const big = { x: 0, y: 0, width: 5000, height: 5000 };
  expect(fitToDisplays({ bounds: big, maximized: false }, [left]).bounds).toMatchObject({ width: 1366, height: 728 });
  const tiny = { x: 0, y: 0, width: 200, height: 100 };
  expect(fitToDisplays({ bounds: tiny, maximized: false }, [left]).bounds).toMatchObject({ width: 900, height: 500 });
});
it('the first start is centred, and no display at all is survived', () => {
  expect(fitToDisplays(undefined, [right]).bounds).toEqual({ x: 1643, y: 136, width: 1366, height: 768 });
  expect(fitToDisplays(undefined, []).bounds).toMatchObject({ width: 1366, height: 768 });
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-window-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});
it('is read back as written; a damaged file is as none', () => {
  const file = join(folder, 'window.json');
  expect(readWindowState(file)).toBeUndefined();
  writeWindowState(file, { bounds, maximized: true });
  expect(readWindowState(file)).toEqual({ bounds, maximized: true });
  for (const damage of [
    '',
    '{',
    '[]',
    '{"bounds":{"x":1}}',
    '{"bounds":{"x":1,"y":1,"width":-5,"height":5},"maximized":false}',
  ]) {
    writeFileSync(file, damage);
    expect(readWindowState(file), damage).toBeUndefined();
  }
});
