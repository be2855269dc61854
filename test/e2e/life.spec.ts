/** Three levels at one desk: the attending changes and signs, the chief signs, the intern's record goes up, a returned record comes back. */
import { expect, test } from '@playwright/test';
import { deskAt, item, type DeskDriver, type Opened } from './desk-driver.ts';
import { demoPin, openHospital, type Hospital } from './hospital.ts';

test.describe.configure({ mode: 'serial' });

let hospital: Hospital;
let desk: DeskDriver;

test.beforeAll(async () => {
  hospital = await openHospital({ ward: true });
  desk = deskAt(hospital);
  await desk.open();
});
test.afterAll(async () => {
  await desk?.dispose();
  await hospital?.dispose();
});

/** Several keys are in the PC; each person signs in with his own. */
async function signIn(name: string): Promise<void> {
  const find = async () =>
    (await desk.call('tokens:list', undefined)).tokens.flatMap((t) =>
      t.label.startsWith(name) ? t.keys.map((k) => ({ tokenId: t.id, keyId: k.keyId })) : [],
    );
  await expect.poll(async () => (await find()).length, { timeout: 20_000 }).toBe(1);
  const view = await desk.call('session:signIn', { ...(await find())[0]!, pin: demoPin });
  expect(view.person?.name).toBe(name);
}
const open = (recordId: string, version: number): Promise<Opened> => desk.call('records:open', { recordId, version });
async function sign(recordId: string, version: number): Promise<void> {
  const opened = await open(recordId, version);
  const { results } = await desk.call('sign:approve', { items: [item(opened)], pin: demoPin });
  expect(results[0], JSON.stringify(results[0]?.error)).toMatchObject({
    outcome: 'signed',
    signed: { uploaded: true },
  });
}
const lifeOf = (recordId: string) => desk.call('life:get', { recordId, version: 1 });

const NOTE = 'EMR-0038155-RC04';

test('the attending changes what the resident signed: a new version, the difference in text and both documents', async () => {
  await signIn('李医师');
  const life = await lifeOf(NOTE);
  expect(life.steps.map((s) => `${s.person} ${s.state}`)).toEqual(['赵医师 signed', '李医师 next', '周主任 waiting']);
  const section = life.sections.find((s) => s.editable)!;
  const text = section.text.replace('利伐沙班 15 mg', '利伐沙班 20 mg');
  const sections = [{ id: section.id, text }];
  const made = await desk.call('life:edit', { recordId: NOTE, version: 1, sections, reason: '肌酐清除率 62 mL/min' });
  expect(made.version).toBe(2);
  expect(await desk.refusal('records:open', { recordId: NOTE, version: 1 })).toBe('RECORD_CHANGED');
  const difference = await desk.call('life:compare', { recordId: NOTE, from: 1, to: 2 });
  expect(difference.sections[0]!.parts.filter((p) => p.kind !== 'same')).toEqual([
    { kind: 'removed', text: '15' },
    { kind: 'added', text: '20' },
  ]);
  const sizes = await desk.page.evaluate(
    (urls) => Promise.all(urls.map(async (url) => (await (await fetch(url)).arrayBuffer()).byteLength)),
    [difference.before!.url, difference.after!.url],
  );
  expect(sizes).toEqual([difference.before!.size, difference.after!.size]);
  const opened = await open(NOTE, 2);
  expect(opened.record).toMatchObject({ level: { at: 2, of: 3 }, mine: 'to-sign' });
  expect(opened.changes).toMatchObject([{ by: '李医师' }]);
  await sign(NOTE, 2);
  const mine = (await desk.call('life:mine', undefined)).records.find((r) => r.id === NOTE);
  expect(mine).toMatchObject({ version: 2, mine: 'signed-by-me', state: 'signed' });
});

test('withdrawn before the chief signs, signed again; then the chief signs and it cannot be withdrawn', async () => {
  const list = await desk.call('life:withdraw', { recordId: NOTE, version: 2, reason: '再核对剂量' });
  expect(list.records.find((r) => r.id === NOTE)).toMatchObject({ version: 3, mine: 'to-sign' });
  await sign(NOTE, 3);
  await signIn('周主任');
  await sign(NOTE, 3);
  const refused = await desk.refusal('life:withdraw', { recordId: NOTE, version: 3, reason: '改' });
  expect(refused).toBe('RECORD_NOT_WITHDRAWABLE');
  const { report } = await desk.call('life:openVersion', { recordId: NOTE, version: 1 });
  expect(report.verdict).toBe('PASSED');
  const life = await lifeOf(NOTE);
  expect(life.versions.map((v) => [v.version, v.state, v.signatures.map((s) => s.person)])).toEqual([
    [1, 'superseded', ['赵医师']],
    [2, 'withdrawn', ['李医师']],
    [3, 'signed', ['李医师', '周主任']],
  ]);
  expect(life.versions[0]!.signatures[0]!.verdict).toBe('PASSED');
});

test('the resident signs the intern’s record, and mends what was returned to him', async () => {
  await signIn('赵医师');
  const [intern] = await desk.waiting();
  expect(intern).toMatchObject({ byIntern: true, level: { at: 2, of: 3 }, author: '方实习' });
  await sign(intern!.id, intern!.version);
  const returned = (await desk.call('life:mine', undefined)).records.find((r) => r.mine === 'returned-to-me')!;
  expect(returned.returnReason).toContain('血钾');
  const { sections, may } = await lifeOf(returned.id);
  expect(may).toMatchObject({ edit: true, sign: false, withdraw: true });
  const section = sections.find((s) => s.editable)!;
  const { version } = await desk.call('life:edit', {
    ...{ recordId: returned.id, version: returned.version, reason: '已补充' },
    sections: [{ id: section.id, text: `${section.text}\n今晨血钾 4.1 mmol/L，心室率 82 次/分。` }],
  });
  await sign(returned.id, version);
  await signIn('李医师');
  const ids = (await desk.waiting()).map((r) => r.id);
  expect(ids).toEqual(expect.arrayContaining([returned.id, intern!.id]));
  const urgent = await desk.call('life:urge', { recordId: intern!.id, version: 1, urgent: true, reason: '今晚转科' });
  expect(urgent.records.find((r) => r.id === intern!.id)).toMatchObject({ urgent: true, byIntern: true });
});
