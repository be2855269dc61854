/**
 * The main job, unattended, through the real app and not past it: signs in as the demo doctor, opens three records, reviews, signs them with the
 * soft token through PKCS#11, time-stamps, verifies. Leaves in --out: the signed PDFs, the certificates and revocation lists that a stranger
 * needs, a screenshot of each screen on the way, README.txt and summary.json. Ends with 1 and a sentence when any of it fails.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bytesSource } from '../../src/core/pdf/index.ts';
import { Certificate } from '../../src/core/pki/index.ts';
import { verifyPdf, type VerifyReport } from '../../src/core/verify/index.ts';
import { launchDesk, shellInUse } from '../../test/e2e/electron.ts';
import { DemoFailure, Desk, type ShownResult } from './desk.ts';
import { collectEvidence, writeReadme } from './evidence.ts';

/** The admission note carries the department's GB/T 38540 seal across the edge of its pages (骑缝章). */
const SEALED = 'EMR-0038279-RY01';
/** One of the demo's records has been signed by the resident before: it ends with two signatures. */
const SIGNED_BEFORE = 'EMR-0038271-SC01';

interface SignedRecord extends ShownResult {
  readonly file: string;
  readonly verdict: VerifyReport['verdict'];
  /** In the order of signing. */
  readonly signatures: readonly {
    readonly signer: string | null;
    readonly verdict: VerifyReport['verdict'];
    readonly trustedTime: string | null;
    /** The GB/T 38540 seal in it. */
    readonly seal: { readonly name: string; readonly verdict: VerifyReport['verdict'] } | null;
  }[];
}

const say = (line: string): void => console.log(line);

/** The judge on what was saved, with the roots that the desk trusts. */
async function judge(trust: string, folder: string, file: string, shown: ShownResult): Promise<SignedRecord> {
  const roots = readdirSync(trust)
    .filter((f) => f.endsWith('.pem'))
    .flatMap((f) => Certificate.parseAll(readFileSync(path.join(trust, f), 'utf8')));
  const bytes = new Uint8Array(readFileSync(path.join(folder, file)));
  const report = await verifyPdf(bytesSource(bytes), { name: file, trust: { roots } });
  if (report.sm3.toUpperCase() !== shown.sm3After.toUpperCase())
    throw new DemoFailure(`${file}: what was saved is not what the desk shows`);
  const signatures = report.signatures.map((s) => ({
    signer: s.signer?.commonName ?? null,
    verdict: s.verdict,
    trustedTime: s.trustedTime ?? null,
    seal: s.seal === undefined ? null : { name: s.seal.name, verdict: s.seal.verdict },
  }));
  return { file, ...shown, verdict: report.verdict, signatures };
}

function tell(signed: SignedRecord): void {
  const steps = Object.entries(signed.milliseconds).map(([step, ms]) => `${step} ${Math.round(ms)} ms`);
  const mark = signed.verdict === 'PASSED' && signed.trustedTime !== null ? '✓' : '✕';
  say(`  ${mark} ${signed.file}  ${signed.format}  ${signed.trustedTime ?? 'no trusted time'}  ${steps.join(' · ')}`);
}

/** The first of the list, then the sealed one, and last the one that was signed before. */
function choose(waiting: readonly string[], count: number): string[] {
  if (!Number.isInteger(count) || count < 1) throw new DemoFailure('--records takes a number from 1 up');
  const special = [SEALED, SIGNED_BEFORE].filter((r) => waiting.includes(r));
  const others = waiting.filter((r) => !special.includes(r));
  const chosen = [...others.slice(0, Math.max(0, count - special.length)), ...special];
  if (chosen.length < count) throw new DemoFailure(`only ${chosen.length} records wait, ${count} are wanted`);
  return chosen.slice(-count);
}

async function signRecords(desk: Desk, out: string, trust: string, count: number): Promise<SignedRecord[]> {
  const signed: SignedRecord[] = [];
  const records = choose(await desk.waiting(), count);
  for (const [i, record] of records.entries()) {
    const n = i + 1;
    const file = `${String(n).padStart(2, '0')}-${record}.pdf`;
    if (n > 1) await desk.act('Work list', () => desk.workList());
    await desk.act(`Review of ${record}`, () => desk.review(record, `review-${n}`));
    const shown = await desk.act(`Signing ${record}`, () => desk.sign(record, `signed-${n}`, n === 1));
    await desk.act(`Saving ${record}`, () => desk.saveAs(path.join(out, file)));
    const done = await judge(trust, out, file, shown);
    tell(done);
    signed.push(done);
  }
  return signed;
}

async function demo(out: string, home: string, backend: string, count: number): Promise<boolean> {
  const begun = Date.now();
  mkdirSync(out, { recursive: true });
  for (const old of readdirSync(out)) {
    if (/\.(pdf|pem|crl)$/.test(old) || old === 'summary.json' || old === 'README.txt') rmSync(path.join(out, old));
  }
  say(`The desk opens on ${shellInUse()}.`);
  const app = await launchDesk({ userData: path.join(home, 'desk') });
  const desk = new Desk(app, path.join(out, 'screens'));
  let signed: SignedRecord[];
  try {
    await desk.act('The window', () => desk.open(say));
    await desk.act('Signing in', () => desk.signIn());
    signed = await signRecords(desk, out, path.join(home, 'trust'), count);
    const files = signed.map((s) => path.join(out, s.file));
    const shots = new Map([
      [files[0] ?? '', 'verify'],
      [files.at(-1) ?? '', 'verify-two-signatures'],
    ]);
    await desk.act('Verify', () => desk.verify(files, shots));
    await desk.act('Keys', () => desk.keys());
    await desk.act('Diagnosis', () => desk.diagnosis());
  } catch (e) {
    const picture = await desk.failureShot();
    if (picture !== undefined) say(`  The window at that moment: ${picture}`);
    throw e;
  } finally {
    await app.close().catch(() => undefined);
  }

  const evidence = await desk.act('Certificates and revocation lists', () => collectEvidence(backend, out));
  writeReadme(
    out,
    signed.map((s) => ({ file: s.file, title: s.title, signatures: s.signatures.length })),
    evidence,
  );
  const summary = {
    shell: shellInUse(),
    root: 'root.pem',
    evidence: evidence.map((e) => e.file),
    seconds: Math.round((Date.now() - begun) / 100) / 10,
    files: signed,
  };
  writeFileSync(path.join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  const good = signed.filter((s) => s.verdict === 'PASSED' && s.trustedTime !== null && s.uploaded);
  say(`${signed.length} records signed, ${good.length} verified. ${path.join(out, 'summary.json')}`);
  return good.length === count;
}

const { values } = parseArgs({ options: { out: { type: 'string' }, records: { type: 'string', default: '3' } } });
const home = process.env['YIQIAN_HOME'];
const backend = process.env['YIQIAN_BACKEND_URL'];
try {
  if (values.out === undefined || home === undefined || backend === undefined)
    throw new DemoFailure('Run it by: npm run demo -- --out DIR');
  const done = await demo(path.resolve(values.out), home, backend, Number(values.records));
  process.exitCode = done ? 0 : 1;
} catch (e) {
  const reason = e instanceof Error ? (e.message.split('\n')[0] ?? e.name) : String(e);
  console.error(`✕ The demo could not be finished. ${reason}`);
  // What nobody foresaw is told whole on request.
  if (process.env['YIQIAN_TRACE'] !== undefined) console.error(e);
  process.exitCode = 1;
}
