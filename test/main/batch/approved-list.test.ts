/** The digest of a list: what is approved with the PIN. Every part of it counts, and how it is written down does not. */
import { expect, it } from 'vitest';
import {
  canonicalList,
  digestOfList,
  type ListedItem,
  type ListToApprove,
} from '../../../src/main/batch/approved-list.ts';

const item: ListedItem = {
  recordId: 'EMR-1',
  version: 2,
  placement: { page: 1, x: 120.5, y: 40, width: 40, height: 15 },
  layout: null,
  sealId: null,
  dropActive: false,
  reason: '审阅并签署',
  sm3: 'AB'.repeat(32),
  size: 204_800,
  reviewed: true,
};
const list: ListToApprove = { listId: 'L1', personId: 'li', certificate: '4A01', items: [item] };

it('is text that anybody can write down and hash again', () => {
  expect(canonicalList(list)).toBe(
    'YIQIAN-APPROVED-LIST-1\n' +
      '{"bytes":204800,"certificate":"4A01","count":1,"listId":"L1","personId":"li"}\n' +
      '{"dropActive":false,"layout":null,"placement":{"height":15,"page":1,"width":40,"x":120.5,"y":40},"reason":"审阅并签署",' +
      `"recordId":"EMR-1","reviewed":true,"sealId":null,"size":204800,"sm3":"${'AB'.repeat(32)}","version":2}\n`,
  );
  // openssl dgst -sm3 over these bytes
  expect(digestOfList(list)).toBe('692E971FD27E0FE03A5F93C9D9E6C9335F714B462B027270FC649FE55999C142');
});

it('does not depend on the order in which members were written, nor on the case of the digests', () => {
  const turned = {
    ...item,
    placement: { height: 15, width: 40, y: 40, x: 120.5, page: 1 },
    sm3: item.sm3.toLowerCase(),
  };
  expect(digestOfList({ ...list, items: [turned] })).toBe(digestOfList(list));
});

it('changes with anything that is approved', () => {
  const other: readonly Partial<ListedItem>[] = [
    { recordId: 'EMR-2' },
    { version: 3 },
    { placement: null },
    { placement: { page: 2, x: 120.5, y: 40, width: 40, height: 15 } },
    { layout: { kind: 'keyword', text: '医师签名' } },
    { layout: { kind: 'riding', edge: 'left', groupSize: 4 } },
    { sealId: 'F'.repeat(64) },
    { dropActive: true },
    { reason: '' },
    { sm3: 'AC'.repeat(32) },
    { size: 204_801 },
    { reviewed: false },
  ];
  const digests = [
    digestOfList(list),
    ...other.map((change) => digestOfList({ ...list, items: [{ ...item, ...change }] })),
    digestOfList({ ...list, listId: 'L2' }),
    digestOfList({ ...list, personId: 'zhao' }),
    digestOfList({ ...list, certificate: '4A02' }),
    digestOfList({ ...list, items: [] }),
    digestOfList({ ...list, items: [item, { ...item, recordId: 'EMR-2' }] }),
    digestOfList({ ...list, items: [{ ...item, recordId: 'EMR-2' }, item] }),
  ];
  expect(new Set(digests).size).toBe(digests.length);
});

it('a text with a line end in it cannot pass for two records', () => {
  const text = canonicalList({ ...list, items: [{ ...item, reason: 'a\n{"recordId":"EMR-9"}' }] });
  expect(text.split('\n')).toHaveLength(4);
});
