/** What is typed reaches main and is never lost on the way; main's word about a form never wipes what is being typed. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConsentSummary, ConsentView } from '../../../src/shared/consent.ts';
import * as c from '../../../src/renderer/state/consent.ts';

let asked: [string, Record<string, unknown>][] = [];
let answers: Record<string, (input: Record<string, unknown>) => unknown> = {};
const refused = {
  ok: false,
  error: { code: 'STORE_FULL', zh: { what: '满', next: '' }, en: { what: 'full', next: '' } },
};

const none = { strokes: 0, pictureUrl: null, confirmed: false };
const view = (over: Partial<ConsentView> = {}): ConsentView =>
  ({
    id: 'c1',
    stage: 'filling',
    template: {
      id: 't',
      version: 1,
      kind: 'surgery',
      title: '手术同意书',
      fields: [
        { id: 'a', label: { zh: '甲', en: 'A' }, kind: 'line', options: [], required: true, value: '' },
        { id: 'b', label: { zh: '乙', en: 'B' }, kind: 'line', options: [], required: false, value: '无' },
      ],
      witness: 'optional',
      fingerprint: 'none',
      photo: 'none',
    },
    patient: {
      id: 'p',
      name: '王某某',
      pinyin: 'wang',
      sex: 'male',
      age: 63,
      bed: '15',
      admissionNumber: '1',
      admittedOn: '',
    },
    values: {},
    signer: null,
    witness: null,
    document: null,
    allowed: null,
    ink: { patient: none, witness: none },
    fingerprint: null,
    photo: null,
    display: { open: false, second: false },
    offline: false,
    createdAt: '2026-11-22T01:00:00Z',
    writtenAt: null,
    trustedTime: null,
    error: null,
    signed: null,
    ...over,
  }) as ConsentView;
const line = (id: string, stage: ConsentSummary['stage']): ConsentSummary => ({
  id,
  stage,
  title: '',
  patientName: '',
  bed: '',
  createdAt: '',
  writtenAt: null,
  offline: false,
  error: null,
});
const state = () => c.useConsent.getState();
const names = () => asked.map(([n]) => n);

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answers = {
    'consent:get': () => ({ ok: true, value: view() }),
    'consent:list': () => ({ ok: true, value: [] }),
    'consent:fill': (i) => ({
      ok: true,
      value: view({
        values: i['values'] as ConsentView['values'],
        draft: { signer: i['signer'], witness: i['witness'] } as never,
      }),
    }),
    'consent:present': () => ({ ok: true, value: view({ stage: 'patient' }) }),
  };
  vi.stubGlobal('window', {
    yiqian: {
      call: (name: string, input: Record<string, unknown>) => {
        asked.push([name, input]);
        return Promise.resolve(answers[name]?.(input) ?? { ok: true, value: undefined });
      },
    },
  });
  c.forgetConsents();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('typing', () => {
  it('begins with what main kept, else with the form’s own words', async () => {
    await c.openConsent('c1');
    expect(state().draft).toMatchObject({ values: { b: '无' }, signer: { role: 'self', name: '王某某' } });
    answers['consent:get'] = () => ({
      ok: true,
      value: view({ values: { a: '甲', b: '' }, draft: { signer: null, witness: { name: '李', relation: '' } } }),
    });
    await c.openConsent('c1');
    expect(state().draft).toMatchObject({ values: { a: '甲', b: '' }, witness: { name: '李' } });
  });
  it('goes to main once the hands rest, signer and witness with it', async () => {
    await c.openConsent('c1');
    c.fillBlank('a', '冠');
    c.fillBlank('a', '冠心病');
    c.fillSigner({ phone: '123' });
    c.fillWitness({ name: '李' });
    expect(state().saving).toBe('unsaved');
    expect(names()).not.toContain('consent:fill');
    await vi.advanceTimersByTimeAsync(c.SAVE_AFTER);
    expect(asked.filter(([n]) => n === 'consent:fill').map(([, i]) => i)).toMatchObject([
      { id: 'c1', values: { a: '冠心病' }, signer: { phone: '123' }, witness: { name: '李' } },
    ]);
    expect(state().saving).toBe('saved');
  });
  it('what is typed while main is saving goes with a second round', async () => {
    await c.openConsent('c1');
    let release: (v: unknown) => void = () => undefined;
    answers['consent:fill'] = () => new Promise((done) => (release = done));
    c.fillBlank('a', '一');
    const saved = c.saveDraft();
    c.fillBlank('a', '一二');
    answers['consent:fill'] = (i) => ({ ok: true, value: view({ values: i['values'] as never }) });
    release({ ok: true, value: view({ values: { a: '一' } }) });
    expect(await saved).toBe(true);
    expect(state().draft?.values['a']).toBe('一二');
    expect(state().view?.values['a']).toBe('一二');
    expect(state().saving).toBe('saved');
  });
  it('stays and is said when main could not keep it; the next try keeps it', async () => {
    await c.openConsent('c1');
    answers['consent:fill'] = () => refused;
    c.fillBlank('a', '冠心病');
    expect(await c.saveDraft()).toBe(false);
    expect(state()).toMatchObject({
      saving: 'failed',
      error: { code: 'STORE_FULL' },
      draft: { values: { a: '冠心病' } },
    });
    answers['consent:fill'] = (i) => ({ ok: true, value: view({ values: i['values'] as never }) });
    expect(await c.saveDraft()).toBe(true);
    expect(state().saving).toBe('saved');
  });
  it('main’s word does not wipe what is being typed', async () => {
    await c.openConsent('c1');
    c.fillBlank('a', '冠心病');
    c.consentChanged(view({ values: { a: '旧' }, display: { open: true, second: true } }));
    expect(state().draft?.values['a']).toBe('冠心病');
    expect(state().view?.display.open).toBe(true);
  });
  it('goes to main before the form is left', async () => {
    await c.openConsent('c1');
    c.fillBlank('a', '冠心病');
    await c.closeConsent();
    expect(names()).toEqual(['consent:get', 'consent:fill', 'consent:list']);
    expect(state().view).toBeNull();
  });
  it('a form is not presented over words that main does not have', async () => {
    await c.openConsent('c1');
    answers['consent:fill'] = () => refused;
    c.fillBlank('a', '冠心病');
    expect(await c.present()).toBe(false);
    expect(names()).not.toContain('consent:present');
  });
});

describe('the form in hand', () => {
  it('one thing is asked at a time', async () => {
    await c.openConsent('c1');
    answers['consent:showPatient'] = () => new Promise(() => {});
    void c.showPatient('patient');
    expect(state().busy).toBe('showPatient');
    expect(await c.hidePatient()).toBe(false);
    expect(names()).not.toContain('consent:hidePatient');
  });
  it('an answer about another form is not shown', async () => {
    await c.openConsent('c1');
    let release: (v: unknown) => void = () => undefined;
    answers['consent:hidePatient'] = () => new Promise((done) => (release = done));
    const hiding = c.hidePatient();
    answers['consent:get'] = () => ({ ok: true, value: view({ id: 'c2' }) });
    await c.openConsent('c2');
    release({ ok: true, value: view({ id: 'c1', stage: 'staff' }) });
    await hiding;
    expect(state().view).toMatchObject({ id: 'c2', stage: 'filling' });
  });
  it('progress is that of the form in hand', async () => {
    await c.openConsent('c1');
    c.consentProgressed({ id: 'c2', step: 'sign', party: 'patient', state: 'done', milliseconds: 3 });
    expect(state().progress).toEqual({});
    c.consentProgressed({ id: 'c1', step: 'evidence', party: null, state: 'done', milliseconds: 30 });
    expect(state().progress['evidence/all']).toMatchObject({ milliseconds: 30 });
  });
  it('giving up throws away what was still to be saved', async () => {
    await c.openConsent('c1');
    answers['consent:abandon'] = () => ({ ok: true, value: [] });
    c.fillBlank('a', '冠心病');
    expect(await c.abandon('改用纸质')).toBeNull();
    await vi.advanceTimersByTimeAsync(c.SAVE_AFTER * 2);
    expect(names()).not.toContain('consent:fill');
    expect(state().view).toBeNull();
  });
  it('a PIN is nowhere in the state', async () => {
    await c.openConsent('c1');
    answers['consent:finish'] = () => refused;
    await c.finish('123456');
    expect(JSON.stringify(state())).not.toContain('123456');
  });
});

describe('the list', () => {
  it('follows the form in hand and is in order of what main said', async () => {
    answers['consent:list'] = () => ({ ok: true, value: [line('c1', 'filling'), line('c2', 'queued')] });
    await c.loadConsents();
    c.consentChanged(view({ stage: 'staff' }));
    expect(state().list?.map((x) => x.stage)).toEqual(['staff', 'queued']);
    c.consentChanged(view({ id: 'c3' }));
    expect(state().list?.map((x) => x.id)).toEqual(['c3', 'c1', 'c2']);
    expect(state().list?.filter(c.inWork)).toHaveLength(3);
  });
  it('the queued ones are completed under one PIN; those that were not say so', async () => {
    answers['consent:complete'] = () => ({ ok: true, value: [line('c2', 'done'), line('c4', 'queued')] });
    expect(await c.complete(['c2', 'c4'], '123456')).toBe(true);
    expect(asked.at(-1)).toEqual(['consent:complete', { ids: ['c2', 'c4'], pin: '123456' }]);
    expect(state().list?.map((x) => x.stage)).toEqual(['done', 'queued']);
  });
  it('nothing of one person is left for the next', async () => {
    await c.openConsent('c1');
    c.fillBlank('a', '冠心病');
    c.forgetConsents();
    await vi.advanceTimersByTimeAsync(c.SAVE_AFTER * 2);
    expect(state()).toEqual(c.useConsent.getInitialState());
    expect(names()).not.toContain('consent:fill');
  });
});
