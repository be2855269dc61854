/** The backend dies while lists are signed; or both die, the desk first or the backend first. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.ts';
import type { Report } from '../report.ts';
import { Refused } from '../desk-process.ts';
import { chaosPin, unlessItDies, type Ward } from '../ward.ts';
import { finishLists, openSome } from './list.ts';
import { armingOf, planStrikes, type Strike, type Way } from './plan.ts';

/** Undefined when it was refused or died. */
const attempt = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await unlessItDies(work);
  } catch (e) {
    if (e instanceof Refused) return undefined;
    throw e;
  }
};

export async function backendFlow(ward: Ward, report: Report, random: Random, kills: number): Promise<void> {
  const { desk, hospital } = ward;
  await ward.open();
  const first = await openSome(ward);
  hospital.arm({ at: 0, how: 'kill' });
  const began = performance.now();
  await desk.call('sign:approve', { items: first, pin: chaosPin });
  const way: Way = { passed: hospital.points(), milliseconds: performance.now() - began };
  await ward.settle(report, 'a list without a death of the backend', true);
  for (const strike of planStrikes(kills, random)) await oneDeath(ward, report, strike, way, random.next() < 0.3);
  await finishLists(ward);
  await ward.settle(report, 'the backend stays', true);
}

async function oneDeath(ward: Ward, report: Report, strike: Strike, way: Way, both: boolean): Promise<void> {
  const { desk, hospital } = ward;
  const items = await openSome(ward);
  if (strike.how !== 'time') hospital.arm(armingOf(strike, way, strike.how));
  const answer = attempt(desk.call('sign:approve', { items, pin: chaosPin }));
  if (strike.how === 'time') {
    await sleep(strike.at * way.milliseconds);
    await hospital.kill('the clock');
  }
  // The desk does not wait for ever for a backend that is gone; when both go, it has no say in it.
  const first = await Promise.race([
    hospital.died.then(() => 'backend' as const),
    answer.then(() => 'answer' as const),
  ]);
  if (both && first === 'backend') await desk.kill('with the backend');
  await answer;
  if (hospital.running) {
    report.missed += 1;
    await hospital.kill('after the end');
  }
  const death = await hospital.died;
  const flow = both && first === 'backend' ? 'both' : 'backend';
  report.strikes.push({ flow, point: death.point, how: strike.how });
  await hospital.start();
  await ward.open();
  await ward.settle(report, `${flow}: ${death.point} (${strike.how})`);
}
