/**
 * A batch of 200 records of 200 KB: main's own use case with real store, workers, token host and record service (loopback), without a
 * window. Once with the soft token as it is, once with 100 ms a signature, as a USB key takes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hospitalWith, type TestHospital } from '../../main/batch/hospital.ts';
import { openNodeDesk, type NodeDesk } from '../../main/batch/node-desk.ts';
import { RECORD_PREFIX, scannedRecords } from '../batch-ward.ts';
import { markAtMost, type BenchCase, type Figure } from '../framework.ts';
import { watchIdleProcess, watchLoop } from '../loop-gap.ts';

const RECORDS = 200;
const SIZE = 200_000;
const DELAY = 100;
/** Beside an idle process that is itself held up this long (ms), a gap tells of the machine and not of us. */
const QUIET = 20;
const NOT_JUDGED = `not judged where the idle process has more than ${QUIET} ms`;

interface Run {
  readonly seconds: number;
  readonly gap: number;
  readonly own: number;
  readonly idleGap: number;
  readonly rss: number;
}

async function run(desk: NodeDesk): Promise<Run> {
  const { records } = await desk.call('worklist:get', { refresh: true });
  const mine = records.filter((r) => r.id.startsWith(RECORD_PREFIX)).sort((a, b) => a.id.localeCompare(b.id));
  const items = mine.slice(0, RECORDS).map((r) => ({
    recordId: r.id,
    version: r.version,
    handle: null,
    placement: null,
    layout: null,
    sealId: null,
    dropActive: false,
    reason: '',
  }));
  const list = await desk.call('batch:propose', { items });
  if (list.count !== RECORDS) throw new Error(`${list.count} in the list; ${JSON.stringify(list.excluded[0])}`);
  const idle = await watchIdleProcess();
  const loop = watchLoop();
  let rss = 0;
  const memory = setInterval(() => (rss = Math.max(rss, process.memoryUsage.rss())), 50);
  const begun = performance.now();
  const finished = desk.event('batch:progress', (p) => p.state === 'finished');
  await desk.call('batch:start', { listId: list.listId, digest: list.digest, pin: '123456' });
  const end = await finished;
  const seconds = (performance.now() - begun) / 1000;
  const { wall: gap, own } = loop.stop();
  clearInterval(memory);
  const idleGap = await idle.stop();
  if (end.signed !== RECORDS || end.awaitsUpload !== 0) throw new Error(`signed ${end.signed}, ${desk.log.at(-1)}`);
  return { seconds, gap, own, idleGap, rss: rss / 1e6 };
}

function figures(name: string, { seconds, gap, own, idleGap, rss }: Run): Figure[] {
  const beside = [{ name: 'an idle process beside it', value: idleGap }];
  const text = `≤ 50 ms; ${NOT_JUDGED}`;
  return [
    { name: `Batch ${name}: records`, unit: '/s', value: RECORDS / seconds, peers: [] },
    {
      name: `Batch ${name}: longest gap of main's event loop`,
      unit: 'ms',
      value: gap,
      peers: beside,
      mark: markAtMost(gap <= 50 || idleGap <= QUIET ? 50 : undefined, gap, text),
    },
    {
      name: `Batch ${name}: most of main's own processor time between two turns of the loop`,
      unit: 'ms',
      value: own,
      peers: [],
      mark: markAtMost(50, own, '≤ 50 ms'),
    },
    { name: `Batch ${name}: most memory of main and its workers`, unit: 'MB', value: rss, peers: [] },
  ];
}

export default {
  name: 'Batch',
  async run() {
    const hospital: TestHospital = await hospitalWith(scannedRecords(2 * RECORDS, SIZE));
    const home = mkdtempSync(join(tmpdir(), 'yq-bench-batch-'));
    let desk: NodeDesk | undefined;
    try {
      desk = await openNodeDesk({ home, trust: join(hospital.home, 'trust'), env: hospital.env });
      await desk.signIn();
      const free = await run(desk);
      hospital.key(`slot0.sign.delay_ms=${DELAY}`);
      const slow = await run(desk);
      const ratio = slow.seconds / ((RECORDS * DELAY) / 1000);
      return [
        ...figures('without delay', free),
        ...figures(`with ${DELAY} ms a signature`, slow),
        {
          name: `Batch with ${DELAY} ms a signature: from the PIN to the last receipt, to the key's own time`,
          unit: '×',
          value: ratio,
          peers: [],
          mark: markAtMost(ratio <= 1.15 || slow.idleGap <= QUIET ? 1.15 : undefined, ratio, `≤ 1.15; ${NOT_JUDGED}`),
        },
      ];
    } finally {
      await desk?.close();
      await hospital.dispose();
      rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    }
  },
} satisfies BenchCase;
