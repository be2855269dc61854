import { describe, expect, it } from 'vitest';
import { calls } from '../../../src/shared/ipc.ts';
import { drawingOf, emptyDraft, lacks, requestOf, type SealDraft } from '../../../src/renderer/screens/seals/draft.ts';

const NOW = Date.parse('2026-11-22T20:00:00Z');
const draft = (over: Partial<SealDraft> = {}): SealDraft => ({
  ...emptyDraft(NOW),
  organisation: ' 示范医院 ',
  name: '公章',
  holders: [{ id: '4A7F', name: '李医师', notAfter: '' }],
  maker: { tokenId: 'slot 0', keyId: 'k1' },
  ...over,
});

it('an empty draft lacks everything but the validity: a year from today, UTC+8', () => {
  expect(lacks(emptyDraft(NOW), '')).toEqual(['picture', 'name', 'holders', 'maker']);
  expect([emptyDraft(NOW).from, emptyDraft(NOW).to]).toEqual(['2026-11-23', '2027-11-23']);
});

describe('a drawing is asked for once its words are there and its size is within bounds', () => {
  it.each([
    ['round', {}, { kind: 'round', organisation: '示范医院', centre: '', number: '', diameterMm: 42 }],
    ['no words', { organisation: ' ' }, null],
    ['too large', { sizes: { round: 61, department: 45, name: 18 } }, null],
    ['department without its name', { kind: 'department' }, null],
    ['name', { kind: 'name', person: '李医师' }, { kind: 'name', name: '李医师', sideMm: 18 }],
    ['a file is no drawing', { kind: 'file' }, null],
  ] as const)('%s', (_, over, drawing) => expect(drawingOf(draft(over))).toEqual(drawing));
});

it.each([
  ['an end before the begin', { to: '2026-11-01' }],
  ['no day at all', { to: '2027-13-40' }],
  ['half a day', { from: '2026-11' }],
])('%s is no validity', (_, over) => expect(lacks(draft(over), '123456')).toEqual(['validity']));

it('what is sent fits the contract; days begin and end in UTC+8', () => {
  const request = requestOf(draft(), '123456');
  expect(calls['seals:make'].input.safeParse(request).success).toBe(true);
  expect(request).toMatchObject({
    validFrom: '2026-11-22T16:00:00.000Z',
    validTo: '2027-11-23T15:59:59.000Z',
    maker: { tokenId: 'slot 0', keyId: 'k1', pin: '123456' },
  });
  const file = requestOf(draft({ kind: 'file', file: { handle: 'p1', name: 'x.png', url: '' } }), '1');
  expect(file.picture).toEqual({ handle: 'p1', widthMm: 40, heightMm: 15 });
});
