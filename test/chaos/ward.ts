/** One hospital and one desk under fire: what every flow needs to be driven, struck, brought back and checked. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tokenControl } from './token-control.ts';
import { deskProcess, DeskDied, type DeskProcess } from './desk-process.ts';
import { openHospitalProcess, type HospitalProcess } from './hospital-process.ts';
import { check, type Findings, type Violation } from './invariants/check.ts';
import { judgeAll, type Judged } from './invariants/strangers.ts';
import { filesIn } from './invariants/facts.ts';
import { addRecords } from './records.ts';
import { TELLTALE } from './telltale.ts';
import { armingOf, type Strike, type Way } from './flows/plan.ts';
import type { Report } from './report.ts';

/** Not the demo's PIN: six digits in a row stand in many a file by chance. */
export const chaosPin = 'Yq7-chaosPIN';
const DEMO_PIN = '123456';
/** Person id of the demo doctor. */
export const signerId = '10023';
/** How long a desk may take to clear up after its start. */
const SETTLE_MS = 20_000;

export interface Ward {
  readonly hospital: HospitalProcess;
  readonly desk: DeskProcess;
  /** The desk's own data. */
  readonly userData: string;
  readonly approved: Map<string, { recordId: string; version: number }>;
  approve(list: readonly { recordId: string; version: number }[]): void;
  /** Starts the desk where it is down, and signs in. */
  open(): Promise<void>;
  /**
   * One act, struck at its point; then the desk is opened again, has cleared up, and the invariants are asked. `way`: how long the act is
   * without a strike. One start in eight dies as well, on its way up. Gives where it fell, in words.
   */
  strike(report: Report, flow: string, strike: Strike, way: Way, act: () => Promise<unknown>): Promise<string>;
  waiting(): Promise<{ id: string; version: number }[]>;
  /** The invariants, once what is under way has come to rest; violations go into the report. */
  settle(report: Report, after: string, handedIn?: boolean): Promise<Findings>;
  /** Everything that was signed, before strangers. */
  judge(): Promise<Judged>;
  dispose(): Promise<void>;
}

export interface WardOptions {
  readonly records: number;
  /** Address of a way that leads to the hospital; the hospital itself unless given. */
  readonly through?: (url: string) => Promise<string>;
  readonly env?: Readonly<Record<string, string>>;
}

export async function openWard({ records, through, env = {} }: WardOptions): Promise<Ward> {
  const hospital = await openHospitalProcess(addRecords(records));
  const url = through ? await through(hospital.url) : hospital.url;
  const desk = deskProcess(hospital, { YIQIAN_BACKEND_URL: url, ...env });
  const approved: Ward['approved'] = new Map();
  const userData = join(desk.home, 'desk');
  tokenControl(hospital.tokenState);

  const key = async (): Promise<{ tokenId: string; keyId: string }> => {
    for (let tries = 0; ; tries++) {
      const { tokens } = await desk.call('tokens:list', undefined);
      const [usable] = tokens.flatMap((t) =>
        t.keys.filter((k) => k.unusable === null).map((k) => ({ tokenId: t.id, keyId: k.keyId })),
      );
      if (usable) return usable;
      if (tries > 200) throw new Error('no usable key');
      await sleep(50);
    }
  };
  const ask = (settled: boolean, handedIn: boolean): Findings =>
    check({
      backend: hospital.data,
      desk: userData,
      approved: [...approved.values()],
      person: signerId,
      secrets: [chaosPin, TELLTALE],
      settled,
      handedIn,
    });

  await desk.start();
  const { tokenId } = await key();
  await desk.call('tokens:changePin', { tokenId, oldPin: DEMO_PIN, newPin: chaosPin });
  await desk.quit();

  const signIn = async (): Promise<void> => {
    await desk.call('session:signIn', { ...(await key()), pin: chaosPin });
  };
  const settle: Ward['settle'] = async (report, after, handedIn = false) => {
    const until = Date.now() + (handedIn ? 3 : 1) * SETTLE_MS;
    let findings = ask(true, handedIn);
    while (findings.violations.length > 0 && Date.now() < until) {
      await sleep(100);
      findings = ask(true, handedIn);
    }
    for (const v of findings.violations) report.violations.push({ ...v, after });
    const found = findings.violations.map((v) => `\n    ${v.kind}: ${v.what}`).join('');
    report.tell(
      `${report.strikes.length} · ${after} · ${findings.signed} handed in, ${findings.pending} wait, ${findings.offered} offered${found}`,
    );
    return findings;
  };

  return {
    hospital,
    desk,
    userData,
    approved,
    async open() {
      if (!desk.running) await desk.start();
      await signIn();
    },
    async strike(report, flow, strike, way, act) {
      const { at, how, again } = strike;
      if (how !== 'time') desk.arm(armingOf(strike, way, how));
      const answer = unlessItDies(act().then(() => true));
      if (how === 'time') {
        await sleep(at * way.milliseconds);
        await desk.kill('the clock');
      }
      if ((await answer) === true) {
        // It came through before its point: the power goes now, and nothing may be missing either.
        report.missed += 1;
        await desk.kill('after the end');
      }
      const death = await desk.died;
      report.strikes.push({ flow, point: death.point, how });
      if (again !== undefined) {
        // It dies once more while it clears up what the first death left.
        if ((await desk.start({ at: again, how: 'kill' })) === 'up') await desk.kill('after the start');
        report.strikes.push({ flow: 'start', point: (await desk.died).point, how: 'kill' });
      }
      await desk.start();
      await signIn();
      const where = `${flow}: ${death.point} (${how})`;
      await settle(report, where);
      return where;
    },
    settle,
    approve(list) {
      for (const { recordId, version } of list) approved.set(`${recordId} v${version}`, { recordId, version });
    },
    async waiting() {
      const { records } = await desk.call('worklist:get', { refresh: true });
      return records
        .filter((r) => (r.state === 'waiting' || r.state === 'failed') && r.id.startsWith('CH'))
        .map(({ id, version }) => ({ id, version }));
    },
    judge: () =>
      judgeAll(
        filesIn(join(userData, 'signed')).filter((f) => /\/[^./][^/]*\.pdf$/.test(f)),
        join(desk.home, 'trust'),
      ),
    async dispose() {
      await desk.dispose();
      await hospital.dispose();
    },
  };
}

/** Undefined when the desk died in it; everything else is thrown on. */
export async function unlessItDies<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (e) {
    if (e instanceof DeskDied) return undefined;
    throw e;
  }
}

export type { Violation };
