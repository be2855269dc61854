/** A record's life over HTTP, with real signatures: three levels, a superior's change, return, withdrawal, urgency, races, trace. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecordRules } from '../../src/backend/records/rules.ts';
import { bytesSource } from '../../src/core/pdf/index.ts';
import { verifyPdf } from '../../src/core/verify/index.ts';
import { hexSm3, Hospital, type Answer, type Doctor } from './hospital.ts';
import { signVersion, write, type Line, type Writing, type Written } from './written-record.ts';

let hospital: Hospital;
let [zhao, li, zhou, fang, wu] = [] as unknown as Doctor[];
const tokens = new Map<Doctor, string>();
let counter = 0;

beforeAll(async () => {
  hospital = await Hospital.open();
  zhao = await hospital.doctor('10087', '赵医师', { title: '住院医师' });
  li = await hospital.doctor('10023', '李医师', { title: '主治医师' });
  zhou = await hospital.doctor('10003', '周主任', { title: '主任医师' });
  fang = await hospital.doctor('20115', '方实习', { title: '实习医师' });
  wu = await hospital.doctor('30027', '吴护士', { title: '护士' });
  for (const doctor of [zhao, li, zhou, fang, wu]) tokens.set(doctor!, await hospital.signIn(doctor!));
});
afterAll(async () => {
  expect(hospital.faults).toEqual([]);
  await hospital.close();
});

const tokenOf = (doctor: Doctor): string => tokens.get(doctor)!;
const RESIDENT = (): Line => ({ doctor: zhao!, role: '住院医师' });
const ATTENDING = (): Line => ({ doctor: li!, role: '主治医师' });
const CHIEF = (): Line => ({ doctor: zhou!, role: '主任医师' });

const record = (lines: readonly Line[], more: Writing = {}): Promise<Written> =>
  write(hospital, `L${++counter}`, lines, more);
const get = async (doctor: Doctor, path: string): Promise<any> =>
  (await hospital.call('GET', `/api/v1${path}`, { token: tokenOf(doctor) })).json;
const post = (doctor: Doctor, path: string, json: unknown): Promise<Answer> =>
  hospital.call('POST', `/api/v1${path}`, { token: tokenOf(doctor), json });
const life = (doctor: Doctor, id: string): Promise<any> => get(doctor, `/records/${id}/life`);
const sign = (doctor: Doctor, id: string, version: number) =>
  signVersion(hospital, doctor, tokenOf(doctor), id, version);
const states = async (doctor: Doctor, id: string): Promise<string[]> =>
  (await life(doctor, id)).steps.map((s: any) => `${s.person} ${s.state} ${s.version ?? '-'}`);
const listed = async (doctor: Doctor, state = 'waiting'): Promise<string[]> =>
  (await get(doctor, `/records?state=${state}`)).records.map((r: any) => r.id);
const edit = (doctor: Doctor, id: string, from: number, text: string, reason = '补充', section = 's2') =>
  post(doctor, `/records/${id}/versions`, { from, sections: [{ id: section, text }], reason });

async function judged(doctor: Doctor, id: string, version: number) {
  const answer = await hospital.call('GET', `/api/v1/records/${id}/versions/${version}/document`, {
    token: tokenOf(doctor),
  });
  const trust = await hospital.backend.rooms.trust.material();
  return verifyPdf(bytesSource(answer.bytes), { name: id, trust, at: hospital.now });
}

describe('three levels', () => {
  it('each signs his own line; a superior’s change is a new version, and what was signed before stays valid', async () => {
    const { id, sm3 } = await record([RESIDENT(), ATTENDING(), CHIEF()]);
    expect(await listed(zhao!)).toContain(id);
    expect(await listed(li!)).not.toContain(id);
    const first = await sign(zhao!, id, 1);
    expect(first.answer.status).toBe(201);
    expect(await states(zhao!, id)).toEqual(['赵医师 signed 1', '李医师 next -', '周主任 waiting -']);

    hospital.advance(60_000);
    const sections = (await life(li!, id)).sections;
    expect(sections.map((s: any) => [s.title, s.editable])).toEqual([
      ['基本项', false],
      ['主诉', true],
      ['初步诊断', true],
      ['分析', true],
    ]);
    const made = await post(li!, `/records/${id}/versions`, {
      from: 1,
      sections: [
        { id: 's2', text: '反复胸闷 3 年，加重伴气促 2 天。' },
        { id: 's3', text: '冠心病，心功能 III 级；\n高血压 3 级。\n高脂血症。' },
      ],
      reason: '诊断依据不足',
    });
    expect([made.status, made.json]).toEqual([201, { version: 2 }]);
    expect(await states(li!, id)).toEqual(['赵医师 signed 1', '李医师 next -', '周主任 waiting -']);
    const now = await get(li!, `/records/${id}/versions/2`);
    expect(now.state).toBe('waiting');
    expect(now.changes.map((c: any) => [c.where, c.before, c.after, c.by])).toEqual([
      ['主诉', '反复胸闷 3 年，加重 2 天。', '反复胸闷 3 年，加重伴气促 2 天。', '李医师'],
      ['初步诊断 1', '冠心病，心功能 II 级；', '冠心病，心功能 III 级；', '李医师'],
      ['初步诊断 3', '', '高脂血症。', '李医师'],
    ]);
    expect(await listed(zhao!)).not.toContain(id); // the lower level need not sign again
    expect((await sign(li!, id, 2)).answer.status).toBe(201);
    expect((await sign(zhou!, id, 2)).answer.json).toMatchObject({ state: 'signed' });

    expect(await states(zhou!, id)).toEqual(['赵医师 signed 1', '李医师 signed 2', '周主任 signed 2']);
    const { versions } = await life(zhao!, id);
    expect(versions.map((v: any) => [v.version, v.author, v.authorLevel, v.state, v.signatures.length])).toEqual([
      [1, '赵医师', 'resident', 'superseded', 1],
      [2, '李医师', 'attending', 'signed', 2],
    ]);
    const [one, two] = [await judged(zhao!, id, 1), await judged(zhao!, id, 2)];
    expect([one.verdict, one.signatures.length]).toEqual(['PASSED', 1]);
    expect([two.verdict, two.signatures.length]).toEqual(['PASSED', 2]);
    expect(one.sm3.toUpperCase()).toBe(hexSm3(first.signed));
    // What was handed in at first is still there too.
    expect(await hospital.backend.rooms.documents.has(sm3)).toBe(true);

    const { events } = await get(zhou!, `/records/${id}/trace`);
    expect(events.map((e: any) => [e.version, e.act, e.person.name])).toEqual([
      [1, 'submitted', '赵医师'],
      [1, 'signed', '赵医师'],
      [2, 'changed', '李医师'],
      [2, 'signed', '李医师'],
      [2, 'signed', '周主任'],
    ]);
    expect(events[2].detail).toMatchObject({ reason: '诊断依据不足' });
  });

  it('the lower levels sign again where the type says so', async () => {
    const { id } = await record([RESIDENT(), ATTENDING()], { type: '抢救记录' });
    await sign(zhao!, id, 1);
    expect((await edit(li!, id, 1, '反复胸闷。')).status).toBe(201);
    expect(await states(li!, id)).toEqual(['赵医师 next -', '李医师 waiting -', ' not-needed -']);
    expect(await listed(zhao!)).toContain(id);
  });

  it('only who is next may change it, and only what has a text', async () => {
    const { id } = await record([RESIDENT(), ATTENDING()]);
    expect((await edit(li!, id, 1, '改')).json.code).toBe('RECORD_NOT_YOURS'); // not his turn yet
    expect((await edit(zhou!, id, 1, '改')).json.code).toBe('RECORD_NOT_YOURS'); // not his at all
    await sign(zhao!, id, 1);
    expect((await edit(zhao!, id, 1, '改')).json.code).toBe('RECORD_NOT_YOURS');
    const wrong: [unknown[], string][] = [
      [[{ id: 's9', text: '改' }], 'RECORD_NOT_EDITABLE'],
      [[{ id: 's1', text: '改' }], 'RECORD_NOT_EDITABLE'],
      [[{ id: 's2', text: '反复胸闷 3 年，加重 2 天。 ' }], 'RECORD_NOT_EDITABLE'], // nothing but white space
      [[{ id: 's2', text: '好转\u{1F600}' }], 'RECORD_TEXT_UNPRINTABLE'],
      [[{ id: 's2', text: '好\u0007转' }], 'RECORD_TEXT_UNPRINTABLE'],
      [[{ id: 's2', text: '好\u202E转' }], 'RECORD_TEXT_UNPRINTABLE'], // turns what follows about
      [[{ id: 's2', text: '行\n'.repeat(300) }], 'RECORD_NOT_EDITABLE'],
      [[], 'BACKEND_REQUEST'],
    ];
    for (const [sections, code] of wrong) {
      const answer = await post(li!, `/records/${id}/versions`, { from: 1, sections, reason: '改' });
      expect([sections, answer.json.code]).toEqual([sections, code]);
    }
    expect((await life(li!, id)).version).toBe(1);
    const bare = `L${++counter}`;
    await hospital.addRecord(bare, 1, (await record([RESIDENT(), ATTENDING()])).bytes, [li!]);
    expect((await edit(li!, bare, 1, '改')).json.code).toBe('RECORD_NOT_EDITABLE'); // a document without its text
    expect((await life(li!, bare)).may.edit).toBe(false);
  });

  it('a person of a lower level, or not licensed here, neither signs nor changes a superior’s line', async () => {
    const id = `L${++counter}`;
    const { bytes } = await record([RESIDENT(), ATTENDING()]);
    // A record system that does not ask the rules puts the intern on the attending's line.
    const rule = {
      placement: null,
      layout: null,
      seal: null,
      text: { zh: '', en: '' },
      appearance: 'none',
      role: '主治医师',
    };
    await hospital.addRecord(id, 1, bytes, [], {
      signers: [{ personId: fang!.person.id, level: 'attending', rule: { ...rule, appearance: 'none' } }],
      content: hospital.backend.rooms.register.content(`L${counter - 1}`, 1),
    });
    const signed = await hospital.sign(fang!, bytes);
    expect((await hospital.upload(tokenOf(fang!), id, 1, hexSm3(bytes), signed)).json).toMatchObject({
      code: 'RECORD_LEVEL',
      status: 403,
    });
    expect((await life(fang!, id)).may).toMatchObject({ sign: false, edit: false });
  });
});

describe('interns', () => {
  it('an intern’s record is signed by a superior licensed here, or is not taken in', async () => {
    const { id } = await record([{ doctor: fang!, role: '实习医师' }, RESIDENT(), ATTENDING()]);
    const seen = await get(zhao!, `/records?state=waiting`);
    expect(seen.records.some((r: any) => r.id === id)).toBe(false);
    expect((await sign(fang!, id, 1)).answer.status).toBe(201);
    const summary = (await get(zhao!, `/records`)).records.find((r: any) => r.id === id);
    expect(summary).toMatchObject({ byIntern: true, level: { at: 2, of: 3 }, mine: 'to-sign' });
    await expect(record([{ doctor: fang!, role: '住院医师', level: 'resident' }, ATTENDING()])).rejects.toMatchObject({
      code: 'RECORD_RULES',
    });
    await expect(record([RESIDENT(), ATTENDING()], { type: '长期医嘱单', author: fang! })).rejects.toMatchObject({
      code: 'RECORD_RULES',
    });
  });

  it.each([
    ['nobody of a level that is required', () => [RESIDENT()]],
    ['from high to low', () => [ATTENDING(), RESIDENT()]],
    ['a nurse on a doctor’s line', () => [{ doctor: wu!, role: '住院医师', level: 'resident' } as Line, ATTENDING()]],
  ])('a chain that does not fit the type is not taken in: %s', async (_, lines) => {
    const before = hospital.backend.rooms.register.count();
    await expect(record(lines())).rejects.toMatchObject({ code: 'RECORD_RULES' });
    expect(hospital.backend.rooms.register.count()).toBe(before);
  });
});

describe('return', () => {
  it('goes to the author with its reason; he makes a new version, and all sign that', async () => {
    const { id } = await record([RESIDENT(), ATTENDING()]);
    await sign(zhao!, id, 1);
    const reason = '请补充血钾';
    expect((await post(li!, `/records/${id}/versions/1/return`, { reason })).status).toBe(204);
    expect((await post(li!, `/records/${id}/versions/1/return`, { reason })).status).toBe(204); // the answer was lost
    expect(await listed(li!)).not.toContain(id);
    const mine = (await get(zhao!, '/records?state=mine')).records.find((r: any) => r.id === id);
    expect(mine).toMatchObject({ mine: 'returned-to-me', returnReason: reason });
    const told = await life(zhao!, id);
    expect(told.returned).toMatchObject({ by: '李医师', reason });
    expect(told.may).toMatchObject({ edit: true, sign: false, withdraw: true });
    expect((await life(li!, id)).may).toMatchObject({ edit: false, sign: false });

    expect((await edit(zhao!, id, 1, '反复胸闷 3 年，加重 2 天，血钾 3.9 mmol/L。')).json).toEqual({ version: 2 });
    expect(await states(zhao!, id)).toEqual(['赵医师 next -', '李医师 waiting -', ' not-needed -']);
    expect((await get(zhao!, '/records?state=mine')).records.some((r: any) => r.id === id)).toBe(false);
    await sign(zhao!, id, 2);
    expect((await sign(li!, id, 2)).answer.json.state).toBe('signed');
    const { versions } = await life(li!, id);
    expect(versions.map((v: any) => v.state)).toEqual(['returned', 'signed']);
    expect((await judged(li!, id, 1)).verdict).toBe('PASSED');
  });

  it('its author may also take the record back for good', async () => {
    const { id } = await record([RESIDENT(), ATTENDING()]);
    await sign(zhao!, id, 1);
    await post(li!, `/records/${id}/versions/1/return`, { reason: '重复' });
    const gone = await post(zhao!, `/records/${id}/versions/1/withdraw`, { reason: '重复提交' });
    expect([gone.status, gone.json]).toEqual([200, { version: 1 }]);
    const told = await life(zhao!, id);
    expect(told.versions[0].state).toBe('withdrawn');
    expect(Object.values(told.may)).not.toContain(true);
    for (const doctor of [zhao!, li!])
      for (const s of ['waiting', 'mine']) expect(await listed(doctor, s)).not.toContain(id);
    expect((await edit(zhao!, id, 1, '改')).json.code).toBe('RECORD_CHANGED');
  });
});

describe('withdrawal', () => {
  it('closes the version with its signed bytes kept; the next one is the document as it was before', async () => {
    const { id } = await record([RESIDENT(), ATTENDING(), CHIEF()]);
    const first = await sign(zhao!, id, 1);
    const second = await sign(li!, id, 1);
    expect((await get(li!, '/records?state=mine')).records.find((r: any) => r.id === id)).toMatchObject({
      mine: 'signed-by-me',
      level: { at: 2, of: 3 },
    });
    expect((await post(zhao!, `/records/${id}/versions/1/withdraw`, { reason: '改' })).json.code).toBe(
      'RECORD_NOT_WITHDRAWABLE',
    );
    const reason = '需要补充分析';
    const done = await post(li!, `/records/${id}/versions/1/withdraw`, { reason });
    expect([done.status, done.json]).toEqual([200, { version: 2 }]);
    const again = await post(li!, `/records/${id}/versions/1/withdraw`, { reason });
    expect([again.status, again.json]).toEqual([200, { version: 2 }]);
    expect(await states(li!, id)).toEqual(['赵医师 signed 1', '李医师 next -', '周主任 waiting -']);
    expect((await get(li!, `/records/${id}/versions/2`)).document.sm3).toBe(hexSm3(first.signed));
    const kept = await hospital.call('GET', `/api/v1/records/${id}/versions/1/document`, { token: tokenOf(li!) });
    expect(hexSm3(kept.bytes)).toBe(hexSm3(second.signed));

    // The signature that was withdrawn cannot be handed in once more.
    const replay = await hospital.upload(tokenOf(li!), id, 2, hexSm3(first.signed), second.signed);
    expect(replay.json.code).toBe('RECORD_CHANGED');
    expect((await edit(li!, id, 2, '反复胸闷。')).json).toEqual({ version: 3 });
    expect((await sign(li!, id, 3)).answer.status).toBe(201);
    expect((await sign(zhou!, id, 3)).answer.json.state).toBe('signed');
    expect((await life(zhou!, id)).versions.map((v: any) => v.state)).toEqual(['withdrawn', 'superseded', 'signed']);
    expect(await states(zhou!, id)).toEqual(['赵医师 signed 1', '李医师 signed 3', '周主任 signed 3']);
  });

  it('is over when all have signed, and where the type does not know it', async () => {
    const whole = await record([RESIDENT(), ATTENDING()]);
    await sign(zhao!, whole.id, 1);
    await sign(li!, whole.id, 1);
    const rescue = await record([RESIDENT(), ATTENDING()], { type: '抢救记录' });
    await sign(zhao!, rescue.id, 1);
    for (const [doctor, id] of [
      [li!, whole.id],
      [zhao!, whole.id],
      [zhao!, rescue.id],
    ] as const) {
      expect((await life(doctor, id)).may.withdraw).toBe(false);
      const answer = await post(doctor, `/records/${id}/versions/1/withdraw`, { reason: '改' });
      expect(answer.json).toMatchObject({ code: 'RECORD_NOT_WITHDRAWABLE', status: 409 });
      expect(await listed(doctor, 'mine')).not.toContain(id);
    }
  });
});

describe('urgency', () => {
  it('is marked with a reason, kept over a change, and taken off', async () => {
    const { id } = await record([RESIDENT(), ATTENDING()]);
    const mark = (urgent: boolean, reason: string, version = 1) =>
      post(zhao!, `/records/${id}/versions/${version}/urgent`, { urgent, reason });
    expect((await mark(true, ' ')).json.code).toBe('BACKEND_REQUEST');
    expect((await mark(true, '今晚手术')).status).toBe(204);
    expect((await mark(true, '今晚手术')).status).toBe(204);
    expect((await life(zhao!, id)).urgent).toMatchObject({ by: '赵医师', reason: '今晚手术' });
    await edit(zhao!, id, 1, '反复胸闷。');
    expect((await life(zhao!, id)).urgent).toMatchObject({ by: '赵医师', reason: '今晚手术' });
    expect((await get(zhao!, `/records/${id}/versions/2`)).record.urgent).toBe(true);
    expect((await mark(false, '', 1)).json.code).toBe('RECORD_CHANGED');
    expect((await mark(false, '', 2)).status).toBe(204);
    expect((await life(zhao!, id)).urgent).toBeNull();
    const { events } = await get(zhao!, `/records/${id}/trace`);
    expect(events.map((e: any) => e.act)).toEqual(['submitted', 'urgent', 'changed', 'not-urgent']);
  });

  it('comes with some types, as reading each one does; what is due is told', async () => {
    const { id } = await record([RESIDENT(), ATTENDING()], { type: '抢救记录', eventAt: '2026-11-22T01:00:00.000Z' });
    const { record: summary } = await get(zhao!, `/records/${id}/versions/1`);
    expect(summary).toMatchObject({ urgent: true, mustReview: true, dueAt: '2026-11-22T07:00:00.000Z' });
    expect((await life(zhao!, id)).urgent).toMatchObject({ by: '赵医师', reason: '' });
    const plain = await record([RESIDENT(), ATTENDING()]);
    expect((await get(zhao!, `/records/${plain.id}/versions/1`)).record).toMatchObject({
      urgent: false,
      mustReview: false,
      dueAt: null,
    });
  });
});

describe('of two that act at once one wins', () => {
  const codes = (answers: readonly Answer[]): string[] =>
    answers.map((a) => (a.status < 300 ? 'done' : String(a.json.code))).sort();

  it('two changes of one version', async () => {
    const { id } = await record([RESIDENT(), ATTENDING()]);
    const answers = await Promise.all([edit(zhao!, id, 1, '胸闷。'), edit(zhao!, id, 1, '气促。')]);
    expect(codes(answers)).toEqual(['RECORD_CHANGED', 'done']);
    expect((await life(zhao!, id)).versions).toHaveLength(2);
  });

  it('the same change twice is one change', async () => {
    const { id } = await record([RESIDENT(), ATTENDING()]);
    const answers = await Promise.all([edit(zhao!, id, 1, '胸闷。'), edit(zhao!, id, 1, '胸闷。')]);
    expect(answers.map((a) => a.status).sort()).toEqual([200, 201]);
    expect(answers.map((a) => a.json)).toEqual([{ version: 2 }, { version: 2 }]);
    expect((await edit(zhao!, id, 1, '胸闷。')).status).toBe(200);
  });

  it('a change and the signature on what is changed', async () => {
    const { id, bytes, sm3 } = await record([RESIDENT(), ATTENDING()]);
    const signed = await hospital.sign(zhao!, bytes);
    const answers = await Promise.all([
      edit(zhao!, id, 1, '胸闷。'),
      hospital.upload(tokenOf(zhao!), id, 1, sm3, signed),
    ]);
    // Whoever came first, the other was told; nothing is half done.
    expect(['RECORD_CHANGED,done', 'RECORD_NOT_YOURS,done']).toContain(codes(answers).join(','));
    const { steps, version } = await life(zhao!, id);
    expect(steps[0].state).toBe(version === 1 ? 'signed' : 'next');
  });

  it('withdrawal and the next level’s signature', async () => {
    for (const order of [
      'signature first',
      'withdrawal first',
      'both, signature sent first',
      'both, withdrawal sent first',
    ]) {
      const { id } = await record([RESIDENT(), ATTENDING(), CHIEF()]);
      const { signed } = await sign(zhao!, id, 1);
      const next = await hospital.sign(li!, signed);
      const withdrawal = () => post(zhao!, `/records/${id}/versions/1/withdraw`, { reason: '改' });
      const signature = () => hospital.upload(tokenOf(li!), id, 1, hexSm3(signed), next);
      const answers: Answer[] = [];
      if (order === 'signature first') answers.push(await signature(), await withdrawal());
      else if (order === 'withdrawal first') answers.unshift(...[await withdrawal(), await signature()].reverse());
      else if (order.endsWith('signature sent first'))
        answers.push(...(await Promise.all([signature(), withdrawal()])));
      else answers.push(...(await Promise.all([withdrawal(), signature()])).reverse());
      const { version, steps } = await life(zhao!, id);
      if (answers[0]!.status === 201) {
        expect(order).not.toBe('withdrawal first');
        expect(codes(answers)).toEqual(['RECORD_NOT_WITHDRAWABLE', 'done']);
        expect([version, steps[0].state, steps[1].state]).toEqual([1, 'signed', 'signed']);
      } else {
        expect(order).not.toBe('signature first');
        expect(codes(answers)).toEqual(['RECORD_CHANGED', 'done']);
        expect([version, steps[0].state, steps[1].state]).toEqual([2, 'next', 'waiting']);
      }
    }
  });

  it('a document that lost is not left behind', async () => {
    const { id } = await record([RESIDENT(), ATTENDING()]);
    const { documents, store } = hospital.backend.rooms;
    const stored = () => readdirSync(path.join(hospital.dataDir, 'documents'));
    const before = stored();
    await Promise.all([edit(zhao!, id, 1, '胸闷一。'), edit(zhao!, id, 1, '胸闷二。'), edit(zhao!, id, 1, '胸闷三。')]);
    const row = store.get('SELECT document_sm3 FROM versions WHERE record = ? AND version = 2', id);
    expect(await documents.has(String(row!['document_sm3']))).toBe(true);
    expect(stored()).toHaveLength(before.length + 1);
  });
});

describe('what others may see', () => {
  it('nothing of a record that does not concern them', async () => {
    const { id } = await record([RESIDENT(), ATTENDING()]);
    for (const part of ['life', 'trace', 'versions/1', 'versions/1/document']) {
      expect((await get(zhou!, `/records/${id}/${part}`)).code).toBe('RECORD_NOT_YOURS');
      expect((await get(zhou!, `/records/nothing/${part}`)).code).toBe('RECORD_NOT_FOUND');
    }
    for (const [part, json] of [
      ['return', { reason: 'x' }],
      ['withdraw', { reason: 'x' }],
      ['urgent', { urgent: true, reason: 'x' }],
    ] as const) {
      expect((await post(zhou!, `/records/${id}/versions/1/${part}`, json)).json.code).toBe('RECORD_NOT_YOURS');
    }
  });

  it('the rules of the record types, and the patients of their ward', async () => {
    const rules = await get(wu!, '/record-types');
    expect(() => new RecordRules(rules)).not.toThrow();
    const by = (name: string) => rules.types.find((t: any) => t.name === name);
    expect(by('入院记录').deadline.hours).toBe(24);
    expect(by('首次病程记录').deadline.hours).toBe(8);
    expect(by('抢救记录')).toMatchObject({ deadline: { hours: 6 }, batchAllowed: false, lowerSignAgain: true });
    const { patients } = await get(wu!, '/patients');
    expect(patients).toContainEqual(expect.objectContaining({ id: 'P0038271', bed: '15' }));
    expect((await get(wu!, '/records')).records).toEqual([]);
  });
});
