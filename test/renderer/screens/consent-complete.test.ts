import { describe, expect, it } from 'vitest';
import {
  canFinish,
  checksOf,
  checksText,
  emptySigner,
  emptyWitness,
  isDay,
  lacks,
  onPaper,
  remaining,
  residentId,
  signerOf,
  withRole,
  witnessOf,
  type Typed,
} from '../../../src/renderer/screens/consent/complete.ts';
import { shrunk, troubleOf } from '../../../src/renderer/screens/consent/camera.ts';
import { findPatients, type Patient } from '../../../src/renderer/screens/consent/patients.ts';
import { consentSigner, type ConsentTemplate, type ConsentView } from '../../../src/shared/consent.ts';

const label = { zh: '术前诊断', en: 'Diagnosis' };
const template = (over: Partial<ConsentTemplate> = {}): ConsentTemplate => ({
  id: 't',
  version: 1,
  kind: 'surgery',
  title: '手术同意书',
  fields: [
    { id: 'diagnosis', label, kind: 'text', options: [], required: true, value: '' },
    { id: 'date', label: { zh: '日期', en: 'Date' }, kind: 'date', options: [], required: false, value: '' },
  ],
  witness: 'optional',
  fingerprint: 'optional',
  photo: 'none',
  ...over,
});
const typed = (over: Partial<Typed> = {}): Typed => ({
  values: { diagnosis: '冠心病' },
  signer: emptySigner('王某某'),
  witness: emptyWitness,
  ...over,
});
const kinds = (t: ConsentTemplate, x: Typed) => lacks(t, x).map((l) => l.kind);

describe('what a form lacks', () => {
  it('a patient who signs needs no relation and no reason', () => expect(kinds(template(), typed())).toEqual([]));
  it('a blank of spaces is empty', () => {
    expect(kinds(template(), typed({ values: { diagnosis: '  ' } }))).toEqual(['blank']);
  });
  it('a day that does not exist is said, also where the blank may stay empty', () => {
    expect(kinds(template(), typed({ values: { diagnosis: 'x', date: '2026-02-30' } }))).toEqual(['date']);
    expect(['2026-11-22', '2026-11-22 08:30', '2024-02-29'].map(isDay)).toEqual([true, true, true]);
    expect(['2026-11', '22.11.2026', '2026-11-22 25:00', '2023-02-29'].map(isDay)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
  it('anybody else who signs says who he is and why', () => {
    const signer = withRole(emptySigner('王某某'), 'authorised', '王某某');
    expect(kinds(template(), typed({ signer }))).toEqual(['name', 'relation', 'reason']);
    expect(
      kinds(template(), typed({ signer: { ...signer, name: '王小某', relation: '女儿', reason: '右手骨折' } })),
    ).toEqual([]);
  });
  it('a witness that must be there is asked for; a relation without a name is half a witness', () => {
    expect(kinds(template({ witness: 'required' }), typed())).toEqual(['witness']);
    expect(kinds(template(), typed({ witness: { name: '', relation: '女儿' } }))).toEqual(['witness']);
    expect(kinds(template({ witness: 'none' }), typed({ witness: { name: '', relation: '女儿' } }))).toEqual([]);
  });
  it('a resident id number is checked by its last character', () => {
    // 11010519491231002X is the example of GB 11643.
    expect(residentId('11010519491231002x')).toBe(true);
    expect(['110105194912310021', '11010519491231002', 'A1010519491231002X'].map(residentId)).toEqual([
      false,
      false,
      false,
    ]);
    const signer = { ...emptySigner('王某某'), idKind: 'resident' as const, idNumber: '110105194912310021' };
    expect(kinds(template(), typed({ signer }))).toEqual(['idNumber']);
  });
  it('a telephone number may have spaces and hyphens, not words', () => {
    const phone = (p: string) => kinds(template(), typed({ signer: { ...emptySigner('王某某'), phone: p } }));
    expect(phone('0755-8888 1234')).toEqual([]);
    expect(phone('无')).toEqual(['phone']);
  });
});

describe('who signs', () => {
  it('another role begins with nobody’s name; back to the patient takes the patient’s', () => {
    const guardian = withRole(emptySigner('王某某'), 'guardian', '王某某');
    expect(guardian.name).toBe('');
    const named = { ...guardian, name: '王大某', relation: '父亲', reason: '未成年' };
    expect(withRole(named, 'relative', '王某某').name).toBe('王大某');
    expect(withRole(named, 'self', '王某某')).toMatchObject({ name: '王某某', relation: '', reason: '' });
  });
  it('goes to main tidy and within the contract', () => {
    const s = signerOf({
      ...emptySigner(' 王  某某 '),
      idKind: 'resident',
      idNumber: '110105 19491231 002x',
      phone: '0755-8888 1234',
    });
    expect(s).toMatchObject({ name: '王 某某', idNumber: '11010519491231002X', phone: '075588881234' });
    expect(consentSigner.safeParse(s).success).toBe(true);
    expect(signerOf({ ...emptySigner('王某某'), idNumber: '123' }).idNumber).toBe('');
    expect([witnessOf(emptyWitness), witnessOf({ name: ' 李 ', relation: '' })]).toEqual([
      null,
      { name: '李', relation: '' },
    ]);
  });
  it('ticks are kept one a line', () => {
    expect(checksOf(checksText(['高血压', '糖尿病']))).toEqual(['高血压', '糖尿病']);
    expect(checksOf('')).toEqual([]);
  });
});

const none = { strokes: 0, pictureUrl: null, confirmed: false };
const done = { strokes: 9, pictureUrl: '/p', confirmed: true };
const view = (over: Partial<ConsentView> = {}): ConsentView =>
  ({
    id: 'c',
    stage: 'staff',
    template: template(),
    witness: null,
    allowed: { handwriting: true, fingerprint: true, photo: true, at: '' },
    ink: { patient: done, witness: none },
    fingerprint: null,
    photo: null,
    declined: null,
    ...over,
  }) as ConsentView;

describe('before the staff member signs', () => {
  it('all who are named have confirmed, and what the form needs was taken', () => {
    expect(canFinish(view())).toBe(true);
    expect(remaining(view({ ink: { patient: { ...done, confirmed: false }, witness: none } }))).toEqual(['patient']);
    expect(remaining(view({ witness: { name: '李', relation: '' } }))).toEqual(['witness']);
    expect(remaining(view({ template: template({ fingerprint: 'required', photo: 'required' }) }))).toEqual([
      'fingerprint',
      'photo',
    ]);
  });
  it('nothing is finished that is over, declined, or refused', () => {
    expect(
      (['filling', 'finishing', 'queued', 'done', 'abandoned'] as const).map((stage) => canFinish(view({ stage }))),
    ).toEqual([false, false, false, false, false]);
    expect(canFinish(view({ declined: { writer: 'patient', reason: '', at: '' } }))).toBe(false);
    const refused = view({ allowed: { handwriting: false, fingerprint: false, photo: false, at: '' } });
    expect([onPaper(refused), canFinish(refused)]).toEqual([true, false]);
  });
  it('a refused fingerprint sends the form to paper only where it must have one', () => {
    const allowed = { handwriting: true, fingerprint: false, photo: true, at: '' };
    expect(onPaper(view({ allowed }))).toBe(false);
    expect(onPaper(view({ allowed, template: template({ fingerprint: 'required' }) }))).toBe(true);
    expect(onPaper(view({ allowed: null }))).toBe(false);
  });
});

describe('finding a patient', () => {
  const p = (name: string, pinyin: string, bed: string, admissionNumber: string): Patient => ({
    id: admissionNumber,
    name,
    pinyin,
    sex: 'male',
    age: 50,
    bed,
    admissionNumber,
    admittedOn: '2026-11-20',
  });
  const ward = [
    p('王某某', 'wang mou mou', '15', '0038271'),
    p('冯某', 'feng mou', '05', '0037892'),
    p('陈某某', 'chen mou mou', '08', '0038155'),
  ];
  const found = (q: string) => findPatients(ward, q).map((x) => x.name);
  it('by name, pinyin, initials, bed and admission number', () => {
    expect([found('王'), found('wmm'), found('feng'), found('5').slice(0, 1), found('05床'), found('8155')]).toEqual([
      ['王某某'],
      ['王某某'],
      ['冯某'],
      ['冯某'],
      ['冯某'],
      ['陈某某'],
    ]);
  });
  it('all of them by bed where nothing is typed', () => expect(found('')).toEqual(['冯某', '陈某某', '王某某']));
});

describe('the camera', () => {
  it('tells calmly what is wrong', () => {
    const named = (name: string) => troubleOf(Object.assign(new Error(), { name }));
    expect(['NotFoundError', 'NotAllowedError', 'NotReadableError', 'InvalidStateError'].map(named)).toEqual([
      'none',
      'denied',
      'busy',
      'other',
    ]);
    expect(troubleOf('?')).toBe('other');
  });
  it('makes a picture small enough to be kept, never larger', () => {
    expect(shrunk(4000, 3000)).toEqual({ width: 1280, height: 960 });
    expect(shrunk(640, 480)).toEqual({ width: 640, height: 480 });
  });
});
