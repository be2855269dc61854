/**
 * A PIN that can be told from anything else goes through a working day in which every stage fails once. Afterwards no file of the desk, no
 * answer to the window, no line on the console holds it.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { CallInput, CallName } from '../../src/shared/ipc.ts';
import { deskAt, item, saveTo, tokenFault, type DeskDriver } from './desk-driver.ts';
import { demoPin, openHospital, type Hospital } from './hospital.ts';
import { openWay, type WayToServices } from './way-to-services.ts';

const PIN = '7319046528';
const WRONG = '8402715936';

let hospital: Hospital;
let way: WayToServices;
let desk: DeskDriver;

test.beforeAll(async () => {
  hospital = await openHospital();
  way = await openWay(hospital.url);
  desk = deskAt(hospital, { YIQIAN_BACKEND_URL: way.url, YIQIAN_TSA_URL: `${way.url}/tsa` });
});
test.afterAll(async () => {
  await desk?.dispose();
  await way?.close();
  await hospital?.dispose();
});

/** All files below a folder, the token's own state left out: a token has to know its PIN. */
const files = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const info = statSync(path, { throwIfNoEntry: false });
    if (info?.isDirectory() === true) return files(path);
    return info?.isFile() === true ? [path] : [];
  });

test('after a day in which everything failed, the PIN is nowhere', async () => {
  test.setTimeout(180_000);
  await desk.open();
  let said = '';
  const { stdout, stderr } = desk.app.process();
  for (const stream of [stdout, stderr]) stream?.on('data', (d: Buffer) => (said += d.toString('latin1')));
  desk.page.on('console', (line) => (said += line.text()));
  const answers: string[] = [];
  const ask = async <N extends CallName>(name: N, input: CallInput<N>): Promise<string> => {
    const answer = await desk.ask(name, input);
    answers.push(`${name} ${JSON.stringify(answer)}`);
    return answer.ok ? 'accepted' : answer.error.code;
  };
  const key = await desk.key();
  const failures: string[] = [];
  const fails = async <N extends CallName>(name: N, input: CallInput<N>): Promise<void> => {
    const code = await ask(name, input);
    expect(code, name).not.toBe('accepted');
    failures.push(code);
  };

  expect(await ask('tokens:changePin', { tokenId: key.tokenId, oldPin: demoPin, newPin: PIN })).toBe('accepted');
  await fails('tokens:changePin', { tokenId: key.tokenId, oldPin: WRONG, newPin: PIN });
  await fails('session:signIn', { ...key, pin: WRONG });
  await fails('session:signIn', { ...key, tokenId: 'nobody', pin: PIN });
  await fails('session:signIn', { ...key, pin: PIN, more: PIN } as never).catch(() => undefined);
  way.treat(/login/, 'cut', 1);
  await ask('session:signIn', { ...key, pin: PIN });
  tokenFault(hospital, 'slot0.login.fail=80000123');
  await fails('session:signIn', { ...key, pin: PIN });
  tokenFault(hospital, 'slot0.sign.crash=1', 'slot0.sign.times=1');
  await fails('session:signIn', { ...key, pin: PIN });
  tokenFault(hospital);
  await desk.key();
  expect(await ask('session:signIn', { ...key, pin: PIN })).toBe('accepted');
  await fails('tokens:test', { ...key, pin: WRONG });
  expect(await ask('tokens:test', { ...key, pin: PIN })).toBe('accepted');

  const [first, second, third] = await desk.openFirst(3);
  await ask('sign:approve', { items: [item(first!)], pin: WRONG });
  tokenFault(hospital, 'slot0.sign.corrupt=1', 'slot0.sign.times=1');
  await ask('sign:approve', { items: [item(first!)], pin: PIN });
  tokenFault(hospital);
  way.treat(/^POST \/tsa/, { status: 503, type: 'text/plain', body: 'no' });
  await ask('sign:approve', { items: [item(second!)], pin: PIN });
  way.clear();
  way.treat(/^PUT /, 'cut');
  await ask('sign:approve', { items: [item(third!)], pin: PIN });
  way.clear();
  const list = await desk.ask('batch:propose', {
    items: (await desk.waiting())
      .slice(0, 2)
      .map((r) => ({ ...item(first!), recordId: r.id, version: r.version, handle: null, placement: null })),
  });
  if (list.ok) {
    await ask('batch:start', { listId: list.value.listId, digest: 'AA'.repeat(32), pin: PIN });
    await ask('batch:start', { listId: list.value.listId, digest: list.value.digest, pin: WRONG });
    await ask('batch:start', { listId: list.value.listId, digest: list.value.digest, pin: PIN });
    await expect
      .poll(async () => (await desk.call('batch:get', undefined))?.state ?? 'none', { timeout: 60_000 })
      .not.toBe('running');
  }
  await ask('consent:finish', { id: 'nobody', pin: PIN });
  // The page asks with what the contract does not know: refused before anybody looks at it, and not repeated.
  await ask('sign:approve', { items: 'x', pin: PIN } as never).catch((e: unknown) => answers.push(String(e)));
  await desk.call('diagnose:run', undefined).then((d) => answers.push(JSON.stringify(d)));
  await saveTo(desk, join(desk.home, 'audit.jsonl'));
  await ask('audit:export', undefined);
  await ask('session:lock', undefined);
  expect(new Set(failures).size).toBeGreaterThanOrEqual(3);
  // What a running desk has on the disk, its log of writes included; then what a closed one leaves.
  const scan = (): string[] =>
    files(desk.home).filter((path) => {
      const bytes = readFileSync(path).toString('latin1');
      return [PIN, WRONG].some(
        (pin) => bytes.includes(pin) || bytes.includes(Buffer.from(pin, 'utf16le').toString('latin1')),
      );
    });
  expect(scan()).toEqual([]);
  expect(answers.filter((a) => a.includes(PIN) || a.includes(WRONG))).toEqual([]);
  await desk.close();
  expect(scan()).toEqual([]);
  expect(said).not.toMatch(new RegExp(`${PIN}|${WRONG}`));
  // The search itself would find one.
  const planted = join(desk.home, 'planted');
  writeFileSync(planted, `x${PIN}`);
  expect(scan()).toEqual([planted]);
});
