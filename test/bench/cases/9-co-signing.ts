/**
 * Signing by two parties over loopback HTTP: devices in one process, services in others. This machine's cores are shared by all of them: on two
 * cores a service never has both to itself. What is asked of the services under load is therefore made before the clock starts and judged after.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { randomBytes } from '#core/crypto/index.ts';
import type { HttpClient } from '#core/pki/types.ts';
import type { Token } from '#core/token/index.ts';
import {
  device,
  enrolmentCode,
  http,
  makeHome,
  PIN,
  ServiceProcess,
  type Home,
} from '../../faults/cosign-processes.ts';
import type { Load } from '../cosign-load.ts';
import { markAtMost, median, type BenchCase, type Figure } from '../framework.ts';
import { opensslSm2 } from '../peers.ts';
import { phoneLists } from '../phone-list.ts';

/** Size of a SignerInfo's signed attributes. */
const MESSAGE = 300;
/** Each may ask for a thousand at once. */
const KEYS = 8;
const BATCH = 200;
const PHONE_LIST = 50;

interface Signing {
  readonly token: Token;
  readonly keyId: string;
}

async function enrolled(home: Home, url: string, name: string, over: HttpClient = http): Promise<Signing> {
  const provider = device(home.folder(name), url, over);
  const { id } = await provider.enrol({ code: await enrolmentCode(home, url), pin: PIN, deviceName: name });
  const token = await provider.open(id);
  await token.login(PIN);
  return { token, keyId: (await token.certificates())[0]?.keyId ?? '' };
}

/** p50 and p99 in ms of one signature after the other, everything a device does included. */
async function oneByOne({ token, keyId }: Signing): Promise<{ p50: number; p99: number }> {
  const times: number[] = [];
  for (let i = 0; i < 220; i++) {
    const begin = performance.now();
    await token.signMessage(keyId, randomBytes(MESSAGE));
    if (i >= 20) times.push(performance.now() - begin);
  }
  return { p50: median(times), p99: times.sort((a, b) => a - b)[197] ?? Number.NaN };
}

/** Processor time of a process until now, in ms; undefined where /proc does not tell. */
function processorTime(pid: number | undefined): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    // utime and stime, fields 14 and 15, in hundredths of a second
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}

interface Rate {
  readonly perSecond: number;
  /** ms of the services' processor time for one signature. */
  readonly processor: number | undefined;
}

/** What services do when devices in a process of their own send `requests` requests of `perRequest` signatures each, each device one at a time. */
async function rate(
  services: readonly ServiceProcess[],
  folders: readonly string[],
  perRequest: number,
  requests: number,
): Promise<Rate> {
  const entry = new URL('../cosign-load.ts', import.meta.url).pathname;
  const urls = services.map(({ url }) => url).join(',');
  const child = spawn(process.execPath, [entry, String(perRequest), String(requests), urls, ...folders], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the devices ended early');
    return value;
  };
  await line();
  const before = services.map(({ child: service }) => processorTime(service?.pid));
  child.stdin.write('go\n');
  const { signatures, milliseconds } = JSON.parse(await line()) as Load;
  const spent = services.map(
    ({ child: service }, i) => (processorTime(service?.pid) ?? Number.NaN) - (before[i] ?? Number.NaN),
  );
  if (child.exitCode === null) await once(child, 'exit');
  if (signatures !== perRequest * requests * folders.length) throw new Error(`${signatures} signatures are right`);
  const processor = spent.reduce((sum, ms) => sum + ms, 0) / signatures;
  return { perSecond: (signatures * 1000) / milliseconds, processor: Number.isNaN(processor) ? undefined : processor };
}

export default {
  name: 'Co-signing (cosign)',
  async run() {
    const home = makeHome();
    const whole = new ServiceProcess(home.dir);
    const alone = new ServiceProcess(home.dir, { alone: true });
    try {
      await whole.start();
      let lists = 0;
      const counted: HttpClient = (request) => {
        if (request.url.endsWith('/sign')) lists++;
        return http(request);
      };
      const first = await enrolled(home, whole.url, 'first', counted);
      const { p50, p99 } = await oneByOne(first);
      lists = 0;
      const batchBegin = performance.now();
      await Promise.all(
        Array.from({ length: BATCH }, () => first.token.signMessage(first.keyId, randomBytes(MESSAGE))),
      );
      const batch = performance.now() - batchBegin;
      const requests = lists;

      // Keys of their own for each measurement: what one key may ask for in a minute is limited.
      const folders = async (name: string): Promise<string[]> => {
        const names = Array.from({ length: KEYS }, (_, i) => `${name}-${i}`);
        for (const one of names) await (await enrolled(home, whole.url, one)).token.close();
        return names.map((one) => home.folder(one));
      };
      const measured = async (services: readonly ServiceProcess[], name: string) => {
        const warm = await folders(`${name}-warm`);
        await rate(services, warm, 1, 30);
        await rate(services, warm, 50, 2);
        return {
          single: await rate(services, await folders(`${name}-single`), 1, 200),
          lists: await rate(services, await folders(`${name}-lists`), 50, 16),
        };
      };
      const one = await measured([whole], 'one');
      const phone = await phoneLists(home, whole, PHONE_LIST);
      await alone.start();
      const two = await measured([whole, alone], 'two');

      const openssl = opensslSm2().sign;
      const inProcess = { name: 'one signature of OpenSSL, in process', value: openssl && 1000 / openssl };
      const speed = { name: 'OpenSSL speed sm2, signs alone on one core', value: openssl };
      const atLeast = (value: number): NonNullable<Figure['mark']> => ({ text: '≥ 400 /s', reached: value >= 400 });
      const figure = (name: string, { perSecond }: Rate): Figure => ({
        name: `Service: ${name}`,
        unit: '/s',
        value: perSecond,
        peers: [speed],
        mark: atLeast(perSecond),
      });
      return [
        {
          name: 'One co-signature over loopback, p50, both sides’ checks included',
          unit: 'ms',
          value: p50,
          peers: [inProcess],
          mark: markAtMost(25, p50, '≤ 25 ms'),
        },
        { name: 'the same, p99', unit: 'ms', value: p99, peers: [] },
        { name: `Batch of ${BATCH} with one key, in ${requests} requests`, unit: 'ms', value: batch, peers: [] },
        figure(
          `one process, a request for each signature, ${KEYS} devices on the same ${cpus().length} cores`,
          one.single,
        ),
        figure('two processes, a request for each signature', two.single),
        figure('one process, lists of 50', one.lists),
        figure('two processes, lists of 50', two.lists),
        ...processorFigure('a request for each', one.single, inProcess),
        ...processorFigure('in a list of 50', one.lists, inProcess),
        {
          name: `Phone: list of ${PHONE_LIST} from desk to phone and back, for one signature of it`,
          unit: 'ms',
          value: phone.together / PHONE_LIST,
          peers: [inProcess],
        },
        {
          name: 'Phone: one signature after the other under one approval, p50',
          unit: 'ms',
          value: phone.single,
          peers: [inProcess],
        },
      ];
    } finally {
      await Promise.all([whole.kill(), alone.kill()]);
      home.remove();
    }
  },
} satisfies BenchCase;

const processorFigure = (name: string, { processor }: Rate, peer: Figure['peers'][number]): Figure[] =>
  processor === undefined
    ? []
    : [{ name: `Service: processor time of one signature, ${name}`, unit: 'ms', value: processor, peers: [peer] }];
