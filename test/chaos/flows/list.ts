/** A short list signed from the review screen (`sign:approve`), struck somewhere between the approval and the last receipt. */
import type { CallInput } from '../../../src/shared/ipc.ts';
import type { Random } from '../random.ts';
import type { Report } from '../report.ts';
import { chaosPin, type Ward } from '../ward.ts';
import { planStrikes, pointsOf, type Way } from './plan.ts';

/** The list is empty: all is signed, or it could not be fetched. */
export class OutOfRecords extends Error {
  override readonly name = 'OutOfRecords';
}

/** Records per list. */
export const LENGTH = 4;

type Item = CallInput<'sign:approve'>['items'][number];

async function openAll(ward: Ward, records: readonly { id: string; version: number }[]): Promise<Item[]> {
  const items: Item[] = [];
  for (const { id, version } of records) {
    const o = await ward.desk.call('records:open', { recordId: id, version });
    items.push({
      recordId: id,
      version,
      handle: o.document.handle,
      placement: o.placement,
      layout: o.layout,
      sealId: o.sealId,
      dropActive: false,
      reason: '审阅并签署',
    });
  }
  return items;
}

/** Opens the next records of the ward, which are then in an approved list. */
export async function openSome(ward: Ward): Promise<Item[]> {
  const items = await openAll(ward, (await ward.waiting()).slice(0, LENGTH));
  if (items.length === 0) throw new OutOfRecords('the ward has run out of records');
  ward.approve(items);
  return items;
}

export async function listFlow(ward: Ward, report: Report, random: Random, kills: number): Promise<void> {
  const { desk } = ward;
  await ward.open();
  // The length of the way, in points and in time, without a death.
  const first = await openSome(ward);
  desk.arm({ at: 0, how: 'kill' });
  const began = performance.now();
  await desk.call('sign:approve', { items: first, pin: chaosPin });
  const way: Way = { passed: desk.points(), milliseconds: performance.now() - began };
  await ward.settle(report, 'a list without a death', true);
  report.notes.push(
    `list of ${LENGTH} without a death: ${pointsOf(way)} points of ${Object.keys(way.passed).length} kinds, ${Math.round(way.milliseconds)} ms`,
  );

  for (const strike of planStrikes(kills, random)) {
    const items = await openSome(ward);
    await ward.strike(report, 'list', strike, way, () => desk.call('sign:approve', { items, pin: chaosPin }));
  }
  await finishLists(ward);
  await ward.settle(report, 'the last list', true);
}

/** What is still offered of the approved lists is signed, so that the run ends with all of it in the backend's hands. */
export async function finishLists(ward: Ward): Promise<void> {
  const waiting = await ward.waiting();
  const left = waiting.filter(({ id, version }) => ward.approved.has(`${id} v${version}`));
  for (let at = 0; at < left.length; at += LENGTH) {
    const items = await openAll(ward, left.slice(at, at + LENGTH));
    await ward.desk.call('sign:approve', { items, pin: chaosPin });
  }
}
