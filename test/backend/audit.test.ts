/** The audit intake over HTTP: a chain is continued, never changed, never forked, and given back as it came. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { appendTo, hashOfEntry, readAudit, seedOf, verifyChain, type AuditEntry } from '../../src/core/audit/index.ts';
import { createdAt, desk as someDesk, entriesOf, facts } from '../core/audit/chains.ts';
import { base64, Hospital, type Answer } from './hospital.ts';

let hospital: Hospital;
let token: string;
const entries = entriesOf(8);
beforeAll(async () => {
  hospital = await Hospital.open();
  token = await hospital.signIn(await hospital.doctor('10023', '李医师'));
});
afterAll(() => hospital.close());

const post = (
  list: readonly unknown[],
  { desk = someDesk, anchors = [] as unknown[], made = createdAt } = {},
): Promise<Answer> =>
  hospital.call('POST', `/api/v1/audit/${desk}`, { token, json: { createdAt: made, entries: list, anchors } });
const exported = async (desk = someDesk) => {
  const answer = await hospital.call('GET', `/api/v1/audit/${desk}`, { token: hospital.admin });
  expect(answer.status).toBe(200);
  const [chain] = await readAudit(new TextDecoder().decode(answer.bytes).split('\n'));
  return chain!;
};
const outcome = ({ status, json }: Answer): unknown => [
  status,
  json.code ?? json.last,
  json.params?.index ?? json.params?.last,
];

it('takes a chain in pieces; what it has is skipped, also when a piece overlaps', async () => {
  expect(outcome(await post(entries.slice(0, 3)))).toEqual([200, 3, undefined]);
  expect(outcome(await post(entries.slice(0, 3)))).toEqual([200, 3, undefined]);
  expect(outcome(await post(entries.slice(1, 5)))).toEqual([200, 5, undefined]);
  expect(outcome(await post([]))).toEqual([200, 5, undefined]);
  const chain = await exported();
  expect(chain.entries).toEqual(entries.slice(0, 5));
  expect((await verifyChain(chain)).faults).toEqual([]);
});
it('a gap is named with what is here', async () => {
  expect(outcome(await post(entries.slice(6)))).toEqual([409, 'AUDIT_GAP', 5]);
  expect(
    outcome(await post([], { anchors: [{ index: 7, hash: entries[6]!.hash, time: 't', token: 'AAAA' }] })),
  ).toEqual([409, 'AUDIT_GAP', 5]);
});
it('a fork is refused whole, named, and its entry kept as evidence', async () => {
  const rewritten = appendTo(entries[3]!, facts(5, { who: 'nobody' }));
  const onward = appendTo(rewritten, facts(6));
  expect(outcome(await post([rewritten, onward]))).toEqual([409, 'AUDIT_FORK', 5]);
  expect(outcome(await post([appendTo(rewritten, facts(6))]))).toEqual([409, 'AUDIT_FORK', 6]);
  // Nothing of a parcel stays when its end is refused.
  expect(outcome(await post([entries[5]!, appendTo(rewritten, facts(7))]))).toEqual([409, 'AUDIT_FORK', 6]);
  expect(outcome(await post(entries.slice(0, 2), { made: '2031' }))).toEqual([409, 'AUDIT_FORK', 1]);
  expect(
    outcome(await post([], { anchors: [{ index: 4, hash: entries[4]!.hash, time: 't', token: 'AAAA' }] })),
  ).toEqual([409, 'AUDIT_FORK', 4]);
  expect((await exported()).entries).toEqual(entries.slice(0, 5));
  const { json } = await hospital.call('GET', '/api/v1/audit', { token: hospital.admin });
  expect(json.desks).toEqual([
    { desk: someDesk, createdAt, entries: 5, anchors: 0, refused: 4, receivedAt: expect.any(String) },
  ]);
});
it('an entry that does not carry its own hash is refused', async () => {
  expect(outcome(await post([{ ...entries[5]!, who: 'x' }]))).toEqual([422, 'AUDIT_INVALID', 6]);
  expect(outcome(await post([{ index: 6, previous: '', hash: '' }]))).toEqual([422, 'AUDIT_INVALID', 6]);
  const nested = { ...entries[5]!, note: { deep: true } } as unknown as AuditEntry;
  expect(outcome(await post([{ ...nested, hash: hashOfEntry(nested) }]))).toEqual([422, 'AUDIT_INVALID', 6]);
});
it('what a newer desk tells besides is kept', async () => {
  const later = appendTo(entries[4]!, { ...facts(6), room: '3 号' } as never);
  expect(outcome(await post([later]))).toEqual([200, 6, undefined]);
  expect((await exported()).entries).toEqual([...entries.slice(0, 5), later]);
});
it('anchors are kept once, over what stands here', async () => {
  const anchor = {
    index: 4,
    hash: entries[3]!.hash,
    time: '2030-06-02T12:00:00.000Z',
    token: base64(Uint8Array.of(1, 2, 3)),
  };
  expect(outcome(await post([], { anchors: [anchor] }))).toEqual([200, 6, undefined]);
  expect(outcome(await post([], { anchors: [{ ...anchor, token: 'AAAA' }] }))).toEqual([200, 6, undefined]);
  expect((await exported()).anchors).toEqual([{ ...anchor, token: Uint8Array.of(1, 2, 3) }]);
});
it('the store itself refuses to change or delete an entry', () => {
  const { store } = hospital.backend.rooms;
  expect(() => store.run(`UPDATE audit_entries SET entry = '{}'`)).toThrow('append only');
  expect(() => store.run('DELETE FROM audit_entries')).toThrow('append only');
  expect(() => store.run('DELETE FROM audit_anchors')).toThrow('append only');
});
it('survives a restart, and is read page by page', async () => {
  const desk = '0d6c0d3e-6a52-4c39-9a5f-7f3b1f1f0002';
  const list: AuditEntry[] = [];
  for (let n = 1; n <= 1200; n++) list.push(appendTo(list.at(-1) ?? seedOf(desk, createdAt), facts(n)));
  for (let at = 0; at < list.length; at += 80) await post(list.slice(at, at + 80), { desk });
  await hospital.restart();
  token = await hospital.signIn(await hospital.doctor('10023', '李医师'));
  expect((await exported(desk)).entries).toEqual(list);
  expect(hospital.faults).toEqual([]);
});
