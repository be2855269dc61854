/** Forms in the desk's store: whose they are, what a death leaves, what is destroyed. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FormTemplate } from '../../../src/core/consent/index.ts';
import { openFormStore, type Form, type FormStore } from '../../../src/main/consent/form-store.ts';
import { openConsentKeys, type ConsentKeys } from '../../../src/main/consent/keys.ts';
import { openStore, type DeskStore } from '../../../src/main/store/store.ts';
import { stroke } from './rig.ts';

let folder: string;
let store: DeskStore;
let keys: ConsentKeys;
let forms: FormStore;
const open = (): void => {
  store = openStore(join(folder, 'desk.sqlite'));
  keys = openConsentKeys(join(folder, 'keys'));
  forms = openFormStore(store, keys);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-forms-'));
  open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

const template: FormTemplate = {
  ...{ id: 't', version: 1, kind: 'other', title: '知情同意书', formNumber: '1', fields: [], body: [] },
  ...{ statement: [], staffStatement: [], witness: 'none', fingerprint: 'none', photo: 'none' },
};
const form = (id: string, personId: string, more: Partial<Form> = {}): Form => ({
  id,
  personId,
  stage: 'patient',
  createdAt: '2026-11-23T00:00:00.000Z',
  state: {
    template,
    patient: {
      ...{ id: 'p1', name: '林某某', pinyin: 'linmoumou', sex: 'male', age: 60, bed: '12' },
      ...{ admissionNumber: '20260001', admittedOn: '2026-11-01' },
    },
    hospital: { name: '示范医院', department: '外科', ward: '三病区' },
    values: {},
    draft: { signer: null, witness: null },
    ...{ signer: null, witness: null, document: null, paragraphs: [], parts: {}, fingerprint: null, photo: null },
    ...{ declined: null, offline: false, writtenAt: null, act: null, trustedTime: null, signed: null, error: null },
    abandoned: null,
  },
  ...more,
});
const addStrokes = (id: string, n: number): void => {
  for (let i = 0; i < n; i++) {
    forms.addStroke(id, 'patient', i, { liftedAt: '2026-11-23T00:00:00.000Z', stroke: stroke(i) });
  }
};
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'accepted';
  } catch (e) {
    return (e as { code: string }).code;
  }
};

it('a form that cannot be read keeps nobody from the others, and is named', () => {
  forms.create(form('whole', 'li'));
  forms.create(form('broken', 'li', { stage: 'staff' }));
  forms.create(form('his', 'zhao'));
  store.db.prepare('UPDATE consent_form SET state = zeroblob(64) WHERE id = ?').run('broken');
  expect(forms.list('li').map((f) => f.id)).toEqual(['whole']);
  expect(forms.unreadable('li')).toEqual([{ id: 'broken', stage: 'staff', createdAt: '2026-11-23T00:00:00.000Z' }]);
  expect(forms.unreadable('zhao')).toEqual([]);
  expect(codeOf(() => forms.load('broken', 'li'))).toBe('CONSENT_KEPT');
});

it('another person reads, changes and lists nothing of a form', () => {
  forms.create(form('a', 'li'));
  expect(forms.load('a', 'li').state.patient.name).toBe('林某某');
  expect(codeOf(() => forms.load('a', 'zhao'))).toBe('CONSENT_NOT_FOUND');
  expect(forms.list('zhao')).toEqual([]);
  forms.save({ ...form('a', 'zhao'), stage: 'done' });
  expect(forms.load('a', 'li').stage).toBe('patient');
  forms.cache('li', 'offer', { patients: ['林某某'] }, 'now');
  expect(forms.cached('zhao', 'offer')).toBeUndefined();
});

it('a name, a stroke, a picture stand nowhere on the disk as they are', () => {
  forms.create(form('a', 'li'));
  addStrokes('a', 2);
  forms.putPicture('a', 'fingerprint', { format: 'PNG', data: new TextEncoder().encode('a finger in the open') });
  forms.cache('li', 'offer', { patients: ['林某某'] }, 'now');
  const kept = ['desk.sqlite', 'desk.sqlite-wal'].map((f) => readFileSync(join(folder, f)));
  for (const words of ['林某某', '20260001', 'linmoumou', 'pointer', 'a finger']) {
    expect(
      kept.some((bytes) => bytes.includes(Buffer.from(words))),
      words,
    ).toBe(false);
  }
});

it('strokes are there after a start, in their order; one that took another’s place is noticed', () => {
  forms.create(form('a', 'li'));
  addStrokes('a', 3);
  store.close();
  open();
  expect(forms.strokes('a', 'patient').map((k) => k.stroke)).toEqual([stroke(0), stroke(1), stroke(2)]);
  expect(codeOf(() => addStrokes('a', 1))).toBe('STORE_BROKEN');
  forms.cutStrokes('a', 'patient', 1);
  expect(forms.countStrokes('a', 'patient')).toBe(1);
  addStrokesFrom(1);
  store.db.exec('UPDATE consent_stroke SET data = (SELECT data FROM consent_stroke WHERE number = 0) WHERE number = 1');
  expect(codeOf(() => forms.strokes('a', 'patient'))).toBe('CONSENT_KEPT');
});
const addStrokesFrom = (n: number): void =>
  forms.addStroke('a', 'patient', n, { liftedAt: '2026-11-23T00:00:00.000Z', stroke: stroke(n) });

it('sealing takes all evidence in one step with the packages; a failure leaves everything', () => {
  forms.create(form('a', 'li'));
  addStrokes('a', 2);
  const sealed = form('a', 'li', { stage: 'finishing' });
  const packages = { 'package-patient': new Uint8Array([1, 2, 3]) };
  expect(() =>
    forms.close(sealed, packages, () => {
      throw new Error('the audit chain can’t be written');
    }),
  ).toThrow();
  expect(forms.countStrokes('a', 'patient')).toBe(2);
  expect(forms.strokes('a', 'patient')).toHaveLength(2);
  expect(forms.file('a', 'package-patient')).toBeUndefined();
  // A copy of the store from before can't be read once the key is gone.
  store.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  copyFileSync(join(folder, 'desk.sqlite'), join(folder, 'copy.sqlite'));
  forms.close(sealed, packages, () => undefined);
  expect(forms.load('a', 'li').stage).toBe('finishing');
  expect(forms.file('a', 'package-patient')).toEqual(new Uint8Array([1, 2, 3]));
  expect(forms.countStrokes('a', 'patient')).toBe(0);
  expect(keys.hasEvidence('a')).toBe(false);
  const copy = openStore(join(folder, 'copy.sqlite'));
  const before = openFormStore(copy, openConsentKeys(join(folder, 'keys')));
  expect(before.countStrokes('a', 'patient')).toBe(2);
  expect(codeOf(() => before.strokes('a', 'patient'))).toBe('CONSENT_KEPT');
  copy.close();
});

it('at the start: keys that a death left are destroyed, what was being signed waits again', () => {
  forms.create(form('a', 'li'));
  forms.create(form('b', 'li'));
  for (const id of ['a', 'b']) addStrokes(id, 1);
  store.db.exec(
    "DELETE FROM consent_stroke WHERE form_id = 'a'; UPDATE consent_form SET stage = 'finishing' WHERE id = 'a'",
  );
  store.close();
  open();
  forms.settle();
  expect(forms.load('a', 'li').stage).toBe('queued');
  expect(keys.hasEvidence('a')).toBe(false);
  expect(forms.strokes('b', 'patient')).toHaveLength(1);
});

it('what is old and with the service goes; what still waits stays', () => {
  const signed = { path: 'x', sm3: '', attempts: 1, nextAt: 0 };
  const state = form('', '').state;
  forms.create(form('sent', 'li', { stage: 'done', state: { ...state, signed: { ...signed, upload: 'uploaded' } } }));
  forms.create(form('waits', 'li', { stage: 'done', state: { ...state, signed: { ...signed, upload: 'pending' } } }));
  forms.create(form('given up', 'li', { stage: 'abandoned' }));
  forms.create(form('open', 'li'));
  forms.putFile('sent', 'document', new Uint8Array([1]));
  forms.forgetOld('2026-11-24T00:00:00.000Z');
  expect(
    forms
      .list('li')
      .map((f) => f.id)
      .sort(),
  ).toEqual(['open', 'waits']);
});
