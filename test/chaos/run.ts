/**
 * `node test/chaos/run.ts [--kills N] [--seed N] [--flow NAME]`: kills desk and backend at random points of their ways, pulls keys, breaks the
 * network, and lets an independent script say whether anything was lost, doubled or half. Ends with 1 when something was.
 */
import { parseArgs } from 'node:util';
import { countOf, histogram, newReport, type Report } from './report.ts';
import { seeded } from './random.ts';
import { backendFlow } from './flows/backend.ts';
import { keyFlow } from './flows/key.ts';
import { consentFlow } from './flows/consent.ts';
import { BATCH, batchFlow } from './flows/batch.ts';
import { LENGTH, listFlow } from './flows/list.ts';
import { allCases, networkFlow, tlsOfTheWay, type Between } from './flows/network.ts';
import { consentCases, networkConsentFlow } from './flows/network-consent.ts';
import { openWay, type WayToServices } from '../e2e/way-to-services.ts';
import { openWard, type Ward, type WardOptions } from './ward.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    /** Cases of the network's matrix; all of them unless given. */
    cases: { type: 'string', default: 'Infinity' },
    flow: { type: 'string', multiple: true },
    verbose: { type: 'boolean', default: false },
  },
});
const kills = Number(values.kills);
const seed = Number(values.seed);
const began = Date.now();
const report: Report = newReport((line) => {
  if (values.verbose) console.error(`${String(Math.round((Date.now() - began) / 1000)).padStart(5)} s ${line}`);
});

/** One ward per flow: what one leaves behind is judged by itself. */
async function run(
  name: string,
  records: number,
  flow: (open: (o?: Partial<WardOptions>) => Promise<Ward>) => Promise<void>,
) {
  if (values.flow !== undefined && !values.flow.includes(name)) return;
  let ward: Ward | undefined;
  const since = Date.now();
  try {
    await flow(async (o = {}) => (ward = await openWard({ records, ...o })));
    const judged = await ward!.judge();
    report.violations.push(...judged.violations.map((v) => ({ ...v, after: name })));
    const seconds = Math.round((Date.now() - since) / 1000);
    report.notes.push(
      `${name}: ${seconds} s; files judged: ${judged.byStrangers} by BouncyCastle, ${judged.byUs} by our own judge`,
    );
  } catch (e) {
    console.error(ward?.desk.said());
    throw e;
  } finally {
    await ward?.dispose();
  }
}

const part = (share: number): number => Math.max(1, Math.round(kills * share));
await run('batch', 40 + part(0.5) * BATCH, async (open) => {
  await batchFlow(await open(), report, seeded(seed), part(0.5));
});
await run('consent', 1, async (open) => {
  await consentFlow(await open({ env: { YIQIAN_SIMULATED_FINGERPRINT: '1' } }), report, seeded(seed), part(0.3));
});
await run('list', 20 + part(0.1) * LENGTH, async (open) => {
  await listFlow(await open(), report, seeded(seed), part(0.1));
});
await run('backend', 20 + part(0.2) * LENGTH, async (open) => {
  await backendFlow(await open(), report, seeded(seed), part(0.2));
});
await run('key', 20 + part(0.2) * LENGTH, async (open) => {
  await keyFlow(await open(), report, seeded(seed), part(0.2));
});
/** A ward whose way to the services can be broken. */
async function onTheWay(
  open: (o?: Partial<WardOptions>) => Promise<Ward>,
  env: Readonly<Record<string, string>>,
  work: (ward: Ward, between: Between) => Promise<void>,
): Promise<void> {
  const tls = tlsOfTheWay();
  let way: WayToServices | undefined;
  try {
    const ward = await open({
      through: async (url) => {
        way = await openWay(url, tls?.trusted);
        return way.url;
      },
      env: { ...env, YIQIAN_TSA_TIMEOUT: '1', ...(tls && { NODE_EXTRA_CA_CERTS: tls.authority }) },
    });
    await work(ward, { way: way!, tls, random: seeded(seed) });
  } finally {
    await way?.close();
    tls?.dispose();
  }
}
await run('network', 20 + allCases.length * LENGTH, (open) =>
  onTheWay(open, {}, (ward, { way, tls, random }) =>
    networkFlow(ward, way, tls, report, random, random.shuffle(allCases).slice(0, Number(values.cases))),
  ),
);
await run('network-consent', 1, (open) =>
  onTheWay(open, { YIQIAN_SIMULATED_FINGERPRINT: '1' }, (ward, between) =>
    networkConsentFlow(ward, between, report, between.random.shuffle(consentCases).slice(0, Number(values.cases))),
  ),
);

for (const line of histogram(report.strikes)) console.log(line);
for (const note of report.notes) console.log(note);
for (const v of report.violations) console.log(`${v.kind.toUpperCase()} after ${v.after}: ${v.what}`);
const told = ['lost', 'doubled', 'half', 'disagrees', 'audit', 'secret'] as const;
console.log(
  `${report.strikes.length} deaths (${report.missed} after the end), seed ${seed}, ${Math.round((Date.now() - began) / 1000)} s · ` +
    told.map((kind) => `${kind} ${countOf(report, kind)}`).join(' · '),
);
process.exitCode = report.violations.length > 0 ? 1 : 0;
