/** A key without a stick: made with a code, signs in and signs like the others, through the real app and the real service. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { deskAt, item, type DeskDriver } from './desk-driver.ts';
import { openHospital, type Hospital } from './hospital.ts';

test.describe.configure({ mode: 'serial' });

const PIN = '864209';
let hospital: Hospital;
let desk: DeskDriver;
let tokenId: string;

test.beforeAll(async () => {
  hospital = await openHospital();
  desk = deskAt(hospital);
  await desk.open();
});
test.afterAll(async () => {
  await desk?.dispose();
  await hospital?.dispose();
});

const cosignKey = async (): Promise<{ tokenId: string; keyId: string }> => {
  const { tokens } = await desk.call('tokens:list', undefined);
  const token = tokens.find((t) => t.id === tokenId);
  expect(token).toMatchObject({ profile: 'cosign', keys: [{ kind: 'sm2', unusable: null }] });
  return { tokenId, keyId: token!.keys[0]!.keyId };
};

test('a person who has signed in with a certificate gets a code and makes a key with it', async () => {
  expect(await desk.refusal('cosign:code', { moves: null })).toBe('NOT_SIGNED_IN');
  await desk.signIn();
  const { code } = await desk.call('cosign:code', { moves: null });
  expect(code).toMatch(/^[0-9A-Z]{12}$/);
  await desk.call('session:signOut', undefined);
  ({ tokenId } = await desk.call('cosign:enrol', { code, pin: PIN }));
  expect(await desk.refusal('cosign:enrol', { code, pin: PIN })).toBe('COSIGN_CODE');
  const key = await cosignKey();
  expect(await desk.call('tokens:test', { ...key, pin: PIN })).toMatchObject({
    algorithm: expect.stringMatching(/sm2/i),
  });
});

test('a wrong PIN costs a try that the service counts; the right one signs in', async () => {
  const key = await cosignKey();
  expect(await desk.refusal('session:signIn', { ...key, pin: '111111' })).toBe('TOKEN_PIN_INCORRECT');
  const { tokens } = await desk.call('tokens:list', undefined);
  expect(tokens.find((t) => t.id === tokenId)?.pinTries).toEqual({ kind: 'count', left: 4 });
  expect(await desk.call('session:signIn', { ...key, pin: PIN })).toMatchObject({
    state: 'signed-in',
    person: { name: '李医师' },
    tokenId,
  });
});

test('records are signed with it, judged PASSED, uploaded, and whole for qpdf', async () => {
  const opened = await desk.openFirst(5);
  const { results } = await desk.call('sign:approve', { items: opened.map(item), pin: PIN });
  expect(results.map(({ outcome, error }) => [outcome, error?.code ?? null])).toEqual(
    opened.map(() => ['signed', null]),
  );
  for (const { signed } of results) {
    expect(signed!.report.verdict).toBe('PASSED');
    expect(signed!.uploaded).toBe(true);
    execFileSync('qpdf', ['--check', signed!.path], { stdio: 'ignore' });
  }
});

test('the service is away: nothing is signed, and the words say what to do', async () => {
  const [opened] = await desk.openFirst();
  await hospital.stop();
  expect(await desk.refusal('sign:approve', { items: [item(opened!)], pin: PIN })).toBe('COSIGN_UNREACHABLE');
  await hospital.start();
  const { results } = await desk.call('sign:approve', { items: [item(opened!)], pin: PIN });
  expect(results[0]).toMatchObject({ outcome: 'signed' });
});

test('over a restart the key is there; the PIN changes; no file holds either PIN', async () => {
  await desk.close();
  await desk.open();
  const key = await cosignKey();
  await desk.call('tokens:changePin', { tokenId, oldPin: PIN, newPin: '135797' });
  expect(await desk.refusal('session:signIn', { ...key, pin: PIN })).toBe('TOKEN_PIN_INCORRECT');
  await desk.call('session:signIn', { ...key, pin: '135797' });
  await desk.call('cosign:refresh', { tokenId, pin: '135797' });
  const files = readdirSync(join(desk.home, 'desk'), { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile() && /cosign|logs|sqlite/.test(join(f.parentPath, f.name)))
    .map((f) => readFileSync(join(f.parentPath, f.name)));
  expect(files.length).toBeGreaterThan(2);
  for (const bytes of files) expect(bytes.includes(PIN) || bytes.includes('135797')).toBe(false);
});

test('suspended by its person it signs no more; taken off this PC it is not listed', async () => {
  const key = await cosignKey();
  await desk.call('cosign:suspend', { tokenId, reason: '电脑要送修' });
  expect(await desk.refusal('session:signIn', { ...key, pin: '135797' })).toBe('COSIGN_SUSPENDED');
  const { tokens } = await desk.call('cosign:forget', { tokenId });
  expect(tokens.some((t) => t.profile === 'cosign')).toBe(false);
});
