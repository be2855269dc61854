/** A consent form from the template to the archive, struck anywhere; the next round goes on where the form was. */
import type { ConsentView, InkStrokeView, Writer } from '../../../src/shared/consent.ts';
import type { Random } from '../random.ts';
import type { Report } from '../report.ts';
import { TELLTALE } from '../telltale.ts';
import { chaosPin, type Ward } from '../ward.ts';
import { planStrikes, pointsOf, type Way } from './plan.ts';

const STROKES = 5;

const stroke = (n: number): InkStrokeView => ({
  at: n * 600,
  pointer: 'pen',
  points: Array.from({ length: 16 }, (_, i) => [
    Number(`${n * 8 + i + 1}.${TELLTALE}`),
    20 + 8 * Math.sin((i + n) / 3),
    i * 16,
    0.6,
    20,
    -10,
  ]),
});

/** What the desk has acknowledged. */
interface Acknowledged {
  strokes: Record<Writer, number>;
  confirmed: Record<Writer, boolean>;
}

const nothingYet = (): Acknowledged => ({
  strokes: { patient: 0, witness: 0 },
  confirmed: { patient: false, witness: false },
});

/** The desk, and what it has acknowledged of each form. */
export interface ConsentDesk {
  readonly ward: Ward;
  readonly acknowledged: Map<string, Acknowledged>;
}

const KINDS = ['surgery', 'transfusion', 'other'] as const;

async function begin({ ward, acknowledged }: ConsentDesk, n: number): Promise<ConsentView> {
  const { desk } = ward;
  const { templates, patients } = await desk.call('consent:templates', undefined);
  const template = templates.find((t) => t.kind === KINDS[n % KINDS.length])!;
  const form = await desk.call('consent:start', { patientId: patients[0]!.id, templateId: template.id });
  acknowledged.set(form.id, nothingYet());
  return form;
}

async function fill({ ward }: ConsentDesk, form: ConsentView): Promise<ConsentView> {
  const { desk } = ward;
  const values = Object.fromEntries(
    form.template.fields.map((f) => [
      f.id,
      f.kind === 'date' ? '2026-11-23' : f.options.length > 0 ? f.options[0]! : f.value || '如实填写',
    ]),
  );
  await desk.call('consent:fill', { id: form.id, values });
  return desk.call('consent:present', {
    id: form.id,
    signer: { role: 'self', name: '王某某', relation: '', reason: '', idKind: 'none', idNumber: '', phone: '' },
    witness: form.template.witness === 'none' ? null : { name: '孙某', relation: '同病区家属' },
  });
}

async function write({ ward, acknowledged }: ConsentDesk, form: ConsentView, writer: Writer): Promise<ConsentView> {
  const { desk } = ward;
  // A form may be there whose beginning was never answered.
  const kept = acknowledged.get(form.id) ?? nothingYet();
  acknowledged.set(form.id, kept);
  await desk.call('consent:showPatient', { id: form.id, writer });
  const page = await desk.patient('patient:page', undefined);
  if (page?.allowed == null)
    await desk.patient('patient:allow', {
      handwriting: true,
      fingerprint: page?.asks.fingerprint === true,
      photo: false,
    });
  for (let index = form.ink[writer]?.strokes ?? 0; index < STROKES; index++) {
    const answer = await desk.patient('patient:stroke', { index, stroke: stroke(index) });
    kept.strokes[writer] = answer.kept;
  }
  const { id, template } = form;
  if (writer === 'patient' && template.fingerprint === 'required' && form.fingerprint === null) {
    await desk.call('consent:takeFingerprint', { id, reader: 'simulated' });
  }
  await desk.patient('patient:confirm', undefined);
  kept.confirmed[writer] = true;
  return desk.call('consent:get', { id });
}

/** A form that waits however often it is asked: right while a service is away, wrong otherwise. */
export class NotAtItsEnd extends Error {}

/** From wherever it is to the end. */
export async function finish(d: ConsentDesk, found: ConsentView): Promise<void> {
  const { desk } = d.ward;
  let form = found;
  for (let steps = 0; form.stage !== 'done'; steps++) {
    if (steps > 12)
      throw new NotAtItsEnd(`consent ${form.id} does not come to its end: ${form.stage} ${JSON.stringify(form.error)}`);
    if (form.stage === 'filling' || form.stage === 'signer') form = await fill(d, form);
    else if (form.stage === 'patient' || form.stage === 'witness') form = await write(d, form, form.stage);
    else if (form.stage === 'staff') form = await desk.call('consent:finish', { id: form.id, pin: chaosPin });
    else {
      await desk.call('consent:complete', { ids: [form.id], pin: chaosPin });
      form = await desk.call('consent:get', { id: form.id });
    }
  }
}

export async function oneForm(d: ConsentDesk, n: number): Promise<void> {
  const { desk } = d.ward;
  const open = (await desk.call('consent:list', undefined)).filter(
    (f) => f.stage !== 'done' && f.stage !== 'abandoned',
  );
  for (const { id } of open) await finish(d, await desk.call('consent:get', { id }));
  await finish(d, await begin(d, n));
}

/** Each form is at least as far as it was told to be. */
export async function checkKept(d: ConsentDesk, report: Report, after: string): Promise<void> {
  const say = (kind: 'lost' | 'doubled', what: string): void => void report.violations.push({ kind, what, after });
  const forms = await d.ward.desk.call('consent:list', undefined);
  for (const [id, told] of d.acknowledged) {
    if (!forms.some((f) => f.id === id)) {
      say('lost', `consent ${id.slice(0, 8)} is in no list`);
      continue;
    }
    const view = await d.ward.desk.call('consent:get', { id });
    for (const writer of ['patient', 'witness'] as const) {
      const has = view.ink[writer] ?? { strokes: 0, confirmed: false };
      if (told.confirmed[writer] && !has.confirmed)
        say('lost', `consent ${id.slice(0, 8)}: the ${writer} had confirmed`);
      if (has.strokes < told.strokes[writer])
        say(
          'lost',
          `consent ${id.slice(0, 8)}: ${has.strokes} strokes of the ${writer}, ${told.strokes[writer]} were acknowledged`,
        );
      // One more than acknowledged may be there: the stroke in hand.
      if (has.strokes > told.strokes[writer] + 1)
        say(
          'doubled',
          `consent ${id.slice(0, 8)}: ${has.strokes} strokes of the ${writer}, ${told.strokes[writer]} were acknowledged`,
        );
    }
  }
}

export async function consentFlow(ward: Ward, report: Report, random: Random, kills: number): Promise<void> {
  const { desk } = ward;
  const d: ConsentDesk = { ward, acknowledged: new Map() };
  await ward.open();
  await oneForm(d, 0);
  desk.arm({ at: 0, how: 'kill' });
  const began = performance.now();
  await oneForm(d, 0);
  const way: Way = { passed: desk.points(), milliseconds: performance.now() - began };
  await ward.settle(report, 'a consent form without a death', true);
  report.notes.push(
    `consent form without a death: ${pointsOf(way)} points of ${Object.keys(way.passed).length} kinds, ${Math.round(way.milliseconds)} ms`,
  );

  for (const [n, strike] of planStrikes(kills, random).entries()) {
    const where = await ward.strike(report, 'consent', strike, way, () => oneForm(d, n));
    await checkKept(d, report, where);
  }
  const open = (await desk.call('consent:list', undefined)).filter((f) => f.stage !== 'done');
  for (const { id } of open) await finish(d, await desk.call('consent:get', { id }));
  await ward.settle(report, 'the last consent form', true);
}
