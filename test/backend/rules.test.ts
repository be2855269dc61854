/** The file of record types is held against itself on load; what a change was is told line by line. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBackend } from '../../src/backend/index.ts';
import { changesBetween } from '../../src/backend/records/changes.ts';
import { RecordRules } from '../../src/backend/records/rules.ts';

const file = new URL('../../src/backend/demo/record-types.json', import.meta.url);
const demo = (): any => JSON.parse(readFileSync(file, 'utf8'));

describe('the rules of record types', () => {
  it.each<[string, (rules: any) => void, RegExp]>([
    ['a type twice', (r) => r.types.push(r.types[0]), /入院记录 is there twice/],
    ['levels from high to low', (r) => r.types[0].levels.reverse(), /from low to high/],
    ['a level twice', (r) => (r.types[0].levels[1].level = 'resident'), /from low to high/],
    ['nobody who has to sign', (r) => r.types[0].levels.forEach((l: any) => (l.required = false)), /nobody licensed/],
    ['nobody above an intern', (r) => (r.types[8].internNeeds = 'chief'), /high enough/],
    ['a title twice', (r) => r.titles.push(r.titles[0]), /title/],
    ['a level that is none', (r) => (r.titles[0].level = 'boss'), /titles\.0\.level/],
    ['a deadline of no hours', (r) => (r.types[0].deadline.hours = 0), /deadline\.hours/],
    ['a field nobody knows', (r) => (r.types[0].mustRead = true), /types\.0/],
    ['no words in English', (r) => delete r.types[0].levels[0].role.en, /role\.en/],
  ])('%s stops the load, with the place', (_, spoil, why) => {
    const rules = demo();
    spoil(rules);
    expect(() => new RecordRules(rules, 'types.json')).toThrow(why);
  });

  it('a hospital’s own file in the data directory takes the demo’s place; a wrong one stops the start', async () => {
    const dataDir = mkdtempSync(path.join(os.tmpdir(), 'yiqian-rules-'));
    try {
      const own = demo();
      own.hospital = '另一家医院';
      writeFileSync(path.join(dataDir, 'record-types.json'), JSON.stringify(own));
      const backend = await createBackend({ dataDir, port: 0 });
      expect(backend.rooms.rules.file.hospital).toBe('另一家医院');
      await backend.close();
      writeFileSync(path.join(dataDir, 'record-types.json'), '{"hospital": ""}');
      await expect(createBackend({ dataDir, port: 0 })).rejects.toThrow(/record-types\.json/);
    } finally {
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    }
  });

  it('a title reaches its own level and those below, licensed here or not at all', () => {
    const rules = new RecordRules(demo());
    const reach = (title: string) =>
      (['intern', 'resident', 'attending', 'chief'] as const).filter((level) => rules.reaches(title, level));
    expect(reach('主治医师')).toEqual(['intern', 'resident', 'attending']);
    expect(reach('副主任医师')).toEqual(['intern', 'resident', 'attending', 'chief']);
    expect(reach('进修医师')).toEqual(['intern']); // not registered here
    expect(reach('护士')).toEqual([]);
    expect(rules.reaches('护士', null)).toBe(true);
  });
});

describe('what a version changes', () => {
  const section = (text: string) => [{ id: 's1', title: '诊断', text, editable: true }];
  const told = (before: string, after: string) =>
    changesBetween(section(before), section(after), '李医师', 't').map((c) => [c.where, c.before, c.after]);
  it.each([
    ['一', '二', [['诊断', '一', '二']]],
    ['一\n二\n三', '一\n贰\n三', [['诊断 2', '二', '贰']]],
    ['一\n三', '一\n二\n三', [['诊断 2', '', '二']]],
    ['一\n二\n三', '一\n三', [['诊断 2', '二', '']]],
    ['一\n二', '一', [['诊断 2', '二', '']]],
    [
      '',
      '一\n二',
      [
        ['诊断 1', '', '一'],
        ['诊断 2', '', '二'],
      ],
    ],
    ['一\n二', '一\n二', []],
    [
      '甲\n乙\n丙',
      '丙\n甲\n乙',
      [
        ['诊断 1', '', '丙'],
        ['诊断 3', '丙', ''],
      ],
    ],
  ])('%j → %j', (before, after, expected) => expect(told(before, after)).toEqual(expected));
});
