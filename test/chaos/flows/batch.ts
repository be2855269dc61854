/** 批量签署, struck anywhere between the proposal and the last receipt; the next round goes on with what was not begun. */
import type { BatchItem, BatchView } from '../../../src/shared/batch.ts';
import { factsOfRecord, readBackend, readDesk } from '../invariants/facts.ts';
import type { Random } from '../random.ts';
import type { Report } from '../report.ts';
import { chaosPin, signerId, type Ward } from '../ward.ts';
import { planStrikes, pointsOf, type Way } from './plan.ts';

/** Records per batch. */
export const BATCH = 8;

const itemOf = ({ id, version }: { id: string; version: number }): BatchItem => ({
  recordId: id,
  version,
  handle: null,
  placement: null,
  layout: null,
  sealId: null,
  dropActive: false,
  reason: '审阅并签署',
});

const isOver = (state: BatchView['state']): boolean => state === 'finished' || state === 'interrupted';

/** What was not begun of the last batch, or a new list; to its end. `cancel`: the person stops it after its first record. */
async function oneBatch(ward: Ward, cancel = false): Promise<void> {
  const { desk } = ward;
  const last = await desk.call('batch:get', undefined);
  const rest = last?.rows.some((r) => r.state === 'not-begun' || r.state === 'failed') === true;
  const list =
    last && rest
      ? await desk.call('batch:resume', { batchId: last.batchId })
      : await desk.call('batch:propose', { items: (await ward.waiting()).slice(0, BATCH).map(itemOf) });
  if (list.rows.length === 0) return;
  ward.approve(list.rows);
  const over = desk.event('batch:progress', (p) => isOver(p.state));
  const first = desk.event('batch:progress', (p) => p.signed > 0 || isOver(p.state));
  await desk.call('batch:start', { listId: list.listId, digest: list.digest, pin: chaosPin });
  if (cancel) {
    await first;
    await desk.call('batch:cancel', undefined);
  }
  await over;
}

/** What the desk says of its last batch, held against the files and the backend's books. */
async function checkView(ward: Ward, report: Report, after: string): Promise<void> {
  const view = await ward.desk.call('batch:get', undefined);
  if (!view) return;
  const say = (what: string): void => void report.violations.push({ kind: 'disagrees', what, after });
  if (!isOver(view.state)) say(`the batch is ${view.state} after a new start`);
  // The desk first: what it hands in between the two looks is then seen twice, and not never.
  const desk = readDesk(ward.userData);
  const backend = readBackend(ward.hospital.data);
  for (const row of view.rows) {
    const isSigned = factsOfRecord(backend, desk, row.recordId, row.version, signerId).signed;
    const ended = row.state === 'signed' || row.state === 'failed' || row.state === 'not-begun';
    if (!ended) say(`${row.recordId} v${row.version} is ${row.state} in a batch that is over`);
    if (ended && isSigned !== (row.state === 'signed')) {
      say(
        `${row.recordId} v${row.version} is ${row.state} in the batch, and ${isSigned ? '' : 'not '}signed on the disk`,
      );
    }
  }
  const counted = view.signed + view.failed + view.notBegun;
  if (counted !== view.total) say(`${counted} of ${view.total} records of the batch have an end`);
}

export async function batchFlow(ward: Ward, report: Report, random: Random, kills: number): Promise<void> {
  const { desk } = ward;
  await ward.open();
  await oneBatch(ward); // the workers are warm from here on, as they are on a ward's morning
  desk.arm({ at: 0, how: 'kill' });
  const began = performance.now();
  await oneBatch(ward);
  const way: Way = { passed: desk.points(), milliseconds: performance.now() - began };
  await ward.settle(report, 'a batch without a death', true);
  const kinds = Object.keys(way.passed).length;
  report.notes.push(
    `batch of ${BATCH} without a death: ${pointsOf(way)} points of ${kinds} kinds, ${Math.round(way.milliseconds)} ms`,
  );

  for (const strike of planStrikes(kills, random)) {
    const cancel = random.next() < 0.15;
    const where = await ward.strike(report, 'batch', strike, way, () => oneBatch(ward, cancel));
    await checkView(ward, report, where);
  }
  for (let left = 1; left > 0;) {
    await oneBatch(ward);
    const view = await desk.call('batch:get', undefined);
    left = view?.rows.filter((r) => r.state !== 'signed').length ?? 0;
  }
  await ward.settle(report, 'the last batch', true);
}
