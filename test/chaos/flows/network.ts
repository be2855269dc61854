/** Every call of a signature's way × every fault of a network: tried once with the fault, then without; in between the invariants. */
import type { Treatment, WayToServices } from '../../e2e/way-to-services.ts';
import { makeTlsCertificates, opensslMissing } from '../certificates.ts';
import type { Random } from '../random.ts';
import type { Report } from '../report.ts';
import { Refused } from '../desk-process.ts';
import { chaosPin, type Ward } from '../ward.ts';
import { finishLists, openSome, OutOfRecords } from './list.ts';

export const calls: Readonly<Record<string, RegExp>> = {
  challenge: /^POST .*\/login\/challenge$/,
  login: /^POST .*\/login$/,
  list: /^GET .*\/records\?/,
  version: /^GET .*\/versions\/\d+$/,
  document: /^GET .*\/document$/,
  appearance: /^GET .*\/me\/appearance$/,
  'time stamp': /^POST \/tsa$/,
  upload: /^PUT .*\/signed$/,
  'revocation list': /^GET .*\.crl$/,
  audit: /^POST .*\/audit\//,
};

const page = '<!doctype html><title>登录</title><p>请先登录上网';
const problem = (status: number): Treatment => ({
  status,
  type: 'application/problem+json',
  body: JSON.stringify({ type: 'about:blank', title: 'down', status }),
});

/** A network's fault, made for this time. */
type Fault = (random: Random) => Treatment | 'refused' | 'foreign certificate';
export const faults: Readonly<Record<string, Fault>> = {
  'cut before it arrives': () => 'cut',
  'cut in the request': (random) => ({ cutRequestAt: random.between(1, 4000) }),
  'cut in the answer': (random) => ({ cutAnswerAt: random.between(0, 2000) }),
  'answer late': (random) => ({ delay: random.between(50, 600) }),
  'answer in drops': () => ({ drip: 150 }),
  'delivered twice': () => 'twice',
  'one byte of the answer is wrong': (random) => ({ garble: random.between(0, 400) }),
  'HTTP 500': () => problem(500),
  'HTTP 502': () => ({ status: 502, type: 'text/html', body: page }),
  'HTTP 503': () => problem(503),
  'another page, 200': () => ({ status: 200, type: 'text/html', body: page }),
  'empty, 200': () => ({ status: 200, type: 'application/json', body: '' }),
  'half a JSON, 200': () => ({ status: 200, type: 'application/json', body: '{"records":[{"id":"CH0' }),
  'connection refused': () => 'refused',
  'foreign certificate': () => 'foreign certificate',
};

export interface Case {
  readonly call: string;
  readonly fault: string;
}
export const allCases: readonly Case[] = Object.keys(calls).flatMap((call) =>
  Object.keys(faults).map((fault) => ({ call, fault })),
);

/** TLS where OpenSSL can make the certificates, so that one of them may be a stranger's. */
export function tlsOfTheWay() {
  if (opensslMissing === undefined) return makeTlsCertificates();
  console.warn(`SKIPPED: the foreign certificate: ${opensslMissing}`);
  return undefined;
}

/** An answer that says no is as good as any here: the invariants judge, not the words. */
export async function whateverItSays(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (e) {
    if (!(e instanceof Refused || e instanceof OutOfRecords)) throw e;
    return false;
  }
}

export interface Between {
  readonly way: WayToServices;
  readonly tls: ReturnType<typeof tlsOfTheWay>;
  readonly random: Random;
}

/**
 * Works while one call meets one fault; then the network is good again. `late`: a service that goes away does so in mid-call, and not before.
 * False: nobody made that call, so nothing was struck.
 */
export async function underFault(
  { way, tls, random }: Between,
  call: RegExp,
  treatment: ReturnType<Fault>,
  late: boolean,
  work: () => Promise<void>,
): Promise<boolean> {
  // Once or for as long as it lasts: both happen.
  const times = random.next() < 0.5 ? 1 : Infinity;
  const before = way.asked().length;
  const struck = way.reached(call);
  if (treatment === 'refused') {
    if (!late) await way.down();
    else way.treat(call, 'hold-before', 1);
  } else if (treatment === 'foreign certificate') way.showCertificate(tls!.foreign);
  else way.treat(call, treatment, times);
  const act = work();
  if (treatment === 'refused' && late) {
    // In mid-call the server goes away, and with it everybody who would ask next.
    await Promise.race([struck, act]);
    await way.down();
  }
  await act;
  await way.up();
  way.clear();
  if (tls) way.showCertificate(tls.trusted);
  const unheard = treatment === 'refused' || treatment === 'foreign certificate'; // nobody was there to count
  return (
    unheard ||
    way
      .asked()
      .slice(before)
      .some((line) => call.test(line))
  );
}

export async function networkFlow(
  ward: Ward,
  way: WayToServices,
  tls: ReturnType<typeof tlsOfTheWay>,
  report: Report,
  random: Random,
  cases: readonly Case[],
): Promise<void> {
  const { desk } = ward;
  await ward.open();
  for (const { call, fault } of cases) {
    const treatment = faults[fault]!(random);
    if (treatment === 'foreign certificate' && !tls) continue;
    const atLogin = call === 'challenge' || call === 'login';
    if (atLogin) await desk.call('session:signOut', undefined);
    const earlier = atLogin || call === 'list' || call === 'document' || call === 'version';
    const items = earlier ? undefined : await openSome(ward);

    const met = await underFault({ way, tls, random }, calls[call]!, treatment, !earlier, async () => {
      if (atLogin && !(await whateverItSays(() => ward.open()))) return;
      let list = items;
      await whateverItSays(async () => {
        list ??= await openSome(ward);
      });
      if (list) await whateverItSays(() => desk.call('sign:approve', { items: list!, pin: chaosPin }));
    });
    if (atLogin) await ward.open();
    if (met) report.strikes.push({ flow: 'network', point: `${call} ${fault}`, how: 'network' });
    else report.missed += 1;
    await ward.settle(report, `network: ${call}, ${fault}`);
  }
  await finishLists(ward);
  await ward.settle(report, 'the network is good again', true);
}
