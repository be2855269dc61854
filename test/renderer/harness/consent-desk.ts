/** The consent calls of the desk, in the page: what main would keep and answer. The scenario `consent-STAGE` begins a form there. */
import type { ConsentSummary, ConsentView } from '../../../src/shared/consent.ts';
import type { EventName } from '../../../src/shared/ipc.ts';
import type { ConsentData } from './consent-data.ts';

type Is = (name: string) => boolean;
type Emit = (name: EventName, payload: unknown) => void;

let loaded: Promise<ConsentData> | undefined;
const data = (): Promise<ConsentData> =>
  (loaded ??= fetch('/harness/consent.json').then((r) => r.json() as Promise<ConsentData>));
const ok = (value: unknown) => ({ ok: true, value });
const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

let views: Map<string, ConsentView> | undefined;
let list: ConsentSummary[] | undefined;
let fills = 0;

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const asked = { handwriting: true, fingerprint: true, photo: true };

/** The form as it is at some point of its way. */
function at(d: ConsentData, is: Is): ConsentView {
  const filled = d.view;
  const presented: ConsentView = {
    ...filled,
    stage: 'patient',
    signer: filled.draft?.signer ?? null,
    witness: filled.draft?.witness ?? null,
    document: d.document,
    display: { open: true, second: true },
  };
  const written: ConsentView = {
    ...presented,
    stage: 'staff',
    allowed: { ...asked, at: ago(8) },
    ink: {
      patient: { strokes: 22, pictureUrl: '/picture/consent/ink-22', confirmed: true },
      witness: { strokes: 13, pictureUrl: '/picture/consent/ink-13', confirmed: true },
    },
    fingerprint: { pictureUrl: '/picture/consent/fingerprint', source: '模拟指纹仪', simulated: true, at: ago(3) },
    photo: { pictureUrl: '/picture/consent/portrait', at: ago(2) },
    display: { open: false, second: true },
    writtenAt: ago(4),
  };
  if (is('consent-empty')) {
    return { ...filled, values: {}, draft: { signer: null, witness: null } };
  }
  if (is('consent-patient'))
    return {
      ...presented,
      allowed: { ...asked, at: ago(1) },
      ink: { ...presented.ink, patient: { strokes: 6, pictureUrl: '/picture/consent/ink-6', confirmed: false } },
    };
  if (is('consent-presented')) return { ...presented, display: { open: false, second: !is('one-display') } };
  if (is('consent-witness'))
    return {
      ...written,
      stage: 'witness',
      fingerprint: null,
      photo: null,
      ink: { ...written.ink, witness: { strokes: 0, pictureUrl: null, confirmed: false } },
    };
  if (is('consent-declined'))
    return {
      ...presented,
      declined: { writer: 'patient', reason: '想和家里人商量', at: ago(1) },
      display: { open: false, second: true },
    };
  if (is('consent-paper'))
    return {
      ...presented,
      allowed: { handwriting: false, fingerprint: false, photo: false, at: ago(1) },
      display: { open: false, second: true },
    };
  if (is('consent-staff')) return { ...written, offline: is('offline') };
  if (is('consent-queued')) return { ...written, stage: 'queued', offline: true, writtenAt: ago(95) };
  if (is('consent-done')) {
    const late = is('late');
    return {
      ...written,
      stage: 'done',
      offline: late,
      writtenAt: ago(late ? 190 : 4),
      trustedTime: ago(0),
      signed: { document: d.document, report: d.report, uploaded: !is('upload') },
    };
  }
  return filled;
}

const lacksOf = (v: ConsentView, id: string): ConsentView => ({ ...v, id });

async function finish(d: ConsentData, v: ConsentView, emit: Emit, is: Is): Promise<ConsentView> {
  const told = async (step: string, party: string | null, milliseconds: number) => {
    emit('consent:progress', { id: v.id, step, party, state: 'begun' });
    if (is('hold') && step === 'timestamp') await new Promise(() => {});
    await wait(5);
    emit('consent:progress', { id: v.id, step, party, state: 'done', milliseconds });
  };
  emit('consent:changed', { ...v, stage: 'finishing' });
  await told('evidence', null, 34);
  for (const party of ['patient', 'witness', 'staff']) {
    if (party === 'witness' && v.witness === null) continue;
    if (party !== 'staff') await told('certificate', party, 61);
    await told('sign', party, party === 'staff' ? 104 : 3);
    await told('timestamp', party, 14);
  }
  await told('selfcheck', null, 52);
  await told('upload', null, 40);
  if (v.offline) return { ...v, stage: 'queued' };
  return {
    ...v,
    stage: 'done',
    trustedTime: new Date().toISOString(),
    signed: { document: d.document, report: d.report, uploaded: !is('upload') },
  };
}

export async function answerConsent(
  name: string,
  given: Readonly<Record<string, unknown>>,
  emit: Emit,
  is: Is,
): Promise<unknown> {
  const d = await data();
  const no = (error: string) => ({ ok: false, error: d.errors[error] });
  views ??= new Map([['c1', at(d, is)]]);
  list ??= is('no-consents') ? [] : [...d.list];
  const mine = views;
  const v = mine.get(String(given['id'])) ?? lacksOf(at(d, is), String(given['id']));
  const keep = (next: ConsentView) => {
    mine.set(next.id, next);
    return ok(next);
  };
  switch (name) {
    case 'consent:list':
      if (is('consent-slow')) await new Promise(() => {});
      return is('consent-fail') ? no('backend') : ok(list);
    case 'consent:templates':
      if (is('consent-slow')) await new Promise(() => {});
      return is('consent-fail')
        ? no('backend')
        : ok({ templates: d.templates, patients: d.patients, stale: is('offline') ? d.errors['backend'] : null });
    case 'consent:start': {
      const template = d.templates.find((t) => t.id === given['templateId']) ?? d.view.template;
      const patient = d.patients.find((p) => p.id === given['patientId']) ?? d.view.patient;
      return keep({
        ...d.view,
        id: 'n1',
        template,
        patient,
        values: {},
        draft: { signer: null, witness: null },
        createdAt: new Date().toISOString(),
        offline: is('offline'),
      });
    }
    case 'consent:get':
      return is('consent-gone') ? no('backend') : keep(v);
    case 'consent:fill':
      fills++;
      if (is('fill-fails') && fills <= 1) return no('full');
      return keep({
        ...v,
        values: given['values'] as ConsentView['values'],
        draft: { signer: given['signer'], witness: given['witness'] } as NonNullable<ConsentView['draft']>,
      });
    case 'consent:present':
      return keep({
        ...v,
        stage: 'patient',
        signer: given['signer'] as ConsentView['signer'],
        witness: given['witness'] as ConsentView['witness'],
        document: d.document,
      });
    case 'consent:reopen':
      return keep({
        ...v,
        stage: 'filling',
        document: null,
        declined: null,
        draft: { signer: v.signer, witness: v.witness },
      });
    case 'consent:showPatient':
      return keep({ ...v, display: { ...v.display, open: true } });
    case 'consent:hidePatient':
      return keep({ ...v, display: { ...v.display, open: false } });
    case 'consent:readers':
      return ok(
        is('no-readers')
          ? []
          : [
              { id: 'r1', name: '指纹仪 URU4500', simulated: false, ready: false },
              { id: 'sim', name: '模拟指纹仪', simulated: true, ready: true },
            ],
      );
    case 'consent:takeFingerprint':
    case 'consent:importFingerprint': {
      const file = name === 'consent:importFingerprint';
      return keep({
        ...v,
        fingerprint: {
          pictureUrl: '/picture/consent/fingerprint',
          source: file ? 'right-thumb.png' : '模拟指纹仪',
          simulated: !file,
          at: new Date().toISOString(),
        },
      });
    }
    case 'consent:dropFingerprint':
      return keep({ ...v, fingerprint: null });
    case 'consent:setPhoto':
      return keep({ ...v, photo: { pictureUrl: '/picture/consent/portrait', at: new Date().toISOString() } });
    case 'consent:dropPhoto':
      return keep({ ...v, photo: null });
    case 'consent:finish':
      if (given['pin'] !== '123456') return no('pin');
      if (is('finish-removed')) return no('removed');
      return keep(await finish(d, v, emit, is));
    case 'consent:complete': {
      if (given['pin'] !== '123456') return no('pin');
      const ids = given['ids'] as string[];
      list = list.map((c) =>
        ids.includes(c.id)
          ? is('complete-half') && c.id === ids.at(-1)
            ? { ...c, error: d.errors['backend'] ?? null }
            : { ...c, stage: 'done' as const }
          : c,
      );
      return ok(list);
    }
    default:
      list = list.filter((c) => c.id !== given['id']);
      return ok(list);
  }
}
