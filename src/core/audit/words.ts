/** What is said of a fault, in both languages. */
import type { AuditFault, AuditFaultKind } from './types.ts';

const words = {
  changed: (i: number) => [`第 ${i} 条被改动过。`, `Entry ${i} was changed.`],
  rewritten: (i: number) => [
    `第 ${i} 条及其之前的若干条可能被改写：后一条仍指着原来的内容。`,
    `Entry ${i} was rewritten, maybe some before it too: the next one still names what stood there.`,
  ],
  start: (i: number) => [
    `链的开头对不上：桌面标识、建立时间或第 ${i} 条被改动过。`,
    `The beginning does not fit: the desk's name, the time of making or entry ${i} was changed.`,
  ],
  copy: (i: number) => [
    `第 ${i} 条与保存在别处的副本不同，从这里起被改写。`,
    `Entry ${i} differs from the copy kept elsewhere: rewritten from here on.`,
  ],
  stamped: (i: number) => [
    `第 ${i} 条与时间戳锚定的不同：上一个锚点之后到这里被改写。`,
    `Entry ${i} is not the one that was time-stamped: something after the anchor before was rewritten.`,
  ],
  removed: (from: number, to: number) =>
    from === to
      ? [`第 ${from} 条缺失。`, `Entry ${from} is missing.`]
      : [`第 ${from}–${to} 条缺失。`, `Entries ${from} to ${to} are missing.`],
  beginning: (i: number) => [
    `第 1–${i} 条不在，也没有锚点证明它们是按规定归档的。`,
    `Entries 1 to ${i} are not there, and no anchor proves that they were put away.`,
  ],
  inserted: (i: number) => [`第 ${i} 条的位置被插入了一条。`, `An entry was put in at ${i}.`],
  reordered: (i: number) => [`第 ${i} 条不在原来的位置。`, `Entry ${i} stands in another place.`],
  'cut-off': (i: number) => [`从第 ${i} 条起被截去。`, `Entries from ${i} on were cut off.`],
  'no-end': (i: number) => [
    `文件没有结尾，从第 ${i} 条起可能被截去。`,
    `The file has no end: entries from ${i} on may have been cut off.`,
  ],
  anchor: (i: number, reason: string) => [
    `第 ${i} 条的时间戳锚点无效：${reason}。`,
    `The time stamp over entry ${i} does not hold: ${reason}.`,
  ],
  unreadable: (i: number, reason: string) => [
    `第 ${i} 条的位置读不懂：${reason}。`,
    `What stands at entry ${i} cannot be read: ${reason}.`,
  ],
} as const;

const kinds: Readonly<Record<keyof typeof words, AuditFaultKind>> = {
  changed: 'changed',
  rewritten: 'changed',
  start: 'changed',
  copy: 'changed',
  stamped: 'changed',
  removed: 'removed',
  beginning: 'removed',
  inserted: 'inserted',
  reordered: 'reordered',
  'cut-off': 'cut-off',
  'no-end': 'cut-off',
  anchor: 'anchor',
  unreadable: 'unreadable',
};

export function fault<K extends keyof typeof words>(what: K, ...about: Parameters<(typeof words)[K]>): AuditFault {
  const say = words[what] as (...a: readonly (number | string)[]) => readonly string[];
  const [zh = '', en = ''] = say(...about);
  return { kind: kinds[what], index: about[0], zh, en };
}
