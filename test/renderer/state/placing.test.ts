import { describe, expect, it } from 'vitest';
import type { PlacementRuleView } from '../../../src/shared/models.ts';
import { complete, movedRule } from '../../../src/renderer/state/placing.ts';
import { thingsOf } from '../../../src/renderer/screens/review/ActiveContent.tsx';

const to = { page: 2, x: 30, y: 40, width: 40, height: 15 };

describe('moving a picture moves its rule', () => {
  it.each<[PlacementRuleView, unknown]>([
    [
      { kind: 'fixed', page: 1, x: 1, y: 2 },
      { kind: 'fixed', page: 2, x: 30, y: 40 },
    ],
    [
      { kind: 'pages', pages: 'odd', x: 1, y: 2 },
      { kind: 'pages', pages: 'odd', x: 30, y: 40 },
    ],
    [
      { kind: 'keyword', text: 'a', dx: 0.1 },
      { kind: 'keyword', text: 'a', dx: 0.3, dy: -5 },
    ],
    [
      { kind: 'riding', edge: 'left' },
      { kind: 'riding', edge: 'left', offset: 40 },
    ],
    [
      { kind: 'riding', edge: 'top', offset: 3 },
      { kind: 'riding', edge: 'top', offset: 30 },
    ],
    [{ kind: 'field', name: 'S' }, null],
  ])('%j', (rule, moved) => expect(movedRule(rule, 0.2, -5, to)).toEqual(moved));
});

describe('a rule is worked out once enough is said', () => {
  it.each<[PlacementRuleView, boolean]>([
    [{ kind: 'keyword', text: ' ' }, false],
    [{ kind: 'field', name: '' }, false],
    [{ kind: 'pages', pages: { list: '1,3-5,-1' }, x: 0, y: 0 }, true],
    [{ kind: 'pages', pages: { list: '1，3' }, x: 0, y: 0 }, true],
    [{ kind: 'riding', edge: 'right', pages: { list: '2-' } }, false],
    [{ kind: 'riding', edge: 'right' }, true],
  ])('%j: %s', (rule, enough) => expect(complete(rule)).toBe(enough));
});

it('what a document carries is listed one by one, in either language', () => {
  const error = {
    code: 'PDF_ACTIVE_CONTENT',
    zh: { what: '文件带有签署后仍会改变显示的内容：脚本；第 1 页：按钮。', next: '' },
    en: { what: 'The document carries content that can change what it shows: a script; a button (page 1).', next: '' },
    detail: 'JS 12; LAUNCH 14',
  };
  expect(thingsOf(error, 'zh')).toEqual(['脚本', '第 1 页：按钮']);
  expect(thingsOf(error, 'en')).toEqual(['a script', 'a button (page 1)']);
  expect(thingsOf({ ...error, zh: { what: '不能签署。', next: '' } }, 'zh')).toEqual(['JS 12', 'LAUNCH 14']);
});
