/** What may come between: the network, a death, a change of mind. Real parts; the service is stopped, calls are cut on their way. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HttpClient } from '../../../src/core/pki/types.ts';
import { hospitalWith, type TestHospital } from '../batch/hospital.ts';
import { filesBelow, openConsentDesk, stroke, type ConsentDesk } from './rig.ts';

const pin = '123456';
const finger = join(import.meta.dirname, '../../fixtures/pictures/scan.jpg');
let hospital: TestHospital;
let home: string;
let desk: ConsentDesk;
let chosen: string;
/** Answers in the service's place, or lets the call through. */
let onTheWay: (url: string) => void;

beforeAll(async () => {
  hospital = await hospitalWith(1);
}, 120_000);
afterAll(() => hospital.dispose());
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'yq-consent-'));
  chosen = finger;
  onTheWay = () => undefined;
});
afterEach(async () => {
  await desk.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});
const open = async (more: Record<string, string> = {}): Promise<void> => {
  desk = await openConsentDesk({
    home,
    trust: join(hospital.home, 'trust'),
    env: { ...hospital.env, ...more },
    openFiles: () => [chosen],
    http:
      (real): HttpClient =>
      async (request) => {
        onTheWay(request.url);
        return real(request);
      },
  });
  await desk.signIn();
};
const again = async (): Promise<void> => {
  await desk.close();
  await open();
};
const keyFiles = (): string[] =>
  filesBelow(join(home, 'desk', 'consent-keys')).filter((f) => f.endsWith('.evidence-key'));
/** From the second call on, `times` of them. */
const cut = (part: string, times: number): void => {
  let calls = 0;
  onTheWay = (url) => {
    if (!url.includes(part)) return;
    calls++;
    if (calls > 1 && calls <= 1 + times) throw new Error('cut');
  };
};
const signatures = (id: string): string[] =>
  [...readFileSync(join(desk.signed, `consent-${id}.pdf`), 'latin1').matchAll(/\/Type\s*\/Sig\b/g)].map((m) => m[0]);

describe('without network', () => {
  it('a form is begun from what was kept, finished, and certified on return; its times say so', async () => {
    await open();
    await desk.call('consent:templates', undefined);
    await hospital.stop();
    try {
      const offer = await desk.call('consent:templates', undefined);
      expect(offer.stale?.code).toBe('BACKEND_UNREACHABLE');
      const { id } = await desk.presented('transfusion');
      await desk.sign(id, 'patient');
      const queued = await desk.call('consent:finish', { id, pin });
      expect(queued).toMatchObject({
        stage: 'queued',
        offline: true,
        error: { code: 'BACKEND_UNREACHABLE' },
        signed: null,
      });
      expect(queued.trustedTime).toBeNull();
      expect(keyFiles()).toEqual([]);
      expect(queued.ink.patient).toMatchObject({ strokes: 4, confirmed: true });
      // Nothing about it can be changed any more, only completed.
      expect(await desk.refusal('consent:reopen', { id })).toBe('CONSENT_STAGE');

      const written = queued.writtenAt ?? '';
      await hospital.start();
      await again();
      expect((await desk.call('consent:list', undefined)).map((c) => [c.id, c.stage])).toEqual([[id, 'queued']]);
      expect(await desk.refusal('consent:complete', { ids: [id], pin: '000000' })).toBe('TOKEN_PIN_INCORRECT');
      const list = await desk.call('consent:complete', { ids: [id], pin });
      expect(list).toMatchObject([{ id, stage: 'done', offline: true, error: null }]);
      const done = await desk.call('consent:get', { id });
      expect(done.signed?.report.signatures.map((s) => s.verdict)).toEqual(['PASSED', 'PASSED']);
      expect(done.signed?.uploaded).toBe(true);
      expect(done.writtenAt).toBe(written);
      expect(done.signed?.report.signatures[0]?.reason).toContain('当时离线');
      expect(Date.parse(done.trustedTime ?? '')).toBeGreaterThan(Date.parse(written) - 2_000);
    } finally {
      if (!hospital.running) await hospital.start();
    }
  }, 120_000);

  it('nothing is begun from what is too old', async () => {
    await open({ YIQIAN_CONSENT_OFFLINE_DAYS: '0' });
    await desk.call('consent:templates', undefined);
    onTheWay = (url) => {
      if (url.includes('/consent/')) throw new Error('cut');
    };
    expect(await desk.refusal('consent:templates', undefined)).toBe('CONSENT_CACHE');
  }, 120_000);
});

describe('between two signatures', () => {
  // A time stamp is asked for once more by itself.
  it.each([
    ['/certificates', 1],
    ['/tsa', 2],
  ] as const)(
    'a call to %s that is cut leaves what is signed, and the rest is done later',
    async (part, times) => {
      await open();
      const { id } = await desk.presented('surgery', true);
      await desk.sign(id, 'patient');
      await desk.sign(id, 'witness');
      cut(part, times);
      const stopped = await desk.call('consent:finish', { id, pin });
      expect(stopped.stage).toBe('queued');
      expect(desk.files().some((f) => f.includes('unfinished'))).toBe(true);
      expect(desk.files()).not.toContain(`consent-${id}.pdf`);
      await again();
      const [done] = await desk.call('consent:complete', { ids: [id], pin });
      expect(done).toMatchObject({ stage: 'done', error: null });
      const view = await desk.call('consent:get', { id });
      expect(view.signed?.report.signatures.map((s) => [s.fieldName, s.verdict])).toEqual([
        ['ConsentPatient', 'PASSED'],
        ['ConsentWitness', 'PASSED'],
        ['ConsentStaff', 'PASSED'],
      ]);
      expect(signatures(id)).toHaveLength(3);
      expect(desk.files()).toEqual([`consent-${id}.pdf`]);
    },
    60_000,
  );

  it('an upload that is cut is tried again by itself', async () => {
    await open();
    const { id } = await desk.presented('other');
    await desk.sign(id, 'patient');
    const put = desk.ports.backend.put;
    let cuts = 1;
    Object.assign(desk.ports.backend, {
      put: (...args: Parameters<typeof put>) =>
        args[1].endsWith('/document') && cuts-- > 0 ? Promise.reject(new Error('cut')) : put(...args),
    });
    const done = await desk.call('consent:finish', { id, pin });
    expect(done).toMatchObject({ stage: 'done', signed: { uploaded: false }, error: { code: 'BACKEND_UNREACHABLE' } });
    await again();
    await expect
      .poll(async () => (await desk.call('consent:get', { id })).signed?.uploaded, { timeout: 20_000 })
      .toBe(true);
  }, 120_000);
});

describe('kept at once', () => {
  it('strokes, blanks and answers are there after a restart, and only the stroke in hand is not', async () => {
    await open();
    const { id } = await desk.presented('anaesthesia');
    await desk.call('consent:showPatient', { id, writer: 'patient' });
    await desk.patient('patient:allow', { handwriting: true, fingerprint: true, photo: false });
    for (const n of [0, 1, 2]) await desk.patient('patient:stroke', { index: n, stroke: stroke(n) });
    await desk.call('consent:importFingerprint', { id });
    await again();
    const view = await desk.call('consent:get', { id });
    expect(view).toMatchObject({
      stage: 'patient',
      ink: { patient: { strokes: 3, confirmed: false } },
      allowed: { handwriting: true, fingerprint: true },
      fingerprint: { source: 'file' },
      display: { open: false },
    });
    await desk.call('consent:showPatient', { id, writer: 'patient' });
    expect(desk.page()?.strokes).toEqual([stroke(0), stroke(1), stroke(2)]);
    expect(await desk.patient('patient:stroke', { index: 3, stroke: stroke(3) })).toEqual({ kept: 4 });
  }, 120_000);

  it('what is locked shows nothing and takes nothing; the form is where it was after it', async () => {
    await open();
    const { id, document } = await desk.presented('special');
    await desk.call('consent:showPatient', { id, writer: 'patient' });
    await desk.patient('patient:allow', { handwriting: true, fingerprint: false, photo: false });
    await desk.patient('patient:stroke', { index: 0, stroke: stroke(0) });
    const shown = desk.page()?.document.handle ?? '';
    expect(desk.world.documents.served(shown)).toBeDefined();
    // The staff's document is not among the patient's, and the other way round.
    expect(desk.world.documents.served(document?.handle ?? '')).toBeUndefined();
    await desk.call('session:lock', undefined);
    expect(desk.isOpen()).toBe(false);
    expect(desk.page()).toBeNull();
    expect(desk.world.documents.served(shown)).toBeUndefined();
    expect(await desk.patientRefusal('patient:page', undefined)).toBe('DESK_LOCKED');
    expect(await desk.patientRefusal('patient:stroke', { index: 1, stroke: stroke(1) })).toBe('CONSENT_STAGE');
    await desk.signIn();
    expect((await desk.call('consent:get', { id })).ink.patient.strokes).toBe(1);
    await desk.call('session:signOut', undefined);
    expect(await desk.patientRefusal('patient:page', undefined)).toBe('NOT_SIGNED_IN');
    expect(await desk.refusal('consent:get', { id })).toBe('NOT_SIGNED_IN');
  }, 120_000);

  it('a stroke that can’t be kept is not acknowledged', async () => {
    await open();
    const { id } = await desk.presented('other');
    await desk.call('consent:showPatient', { id, writer: 'patient' });
    await desk.patient('patient:allow', { handwriting: true, fingerprint: false, photo: false });
    await desk.patient('patient:stroke', { index: 0, stroke: stroke(0) });
    writeFileSync(keyFiles()[0] ?? '', 'damaged');
    expect(await desk.patientRefusal('patient:stroke', { index: 1, stroke: stroke(1) })).toBe('CONSENT_KEPT');
  }, 120_000);
});

describe('a change of mind', () => {
  it('who declines leaves nothing behind; the form goes on only anew', async () => {
    await open();
    const { id } = await desk.presented('critical');
    await desk.call('consent:showPatient', { id, writer: 'patient' });
    await desk.patient('patient:allow', { handwriting: true, fingerprint: true, photo: false });
    await desk.patient('patient:stroke', { index: 0, stroke: stroke(0) });
    await desk.patient('patient:decline', { reason: '想再考虑' });
    const declined = await desk.call('consent:get', { id });
    expect(declined).toMatchObject({
      declined: { writer: 'patient', reason: '想再考虑' },
      ink: { patient: { strokes: 0 } },
    });
    expect(await desk.patientRefusal('patient:stroke', { index: 0, stroke: stroke(0) })).toBe('CONSENT_DECLINED');
    expect(await desk.refusal('consent:importFingerprint', { id })).toBe('CONSENT_DECLINED');
    expect(await desk.refusal('consent:showPatient', { id, writer: 'patient' })).toBe('CONSENT_DECLINED');
    expect((await desk.call('consent:reopen', { id })).declined).toBeNull();
  }, 120_000);

  it('opened again: blanks may be changed, and what was written is asked for anew on the new form', async () => {
    await open();
    const before = await desk.presented('other');
    const { id } = before;
    await desk.sign(id, 'patient');
    expect((await desk.call('consent:get', { id })).stage).toBe('staff');
    const opened = await desk.call('consent:reopen', { id });
    expect(opened).toMatchObject({ stage: 'filling', document: null });
    expect(desk.isOpen()).toBe(false);
    expect(await desk.refusal('consent:finish', { id, pin })).toBe('CONSENT_STAGE');
    const { signer } = opened;
    if (!signer) throw new Error('the signer is gone');
    expect(await desk.refusal('consent:present', { id, signer: { ...signer, role: 'relative' }, witness: null })).toBe(
      'CONSENT_INCOMPLETE',
    );
    const anew = await desk.call('consent:present', { id, signer: { ...signer, name: '王某' }, witness: null });
    expect(anew.document?.sm3).not.toBe(before.document?.sm3);
    expect(anew).toMatchObject({ stage: 'patient', allowed: null, ink: { patient: { strokes: 0, confirmed: false } } });
  }, 120_000);

  it('given up: evidence and its key are destroyed, the reason is kept out of sight of others', async () => {
    await open();
    const { id } = await desk.presented('other');
    await desk.sign(id, 'patient', { fingerprint: true });
    await desk.call('consent:importFingerprint', { id });
    expect(keyFiles()).toHaveLength(1);
    expect(await desk.call('consent:abandon', { id, reason: '患者改签纸质同意书' })).toEqual([]);
    expect(keyFiles()).toEqual([]);
    expect(desk.isOpen()).toBe(false);
    const db = new DatabaseSync(join(home, 'desk', 'desk.sqlite'), { readOnly: true });
    for (const table of ['consent_stroke', 'consent_picture', 'consent_file']) {
      expect(db.prepare(`SELECT count(*) AS n FROM ${table}`).get(), table).toEqual({ n: 0 });
    }
    db.close();
  }, 120_000);

  it('a yes taken back takes what was given with it; a window somebody closed is closed', async () => {
    await open();
    const { id } = await desk.presented('surgery');
    await desk.call('consent:showPatient', { id, writer: 'patient' });
    await desk.patient('patient:allow', { handwriting: true, fingerprint: true, photo: true });
    await desk.patient('patient:stroke', { index: 0, stroke: stroke(0) });
    await desk.call('consent:importFingerprint', { id });
    await desk.patient('patient:allow', { handwriting: false, fingerprint: false, photo: false });
    expect(await desk.call('consent:get', { id })).toMatchObject({
      fingerprint: null,
      ink: { patient: { strokes: 0 } },
      display: { open: true },
    });
    desk.closeWindow();
    expect(desk.page()).toBeNull();
    expect((await desk.call('consent:get', { id })).display.open).toBe(false);
  }, 120_000);
});

describe('pictures', () => {
  it('a simulated reader is there only where it is allowed, and says what it is on the form too', async () => {
    await open();
    expect(await desk.call('consent:readers', undefined)).toEqual([]);
    await desk.close();
    await open({ YIQIAN_SIMULATED_FINGERPRINT: '1' });
    expect(await desk.call('consent:readers', undefined)).toMatchObject([
      { id: 'simulated', simulated: true, ready: true },
    ]);
    const { id } = await desk.presented('surgery');
    await desk.sign(id, 'patient', { fingerprint: true });
    const taken = await desk.call('consent:takeFingerprint', { id, reader: 'simulated' });
    expect(taken.fingerprint).toMatchObject({ simulated: true });
    const done = await desk.call('consent:finish', { id, pin });
    expect(done.signed?.report.signatures[0]?.reason).toContain('模拟指纹 仅供培训');
    expect(await desk.refusal('consent:takeFingerprint', { id, reader: 'simulated' })).toBe('CONSENT_FINISHED');
  }, 120_000);

  it('what is no picture, or no photo is allowed, is refused', async () => {
    await open();
    const { id } = await desk.presented('surgery');
    await desk.call('consent:showPatient', { id, writer: 'patient' });
    await desk.patient('patient:allow', { handwriting: true, fingerprint: true, photo: true });
    chosen = join(home, 'a.png');
    writeFileSync(chosen, 'no picture');
    expect(await desk.refusal('consent:importFingerprint', { id })).toBe('CONSENT_PICTURE');
    chosen = join(home, 'nothing.png');
    expect(await desk.refusal('consent:importFingerprint', { id })).toBe('CONSENT_PICTURE');
    const image = new Uint8Array(readFileSync(finger));
    expect(await desk.refusal('consent:setPhoto', { id, image })).toBe('CONSENT_STAGE');
    expect((await desk.call('consent:get', { id })).template.photo).toBe('none');
    expect(desk.page()?.asks.photo).toBe(false);
  }, 120_000);
});
