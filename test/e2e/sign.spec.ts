/**
 * The desk's main job through the real app, real backend, real PKCS#11 module, without the screens: what the window may ask of main.
 * The steps build on each other, so they share one app.
 */
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type ElectronApplication, type Page } from '@playwright/test';
import type { CallInput, CallName, CallOutput } from '../../src/shared/ipc.ts';
import { start } from './fixture.ts';
import { demoPin, openHospital, trustHospital, type Hospital } from './hospital.ts';

test.describe.configure({ mode: 'serial' });

let hospital: Hospital;
let home: string;
let app: ElectronApplication;
let page: Page;
let tokenId: string;
let keyId: string;

type Answer<N extends CallName> =
  { ok: true; value: CallOutput<N> } | { ok: false; error: { code: string; detail?: string | undefined } };
const ask = <N extends CallName>(name: N, input: CallInput<N>): Promise<Answer<N>> =>
  page.evaluate(([n, i]) => window.yiqian.call(n as never, i as never), [name, input] as const) as Promise<Answer<N>>;
async function call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const answer = await ask(name, input);
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
  return answer.value;
}
const refusal = async <N extends CallName>(name: N, input: CallInput<N>): Promise<string> => {
  const answer = await ask(name, input);
  return answer.ok ? 'accepted' : answer.error.code;
};
const openApp = async (): Promise<void> => {
  app = await start(home, hospital.env);
  page = await app.firstWindow();
  await page.waitForFunction(() => typeof window.yiqian === 'object');
};
const signIn = (pin = demoPin) => call('session:signIn', { tokenId, keyId, pin });
const waiting = async () =>
  (await call('worklist:get', { refresh: true })).records.filter((r) => r.state === 'waiting');
const openFirst = async (n = 1) => {
  const opened = [];
  for (const r of (await waiting()).slice(0, n)) {
    opened.push(await call('records:open', { recordId: r.id, version: r.version }));
  }
  return opened;
};
const item = (o: CallOutput<'records:open'>) => ({
  recordId: o.record.id,
  version: o.record.version,
  handle: o.document.handle,
  placement: o.placement,
  reason: '审阅并签署',
});

/** Faults of the soft token; the file is renamed into place, as the token asks. */
const fault = (...lines: string[]): void => {
  const control = join(hospital.tokenState, 'control');
  writeFileSync(`${control}.new`, `${lines.join('\n')}\n`);
  renameSync(`${control}.new`, control);
};
const noFault = (): void => fault('slot0.present=1');

test.beforeAll(async () => {
  hospital = await openHospital();
  home = mkdtempSync(join(tmpdir(), 'yq-desk-'));
  trustHospital(hospital, home);
  await openApp();
});
test.afterAll(async () => {
  await app?.close().catch(() => {});
  await hospital?.dispose();
  rmSync(home, { recursive: true, force: true });
});

test('the demo key is found; a wrong PIN is told as such and costs a try; the right one signs in', async () => {
  const { tokens, drivers } = await call('tokens:list', undefined);
  expect(drivers).toMatchObject([{ profile: 'yiqian-soft', state: 'ready' }]);
  expect(tokens).toHaveLength(1);
  const [token] = tokens;
  expect(token).toMatchObject({ testOnly: true });
  const key = token!.keys.find((k) => k.unusable === null);
  expect(key).toMatchObject({ kind: 'sm2', certificate: { commonName: expect.stringContaining('李医师') } });
  tokenId = token!.id;
  keyId = key!.keyId;
  expect(await refusal('session:signIn', { tokenId, keyId, pin: '000000' })).toBe('TOKEN_PIN_INCORRECT');
  expect(await signIn()).toMatchObject({ state: 'signed-in', person: { name: '李医师' } });
});

test('the work list, and a record whose bytes are those the service names', async () => {
  const records = await waiting();
  expect(records.length).toBeGreaterThanOrEqual(3);
  const [opened] = await openFirst();
  expect(opened).toMatchObject({ blocked: null, document: { url: expect.stringMatching(/^\/document\//) } });
  const shown = await page.evaluate(
    (url) => fetch(url).then(async (r) => [r.headers.get('content-type'), (await r.arrayBuffer()).byteLength]),
    opened!.document.url,
  );
  expect(shown).toEqual(['application/pdf', opened!.document.size]);
  const part = await page.evaluate(
    (url) => fetch(url, { headers: { range: 'bytes=0-4' } }).then(async (r) => [r.status, await r.text()]),
    opened!.document.url,
  );
  expect(part).toEqual([206, '%PDF-']);
  expect(opened!.appearanceUrl).toMatch(/^\/picture\//);
  const picture = await page.evaluate(
    (url) => fetch(url).then((r) => r.headers.get('content-type')),
    opened!.appearanceUrl!,
  );
  expect(picture).toBe('image/png');
});

test('one PIN, two records: signed, time-stamped, PASSED, uploaded, gone from the list', async () => {
  const opened = await openFirst(2);
  await page.evaluate(() => {
    const steps: string[] = [];
    (window as unknown as { steps: string[] }).steps = steps;
    window.yiqian.on('sign:progress', (p) => steps.push(`${p.recordId} ${p.step} ${p.state}`));
  });
  const { results } = await call('sign:approve', { items: opened.map(item), pin: demoPin });
  for (const [i, result] of results.entries()) {
    expect(result, JSON.stringify(result.error)).toMatchObject({
      outcome: 'signed',
      error: null,
      signed: { uploaded: true, format: 'PAdES B-T', sm3Before: opened[i]!.document.sm3 },
    });
    expect(result.signed!.report.verdict, JSON.stringify(result.signed!.report, null, 1)).toBe('PASSED');
    expect(result.signed!.trustedTime).not.toBeNull();
    // The signed file begins with exactly the bytes that were shown.
    const shown = await page.evaluate(
      (url) => fetch(url).then(async (r) => [...new Uint8Array(await r.arrayBuffer())]),
      opened[i]!.document.url,
    );
    const signed = readFileSync(result.signed!.path);
    expect(Buffer.compare(signed.subarray(0, shown.length), Buffer.from(shown))).toBe(0);
    test.info().annotations.push({ type: 'ms', description: JSON.stringify(result.signed!.milliseconds) });
  }
  const left = (await waiting()).map((r) => r.id);
  for (const o of opened) expect(left).not.toContain(o.record.id);
  const steps = await page.evaluate(() => (window as unknown as { steps: string[] }).steps);
  const first = opened[0]!.record.id;
  expect(steps.filter((s) => s.startsWith(first) && s.endsWith('done')).map((s) => s.split(' ')[1])).toEqual(
    expect.arrayContaining(['prepare', 'sign', 'timestamp', 'seal', 'selfcheck']),
  );
});

test('a wrong PIN signs nothing; another record’s handle and a closed one are refused', async () => {
  const [a, b] = await openFirst(2);
  expect(await refusal('sign:approve', { items: [item(a!)], pin: '999999' })).toBe('TOKEN_PIN_INCORRECT');
  const crossed = { ...item(a!), handle: b!.document.handle };
  expect(await refusal('sign:approve', { items: [crossed], pin: demoPin })).toBe('IPC_REJECTED');
  expect(await refusal('sign:approve', { items: [item(a!), item(a!)], pin: demoPin })).toBe('IPC_REJECTED');
  await call('documents:close', { handle: b!.document.handle });
  expect(await refusal('sign:approve', { items: [item(b!)], pin: demoPin })).toBe('DOCUMENT_CLOSED');
  expect((await waiting()).map((r) => r.id)).toEqual(expect.arrayContaining([a!.record.id, b!.record.id]));
});

test('the screen locks: the desk locks, shows no document, answers nothing about records; the PIN opens it again', async () => {
  const [opened] = await openFirst();
  const status = () => page.evaluate((url) => fetch(url).then((r) => r.status), opened!.document.url);
  expect(await status()).toBe(200);
  await app.evaluate(({ powerMonitor }) => (powerMonitor as unknown as NodeJS.EventEmitter).emit('lock-screen'));
  expect(await call('session:get', undefined)).toMatchObject({ state: 'locked', person: { name: '李医师' } });
  expect(await status()).toBe(404);
  expect(await refusal('worklist:get', { refresh: false })).toBe('DESK_LOCKED');
  expect(await refusal('verify:choose', undefined)).toBe('DESK_LOCKED');
  expect(await refusal('sign:approve', { items: [item(opened!)], pin: demoPin })).toBe('DESK_LOCKED');
  await signIn();
  expect(await status()).toBe(200);
});

test('the service goes away after signing has begun: signed, kept in the queue, uploaded when it is back, also over a restart', async () => {
  const [opened] = await openFirst();
  // Signing needs the time stamp service, which the reference backend is too; so the way to the record service alone is cut.
  await app.evaluate(({ net }) => {
    const real = net.fetch.bind(net);
    (globalThis as unknown as { restore: () => void }).restore = () => (net.fetch = real);
    net.fetch = (input, init) =>
      String(input).endsWith('/signed')
        ? Promise.reject(new Error('net::ERR_INTERNET_DISCONNECTED'))
        : real(input, init);
  });
  const { results } = await call('sign:approve', { items: [item(opened!)], pin: demoPin });
  expect(results).toMatchObject([
    { outcome: 'signed', error: { code: 'BACKEND_UNREACHABLE' }, signed: { uploaded: false } },
  ]);
  const mine = (await call('worklist:get', { refresh: true })).records.find((r) => r.id === opened!.record.id);
  expect(mine?.state).toBe('upload-pending');
  await app.close();

  await openApp();
  const queue = async () => (await call('diagnose:run', undefined)).lines.find((l) => l.id === 'queue');
  expect(await queue()).toMatchObject({ value: '1', state: 'warning' });
  await call('tokens:list', undefined);
  await signIn();
  await expect.poll(async () => (await queue())?.value, { timeout: 30_000 }).toBe('0');
  expect((await waiting()).map((r) => r.id)).not.toContain(opened!.record.id);
});

test('the key is pulled out: the desk locks by itself and says which key is missing', async () => {
  fault('slot0.present=0');
  await expect.poll(async () => (await call('session:get', undefined)).state, { timeout: 15_000 }).toBe('locked');
  await expect.poll(async () => (await call('tokens:list', undefined)).tokens.length).toBe(0);
  noFault();
  await expect.poll(async () => (await call('tokens:list', undefined)).tokens.length, { timeout: 15_000 }).toBe(1);
  expect(await signIn()).toMatchObject({ state: 'signed-in' });
});

/** Begins to sign and resolves when the first record has come to the step that asks the key. */
const beginToSign = async (opened: readonly CallOutput<'records:open'>[]) => {
  const reached = page.evaluate(
    () =>
      new Promise<void>((ok) => {
        const off = window.yiqian.on('sign:progress', (p) => {
          if (p.step !== 'sign' || p.state !== 'begun') return;
          off();
          ok();
        });
      }),
  );
  const answer = call('sign:approve', { items: opened.map(item), pin: demoPin });
  answer.catch(() => {}); // the window may be closed under it
  await reached;
  return { answer };
};

test('cancelled: the record in hand is finished, the others are not begun', async () => {
  const opened = await openFirst(3);
  fault('slot0.sign.delay_ms=700');
  const { answer } = await beginToSign(opened);
  await call('sign:cancel', undefined);
  const { results } = await answer;
  noFault();
  expect(results.map((r) => [r.outcome, r.error?.code])).toEqual([
    ['signed', undefined],
    ['not-begun', 'SIGN_CANCELLED'],
    ['not-begun', 'SIGN_CANCELLED'],
  ]);
});

test('the key is pulled out in mid-sign: that record failed and is untouched, the others are not begun', async () => {
  const opened = await openFirst(2);
  fault('slot0.sign.delay_ms=900');
  const { answer } = await beginToSign(opened);
  fault('slot0.sign.delay_ms=900', 'slot0.present=0');
  const { results } = await answer;
  expect(results.map((r) => [r.outcome, r.error?.code])).toEqual([
    ['failed', 'TOKEN_REMOVED'],
    ['not-begun', 'TOKEN_REMOVED'],
  ]);
  noFault();
  await expect.poll(async () => (await call('tokens:list', undefined)).tokens.length, { timeout: 15_000 }).toBe(1);
  await signIn();
  expect((await waiting()).map((r) => r.id)).toContain(opened[1]!.record.id);
});

test('the window is closed in mid-sign: the record in hand is finished and uploaded, the next is untouched', async () => {
  const opened = await openFirst(2);
  fault('slot0.sign.delay_ms=700');
  await beginToSign(opened);
  const closed = app.waitForEvent('close');
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
  await closed;
  noFault();
  await openApp();
  await call('tokens:list', undefined);
  await signIn();
  const left = (await call('worklist:get', { refresh: true })).records.map((r) => r.id);
  expect(left).not.toContain(opened[0]!.record.id);
  expect(left).toContain(opened[1]!.record.id);
  expect((await call('diagnose:run', undefined)).lines.find((l) => l.id === 'queue')).toMatchObject({ value: '0' });
});

test('files are verified: what was signed passes, a changed copy fails, the report is exported', async () => {
  const [opened] = await openFirst();
  const { results } = await call('sign:approve', { items: [item(opened!)], pin: demoPin });
  const { path } = results[0]!.signed!;
  const tampered = join(home, 'tampered.pdf');
  const bytes = readFileSync(path);
  bytes[200] = bytes[200]! ^ 1;
  writeFileSync(tampered, bytes);
  const judged = await call('verify:paths', { paths: [path, tampered] });
  expect(judged.map((j) => j.report.verdict)).toEqual(['PASSED', 'FAILED']);
  const report = join(home, 'report.json');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, report);
  await call('verify:exportReport', { handle: judged[1]!.document.handle });
  expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ verdict: 'FAILED' });
  expect(await refusal('verify:paths', { paths: [join(home, 'nothing.pdf')] })).toBe('SIGN_INPUT');
});

test('the log holds no PIN, no patient, no path; the copied diagnosis no patient', async () => {
  const { records } = await call('worklist:get', { refresh: true });
  const log = readFileSync(join(home, 'desk', 'logs', 'desk.log'), 'utf8');
  await call('diagnose:copy', undefined);
  const copied = await app.evaluate(({ clipboard }) => clipboard.readText());
  expect(log).toContain('signed in');
  for (const text of [log, copied]) {
    expect(text).not.toMatch(/\b123456\b/);
    for (const { patient } of records) {
      expect(text).not.toContain(patient.name);
      expect(text).not.toContain(patient.admissionNumber);
    }
  }
  expect(log).not.toContain('李医师');
  expect(log).not.toContain(home);
});

test('signing out leaves nothing behind', async () => {
  const [opened] = await openFirst();
  await call('session:signOut', undefined);
  expect(await page.evaluate((url) => fetch(url).then((r) => r.status), opened!.document.url)).toBe(404);
  expect(await refusal('worklist:get', { refresh: false })).toBe('NOT_SIGNED_IN');
});
