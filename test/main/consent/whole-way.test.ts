/** A form from its blanks to the archive: the desk's use cases, the soft token, the reference backend over HTTP. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { hospitalWith, type TestHospital } from '../batch/hospital.ts';
import { filesBelow, holding, openConsentDesk, stroke, type ConsentDesk } from './rig.ts';

const pin = '123456';
const finger = join(import.meta.dirname, '../../fixtures/pictures/scan.jpg');
let hospital: TestHospital;
let home: string;
let desk: ConsentDesk;

beforeAll(async () => {
  hospital = await hospitalWith(1);
}, 120_000);
afterAll(() => hospital.dispose());
afterEach(async () => {
  await desk.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});
const open = async (more: Record<string, string> = {}): Promise<void> => {
  home ??= '';
  home = mkdtempSync(join(tmpdir(), 'yq-consent-'));
  desk = await openConsentDesk({
    home,
    trust: join(hospital.home, 'trust'),
    env: { ...hospital.env, ...more },
    openFiles: () => [finger],
  });
  await desk.signIn();
};

it('patient, witness and staff sign one form; its evidence is sealed, and nothing of it stays in the open', async () => {
  await open();
  const form = await desk.presented('surgery', true);
  const { id } = form;
  expect(form.stage).toBe('patient');
  await desk.call('consent:showPatient', { id, writer: 'patient' });

  // Asked first.
  expect(await desk.patientRefusal('patient:stroke', { index: 0, stroke: stroke(0) })).toBe('CONSENT_NOT_ALLOWED');
  expect(await desk.refusal('consent:importFingerprint', { id })).toBe('CONSENT_NOT_ALLOWED');
  await desk.patient('patient:allow', { handwriting: true, fingerprint: true, photo: false });

  // Kept once, in order, and taken back.
  expect(await desk.patient('patient:stroke', { index: 0, stroke: stroke(0) })).toEqual({ kept: 1 });
  expect(await desk.patient('patient:stroke', { index: 0, stroke: stroke(0) })).toEqual({ kept: 1 });
  expect(await desk.patientRefusal('patient:stroke', { index: 5, stroke: stroke(5) })).toBe('CONSENT_STROKES');
  for (const n of [1, 2, 3]) await desk.patient('patient:stroke', { index: n, stroke: stroke(n) });
  expect(await desk.patient('patient:undo', { all: false })).toEqual({ kept: 3 });
  // A page loaded anew counts its time from nought again.
  expect(await desk.patient('patient:stroke', { index: 3, stroke: { ...stroke(3), at: 5 } })).toEqual({ kept: 4 });
  const page = await desk.patient('patient:confirm', undefined);
  expect(page?.confirmed).toBe(true);
  expect(await desk.patientRefusal('patient:undo', { all: true })).toBe('CONSENT_STAGE');
  expect((await desk.call('consent:get', { id })).stage).toBe('witness');

  expect((await desk.call('consent:importFingerprint', { id })).fingerprint).toMatchObject({
    source: 'file',
    simulated: false,
  });
  await desk.sign(id, 'witness');
  const ready = await desk.call('consent:get', { id });
  expect(ready.stage).toBe('staff');
  expect(ready.ink).toMatchObject({
    patient: { strokes: 4, confirmed: true },
    witness: { strokes: 4, confirmed: true },
  });
  expect(holding(home, new Uint8Array(readFileSync(finger)))).toEqual([]);

  const done = await desk.call('consent:finish', { id, pin });
  expect(done.error).toBeNull();
  expect(done.stage).toBe('done');
  expect(done.signed?.report.signatures.map((s) => [s.fieldName, s.verdict])).toEqual([
    ['ConsentPatient', 'PASSED'],
    ['ConsentWitness', 'PASSED'],
    ['ConsentStaff', 'PASSED'],
  ]);
  expect(done.signed?.report.verdict).toBe('PASSED');
  expect(done.signed?.uploaded).toBe(true);
  expect(done.trustedTime).not.toBeNull();
  expect(done.offline).toBe(false);

  // What is left on this PC: the document, and nothing to open.
  expect(filesBelow(join(home, 'desk', 'consent-keys')).filter((f) => f.endsWith('.evidence-key'))).toEqual([]);
  expect(holding(home, new TextEncoder().encode(pin))).toEqual([]);
  const db = new DatabaseSync(join(home, 'desk', 'desk.sqlite'), { readOnly: true });
  expect(
    db.prepare('SELECT (SELECT count(*) FROM consent_stroke) + (SELECT count(*) FROM consent_picture) AS n').get(),
  ).toEqual({ n: 0 });
  expect(db.prepare('SELECT kind FROM consent_file').all()).toEqual([{ kind: 'document' }]);
  const acts = db.prepare('SELECT entry FROM audit_entry ORDER BY "index"').all();
  db.close();
  expect(desk.files()).toEqual([`consent-${id}.pdf`]);
  expect(acts.map((row) => (JSON.parse(String(row['entry'])) as { act: string }).act)).toEqual(
    expect.arrayContaining(['consent-start', 'consent-allow', 'consent-sign', 'evidence-sealed', 'sign', 'upload']),
  );
  expect(JSON.stringify(acts)).not.toContain('王某某');
  expect(await desk.refusal('consent:abandon', { id, reason: 'x' })).toBe('CONSENT_FINISHED');
}, 120_000);
