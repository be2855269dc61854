/** The key is pulled out somewhere on the way of a list, put in again, and work goes on in the same run of the program. */
import type { Random } from '../random.ts';
import type { Report } from '../report.ts';
import { Refused } from '../desk-process.ts';
import { tokenControl } from '../token-control.ts';
import { chaosPin, type Ward } from '../ward.ts';
import { finishLists, openSome } from './list.ts';
import { armingOf, planStrikes, type Way } from './plan.ts';

export async function keyFlow(ward: Ward, report: Report, random: Random, pulls: number): Promise<void> {
  const { desk, hospital } = ward;
  await ward.open();
  const first = await openSome(ward);
  desk.arm({ at: 0, how: 'pull' });
  const began = performance.now();
  await desk.call('sign:approve', { items: first, pin: chaosPin });
  const way: Way = { passed: desk.points(), milliseconds: performance.now() - began };
  for (const strike of planStrikes(pulls, random)) {
    const items = await openSome(ward);
    desk.arm(armingOf(strike, way, 'pull'));
    await desk.call('sign:approve', { items, pin: chaosPin }).catch((e: unknown) => {
      if (!(e instanceof Refused)) throw e;
    });
    const struck = desk.struck();
    if (struck) report.strikes.push({ flow: 'key', point: struck.point, how: 'pull' });
    else report.missed += 1;
    desk.arm({ at: 0, how: 'pull' });
    tokenControl(hospital.tokenState);
    await ward.open();
    await ward.settle(report, `key: ${struck?.point ?? 'not reached'}`);
  }
  await finishLists(ward);
  await ward.settle(report, 'the key stays', true);
}
