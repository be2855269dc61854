/**
 * `node test/chaos/run.ts [--kills N] [--seed N] [--flow NAME]`: kills desk and backend at random points of their ways, pulls keys, breaks the
 * network, and lets an independent script say whether anything was lost, doubled or half. Ends with 1 when something was.
 */
import { parseArgs } from 'node:util';
import { countOf, histogram, newReport, type Report } from './report.ts';
import { seeded } from './random.ts';
import { listFlow } from './flows/list.ts';
import { openWard } from './ward.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    flow: { type: 'string', multiple: true },
  },
});
const kills = Number(values.kills);
const seed = Number(values.seed);
const report: Report = newReport();
const began = Date.now();

const ward = await openWard({ records: 40 + kills * 4 });
try {
  await listFlow(ward, report, seeded(seed), kills);
  const judged = await ward.judge();
  report.violations.push(...judged.violations.map((v) => ({ ...v, after: 'the run' })));
  report.notes.push(`judged: ${judged.byStrangers} by BouncyCastle, ${judged.byUs} by our own judge`);
} catch (e) {
  console.error(ward.desk.said());
  throw e;
} finally {
  await ward.dispose();
}

for (const line of histogram(report.strikes)) console.log(line);
for (const note of report.notes) console.log(note);
for (const v of report.violations) console.log(`${v.kind.toUpperCase()} after ${v.after}: ${v.what}`);
const told = ['lost', 'doubled', 'half', 'disagrees', 'audit', 'secret'] as const;
console.log(
  `${report.strikes.length} deaths (${report.missed} after the end), seed ${seed}, ${Math.round((Date.now() - began) / 1000)} s · ` +
    told.map((kind) => `${kind} ${countOf(report, kind)}`).join(' · '),
);
process.exitCode = report.violations.length > 0 ? 1 : 0;
