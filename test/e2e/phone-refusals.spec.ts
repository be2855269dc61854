/**
 * Every way in which signing by phone is refused, on both screens: the desk shows its code, the phone scans it with its camera, and each side
 * says in its own words why nothing comes of it. After each of them nothing is signed, and the next try works.
 */
import { expect, test } from '@playwright/test';
import { deskAt, type DeskDriver } from './desk-driver.ts';
import { checkOn, deskShows, expectEnd, pictureOf, showLoginCode } from './phone-desk.ts';
import { phoneAt, type PhoneDriver } from './phone-driver.ts';
import { openPhoneHospital, type PhoneHospital } from './phone-hospital.ts';
import { ScriptedDesk } from './scripted-desk.ts';
import { openOnScreen } from './screen.ts';

test.describe.configure({ mode: 'serial', timeout: 120_000 });

const PIN = '864209';
const LI = '10023';
const ZHAO = '10087';
let hospital: PhoneHospital;
let desk: DeskDriver;
let phone: PhoneDriver;
/** 李医师's second phone, in English; 赵医师's; one without a key. */
let second: PhoneDriver;
let zhaos: PhoneDriver;
let blank: PhoneDriver;

const enrol = async (of: PhoneDriver, person: string): Promise<void> =>
  of.enrol(`${hospital.url}/phone/#e=${await hospital.enrolCode(person)}`, PIN);

test.beforeAll(async () => {
  test.setTimeout(120_000);
  hospital = await openPhoneHospital();
  desk = deskAt(hospital);
  phone = phoneAt(hospital.url);
  second = phoneAt(hospital.url, 'en');
  zhaos = phoneAt(hospital.url);
  blank = phoneAt(hospital.url);
  await desk.open();
  await enrol(phone, LI);
  await enrol(second, LI);
  await enrol(zhaos, ZHAO);
});
test.afterAll(async () => {
  for (const p of [phone, second, zhaos, blank]) await p?.dispose();
  await desk?.dispose();
  await hospital?.dispose();
});

/** A fresh code on the door, as a camera sees it. */
const loginCode = async (): Promise<Buffer> => {
  await showLoginCode(desk.page);
  return pictureOf(desk.page);
};
const signedIn = (): Promise<void> =>
  expect.poll(async () => (await desk.call('session:get', undefined)).state, { timeout: 20_000 }).toBe('signed-in');
const signedOut = async (): Promise<void> => {
  expect((await desk.call('session:get', undefined)).state).toBe('signed-out');
  expect(desk.files()).toEqual([]);
};
async function signInByPhone(by = phone): Promise<void> {
  await by.see(await loginCode());
  expect(await by.check()).toBe(await checkOn(desk.page));
  await by.approve(PIN);
  await signedIn();
  expect(await by.ended()).toBe(by.words.done.login);
}
const signOut = async (): Promise<void> => {
  await desk.call('session:signOut', undefined);
  await desk.page.locator('[data-by-phone], [data-phone-again]').first().waitFor();
};

for (const [why, words] of [
  ['notMine', '不是我发起的'],
  ['other', '其他原因'],
] as const) {
  test(`refused on the phone: ${words}`, async () => {
    await phone.see(await loginCode());
    await phone.check();
    await phone.refuse(why);
    expect(await phone.ended()).toBe(phone.words.done.refused);
    await expectEnd(desk.page, 'PHONE_REFUSED');
    await signedOut();
  });
}

test('too late: the code has expired on the desk, and the phone that scans it says so', async () => {
  const picture = await loginCode();
  await hospital.ahead(125_000);
  await expectEnd(desk.page, 'PHONE_EXPIRED');
  await phone.see(picture);
  await phone.expectError('PHONE_EXPIRED');
  await hospital.ahead(0);
  await signedOut();
});

test('too late after the scan: the PIN comes when the time is over', async () => {
  await phone.see(await loginCode());
  await phone.check();
  await hospital.ahead(125_000);
  await expectEnd(desk.page, 'PHONE_EXPIRED');
  await phone.approve(PIN);
  await phone.expectError('PHONE_EXPIRED');
  await hospital.ahead(0);
  await signedOut();
});

test('a phone without a key says so; the desk goes on waiting', async () => {
  await blank.see(await loginCode());
  await blank.expectError('PHONE_NO_KEY');
  await deskShows(desk.page, 'waiting');
  await signedOut();
});

test('a second phone on the same code is told; the first goes on', async () => {
  const picture = await loginCode();
  await phone.see(picture);
  const check = await phone.check();
  await second.see(picture);
  await second.expectError('PHONE_TAKEN');
  expect(await checkOn(desk.page)).toBe(check);
  await phone.approve(PIN);
  await signedIn();
  expect(await phone.ended()).toBe(phone.words.done.login);
  await signOut();
});

test('a code that was cancelled at the desk is worth nothing', async () => {
  const picture = await loginCode();
  await desk.page.locator('[data-by-key]').click();
  await phone.see(picture);
  await phone.expectError('PHONE_OVER');
  await signedOut();
});

test('cancelled at the desk after the scan: the phone hears it when it gives the PIN', async () => {
  await phone.see(await loginCode());
  await phone.check();
  await desk.page.locator('[data-by-key]').click();
  await phone.approve(PIN);
  await phone.expectError('PHONE_OVER');
  await signedOut();
});

test('another desk that knows the id of a code can follow nothing, end nothing and hand nothing over', async () => {
  const mine = new ScriptedDesk(hospital.url);
  const theirs = new ScriptedDesk(hospital.url);
  const asked = await mine.login();
  const { secret } = await theirs.login();
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['GET', '/events', undefined],
    ['POST', '/messages', { messages: [], taken: [] }],
    ['DELETE', '', undefined],
  ] as const) {
    const answer = await theirs.call(method, `/phone/requests/${asked.id}${path}`, body, secret);
    expect([answer.status >= 400, answer.json.code], `${method} ${path}`).toEqual([true, 'PHONE_OTHER_DESK']);
  }
  expect((await mine.view(asked)).state).toBe('waiting');
  await mine.end(asked);
});

test('the service is started anew between scan and approval: both go on', async () => {
  await phone.see(await loginCode());
  const check = await phone.check();
  await hospital.stop();
  await hospital.start();
  await phone.approve(PIN);
  await signedIn();
  expect(await phone.ended()).toBe(phone.words.done.login);
  expect(check).toMatch(/^\d\d$/);
});

test('a list of another person is not shown; refused as the wrong list, nothing is signed', async () => {
  // Signed in since the test before.
  const [record] = await desk.waiting();
  await openOnScreen(desk.page, record!.id);
  await desk.page.keyboard.press('Control+Enter');
  await deskShows(desk.page, 'waiting');
  const picture = await pictureOf(desk.page);
  await zhaos.see(picture);
  await zhaos.expectError('PHONE_OTHER_PERSON');
  await deskShows(desk.page, 'waiting');
  await phone.see(picture);
  await phone.check();
  await expect(phone.page.locator('main')).toContainText(record!.type);
  await phone.refuse('wrongList');
  expect(await phone.ended()).toBe(phone.words.done.refused);
  await expectEnd(desk.page, 'PHONE_REFUSED');
  expect(desk.files()).toEqual([]);
});

test('the same person’s other phone approves: it is not the key that is signed in, and nothing is signed', async () => {
  await desk.page.locator('[data-phone-again]').click();
  await deskShows(desk.page, 'waiting');
  await second.see(await pictureOf(desk.page));
  await second.check();
  await second.approve(PIN);
  await expectEnd(desk.page, 'PHONE_OTHER_KEY');
  await second.expectError('PHONE_OVER');
  expect(desk.files()).toEqual([]);
  await signOut();
});

test('in English: refused, and a wrong PIN five times locks the key', async () => {
  await desk.call('settings:set', { language: 'en' });
  await second.see(await loginCode());
  await second.check();
  await second.refuse('notMine');
  expect(await second.ended()).toBe(second.words.done.refused);
  await expectEnd(desk.page, 'PHONE_REFUSED', 'en');

  await second.see(await loginCode());
  await second.check();
  await second.approve('111111');
  for (let left = 4; left > 0; left--) {
    await expect(second.page.locator('.notice.bad')).toContainText(`${left} tries are left`);
    await second.pin(`22222${left}`);
  }
  await second.expectError('COSIGN_LOCKED');
  await expectEnd(desk.page, 'PHONE_KEY_STOPPED', 'en');
  await signedOut();
  await desk.call('settings:set', { language: 'zh' });
});

test('unlocked by IT it signs in; suspended it is refused', async () => {
  const keyId = /"keyId\\": \\"([A-Za-z0-9_-]{16,})/.exec(await second.kept())?.[1] ?? '';
  await hospital.administer(keyId, 'unlock');
  await signInByPhone(second);
  await signOut();
  await hospital.administer(keyId, 'suspend');
  await second.see(await loginCode());
  await second.expectError('COSIGN_SUSPENDED');
  await deskShows(desk.page, 'waiting');
  await signedOut();
});
test('a desk that has other texts signed under an approval: the phone signs none of them, and both sides say so', async () => {
  const scripted = new ScriptedDesk(hospital.url);
  const login = await scripted.login();
  await phone.scan(`${hospital.url}${login.path}`);
  await phone.approve(PIN);
  await scripted.signIn(login);
  expect(await phone.ended()).toBe(phone.words.done.login);

  // A text that would sign somebody in, inside a list of documents.
  const list = await scripted.list(2);
  await phone.scan(`${hospital.url}${list.path}`);
  await phone.approve(PIN);
  await scripted.until(list, ({ state }) => state === 'approved');
  const text = `YIQIAN-LOGIN-1\n${(await scripted.view(list)).backendId}\nabc\nabc`;
  expect(await scripted.sign(list, 0, new TextEncoder().encode(text))).toMatchObject({ failed: 'PHONE_MESSAGE' });
  await scripted.end(list);
  await phone.expectError('PHONE_MESSAGE');

  // The other way round: signed attributes under the approval of a login.
  const other = await scripted.login();
  await phone.scan(`${hospital.url}${other.path}`);
  await phone.approve(PIN);
  await scripted.until(other, ({ state }) => state === 'approved');
  const attributes = Uint8Array.of(0x31, 0x03, 0x02, 0x01, 0x05);
  expect(await scripted.sign(other, 0, attributes)).toMatchObject({ failed: 'PHONE_MESSAGE' });
  await scripted.end(other);
  await phone.expectError('PHONE_MESSAGE');
});
