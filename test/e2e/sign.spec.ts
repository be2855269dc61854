/**
 * The desk's main job through the real app, real backend, real PKCS#11 module, without the screens: what the window may ask of main.
 * The steps build on each other, so they share one desk.app.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { deskAt, item, tokenFault, type DeskDriver, type Opened } from './desk-driver.ts';
import { demoPin, openHospital, type Hospital } from './hospital.ts';

test.describe.configure({ mode: 'serial' });

let hospital: Hospital;
let desk: DeskDriver;

test.beforeAll(async () => {
  hospital = await openHospital();
  desk = deskAt(hospital);
  await desk.open();
});
test.afterAll(async () => {
  await desk?.dispose();
  await hospital?.dispose();
});

test('the demo key is found; a wrong PIN is told as such and costs a try; the right one signs in', async () => {
  const { tokens, drivers } = await desk.call('tokens:list', undefined);
  expect(drivers).toMatchObject([{ profile: 'yiqian-soft', state: 'ready' }]);
  expect(tokens).toHaveLength(1);
  const [token] = tokens;
  expect(token).toMatchObject({ testOnly: true });
  const key = token!.keys.find((k) => k.unusable === null);
  expect(key).toMatchObject({ kind: 'sm2', certificate: { commonName: expect.stringContaining('李医师') } });
  const chosen = { tokenId: token!.id, keyId: key!.keyId };
  expect(await desk.key()).toEqual(chosen);
  expect(await desk.refusal('session:signIn', { ...chosen, pin: '000000' })).toBe('TOKEN_PIN_INCORRECT');
  expect(await desk.signIn()).toMatchObject({ state: 'signed-in', person: { name: '李医师' } });
});

test('the work list, and a record whose bytes are those the service names', async () => {
  const records = await desk.waiting();
  expect(records.length).toBeGreaterThanOrEqual(3);
  const [opened] = await desk.openFirst();
  expect(opened).toMatchObject({ blocked: null, document: { url: expect.stringMatching(/^\/document\//) } });
  const shown = await desk.page.evaluate(
    (url) => fetch(url).then(async (r) => [r.headers.get('content-type'), (await r.arrayBuffer()).byteLength]),
    opened!.document.url,
  );
  expect(shown).toEqual(['application/pdf', opened!.document.size]);
  const part = await desk.page.evaluate(
    (url) => fetch(url, { headers: { range: 'bytes=0-4' } }).then(async (r) => [r.status, await r.text()]),
    opened!.document.url,
  );
  expect(part).toEqual([206, '%PDF-']);
  expect(opened!.appearanceUrl).toMatch(/^\/picture\//);
  const picture = await desk.page.evaluate(
    (url) => fetch(url).then((r) => r.headers.get('content-type')),
    opened!.appearanceUrl!,
  );
  expect(picture).toBe('image/png');
});

test('one PIN, two records: signed, time-stamped, PASSED, uploaded, gone from the list', async () => {
  const opened = await desk.openFirst(2);
  await desk.page.evaluate(() => {
    const steps: string[] = [];
    (window as unknown as { steps: string[] }).steps = steps;
    window.yiqian.on('sign:progress', (p) => steps.push(`${p.recordId} ${p.step} ${p.state}`));
  });
  const { results } = await desk.call('sign:approve', { items: opened.map(item), pin: demoPin });
  for (const [i, result] of results.entries()) {
    expect(result, JSON.stringify(result.error)).toMatchObject({
      outcome: 'signed',
      error: null,
      signed: { uploaded: true, format: 'PAdES B-T', sm3Before: opened[i]!.document.sm3 },
    });
    expect(result.signed!.report.verdict, JSON.stringify(result.signed!.report, null, 1)).toBe('PASSED');
    expect(result.signed!.trustedTime).not.toBeNull();
    // The signed file begins with exactly the bytes that were shown.
    const shown = await desk.page.evaluate(
      (url) => fetch(url).then(async (r) => [...new Uint8Array(await r.arrayBuffer())]),
      opened[i]!.document.url,
    );
    const signed = readFileSync(result.signed!.path);
    expect(Buffer.compare(signed.subarray(0, shown.length), Buffer.from(shown))).toBe(0);
    test.info().annotations.push({ type: 'ms', description: JSON.stringify(result.signed!.milliseconds) });
  }
  const left = (await desk.waiting()).map((r) => r.id);
  for (const o of opened) expect(left).not.toContain(o.record.id);
  const steps = await desk.page.evaluate(() => (window as unknown as { steps: string[] }).steps);
  const first = opened[0]!.record.id;
  expect(steps.filter((s) => s.startsWith(first) && s.endsWith('done')).map((s) => s.split(' ')[1])).toEqual(
    expect.arrayContaining(['prepare', 'sign', 'timestamp', 'seal', 'selfcheck']),
  );
});

test('a wrong PIN signs nothing; another record’s handle and a closed one are refused', async () => {
  const [a, b] = await desk.openFirst(2);
  expect(await desk.refusal('sign:approve', { items: [item(a!)], pin: '999999' })).toBe('TOKEN_PIN_INCORRECT');
  const crossed = { ...item(a!), handle: b!.document.handle };
  expect(await desk.refusal('sign:approve', { items: [crossed], pin: demoPin })).toBe('IPC_REJECTED');
  expect(await desk.refusal('sign:approve', { items: [item(a!), item(a!)], pin: demoPin })).toBe('IPC_REJECTED');
  await desk.call('documents:close', { handle: b!.document.handle });
  expect(await desk.refusal('sign:approve', { items: [item(b!)], pin: demoPin })).toBe('DOCUMENT_CLOSED');
  expect((await desk.waiting()).map((r) => r.id)).toEqual(expect.arrayContaining([a!.record.id, b!.record.id]));
});

test('the screen locks: the desk locks, shows no document, answers nothing about records; the PIN opens it again', async () => {
  const [opened] = await desk.openFirst();
  const status = () => desk.page.evaluate((url) => fetch(url).then((r) => r.status), opened!.document.url);
  expect(await status()).toBe(200);
  await desk.app.evaluate(({ powerMonitor }) => (powerMonitor as unknown as NodeJS.EventEmitter).emit('lock-screen'));
  expect(await desk.call('session:get', undefined)).toMatchObject({ state: 'locked', person: { name: '李医师' } });
  expect(await status()).toBe(404);
  expect(await desk.refusal('worklist:get', { refresh: false })).toBe('DESK_LOCKED');
  expect(await desk.refusal('verify:choose', undefined)).toBe('DESK_LOCKED');
  expect(await desk.refusal('sign:approve', { items: [item(opened!)], pin: demoPin })).toBe('DESK_LOCKED');
  await desk.signIn();
  expect(await status()).toBe(200);
});

test('the service goes away after signing has begun: signed, kept in the queue, uploaded when it is back, also over a restart', async () => {
  const [opened] = await desk.openFirst();
  // Signing needs the time stamp service, which the reference backend is too; so the way to the record service alone is cut.
  await desk.app.evaluate(({ net }) => {
    const real = net.fetch.bind(net);
    (globalThis as unknown as { restore: () => void }).restore = () => (net.fetch = real);
    net.fetch = (input, init) =>
      String(input).endsWith('/signed')
        ? Promise.reject(new Error('net::ERR_INTERNET_DISCONNECTED'))
        : real(input, init);
  });
  const { results } = await desk.call('sign:approve', { items: [item(opened!)], pin: demoPin });
  expect(results).toMatchObject([
    { outcome: 'signed', error: { code: 'BACKEND_UNREACHABLE' }, signed: { uploaded: false } },
  ]);
  const mine = (await desk.call('worklist:get', { refresh: true })).records.find((r) => r.id === opened!.record.id);
  expect(mine?.state).toBe('upload-pending');
  await desk.close();

  await desk.open();
  const queue = async () => (await desk.call('diagnose:run', undefined)).lines.find((l) => l.id === 'queue');
  expect(await queue()).toMatchObject({ value: '1', state: 'warning' });
  await desk.call('tokens:list', undefined);
  await desk.signIn();
  await expect.poll(async () => (await queue())?.value, { timeout: 30_000 }).toBe('0');
  expect((await desk.waiting()).map((r) => r.id)).not.toContain(opened!.record.id);
});

test('the key is pulled out: the desk locks by itself and says which key is missing', async () => {
  tokenFault(hospital, 'slot0.present=0');
  await expect.poll(async () => (await desk.call('session:get', undefined)).state, { timeout: 15_000 }).toBe('locked');
  await expect.poll(async () => (await desk.call('tokens:list', undefined)).tokens.length).toBe(0);
  tokenFault(hospital);
  await expect.poll(async () => (await desk.call('tokens:list', undefined)).tokens.length, { timeout: 15_000 }).toBe(1);
  expect(await desk.signIn()).toMatchObject({ state: 'signed-in' });
});

/** Begins to sign and resolves when the first record has come to the step that asks the key. */
const beginToSign = async (opened: readonly Opened[]) => {
  const reached = desk.page.evaluate(
    () =>
      new Promise<void>((ok) => {
        const off = window.yiqian.on('sign:progress', (p) => {
          if (p.step !== 'sign' || p.state !== 'begun') return;
          off();
          ok();
        });
      }),
  );
  const answer = desk.call('sign:approve', { items: opened.map(item), pin: demoPin });
  answer.catch(() => {}); // the window may be closed under it
  await reached;
  return { answer };
};

test('cancelled: the record in hand is finished, the others are not begun', async () => {
  const opened = await desk.openFirst(3);
  tokenFault(hospital, 'slot0.sign.delay_ms=700');
  const { answer } = await beginToSign(opened);
  await desk.call('sign:cancel', undefined);
  const { results } = await answer;
  tokenFault(hospital);
  // They are prepared side by side; whichever was ready first had the key.
  expect(results.map((r) => `${r.outcome} ${r.error?.code}`).sort()).toEqual([
    'not-begun SIGN_CANCELLED',
    'not-begun SIGN_CANCELLED',
    'signed undefined',
  ]);
});

test('the key is pulled out in mid-sign: that record failed and is untouched, the others are not begun', async () => {
  const opened = await desk.openFirst(2);
  tokenFault(hospital, 'slot0.sign.delay_ms=900');
  const { answer } = await beginToSign(opened);
  tokenFault(hospital, 'slot0.sign.delay_ms=900', 'slot0.present=0');
  const { results } = await answer;
  // Gone under the call, or just before it: the machine's load decides.
  const gone = expect.stringMatching(/^TOKEN_(REMOVED|ABSENT)$/) as unknown;
  const inOrder = results.toSorted((a, b) => a.outcome.localeCompare(b.outcome));
  expect(inOrder.map((r) => [r.outcome, r.error?.code])).toEqual([
    ['failed', gone],
    ['not-begun', gone],
  ]);
  tokenFault(hospital);
  await expect.poll(async () => (await desk.call('tokens:list', undefined)).tokens.length, { timeout: 15_000 }).toBe(1);
  await desk.signIn();
  expect((await desk.waiting()).map((r) => r.id)).toContain(opened[1]!.record.id);
});

test('the window is closed in mid-sign: the record in hand is finished and uploaded, the next is untouched', async () => {
  const opened = await desk.openFirst(2);
  tokenFault(hospital, 'slot0.sign.delay_ms=700');
  await beginToSign(opened);
  const closed = desk.app.waitForEvent('close');
  await desk.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
  await closed;
  tokenFault(hospital);
  await desk.open();
  await desk.call('tokens:list', undefined);
  await desk.signIn();
  const left = (await desk.call('worklist:get', { refresh: true })).records.map((r) => r.id);
  expect(opened.filter((o) => left.includes(o.record.id))).toHaveLength(1);
  expect((await desk.call('diagnose:run', undefined)).lines.find((l) => l.id === 'queue')).toMatchObject({
    value: '0',
  });
});

test('files are verified: what was signed passes, a changed copy fails, the report is exported', async () => {
  const [opened] = await desk.openFirst();
  const { results } = await desk.call('sign:approve', { items: [item(opened!)], pin: demoPin });
  const { path } = results[0]!.signed!;
  const tampered = join(desk.home, 'tampered.pdf');
  const bytes = readFileSync(path);
  bytes[200] = bytes[200]! ^ 1;
  writeFileSync(tampered, bytes);
  const judged = await desk.call('verify:paths', { paths: [path, tampered] });
  expect(judged.map((j) => j.report.verdict)).toEqual(['PASSED', 'FAILED']);
  const report = join(desk.home, 'report.json');
  await desk.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, report);
  await desk.call('verify:exportReport', { handle: judged[1]!.document.handle, kind: 'json' });
  expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ verdict: 'FAILED' });
  expect(await desk.refusal('verify:paths', { paths: [join(desk.home, 'nothing.pdf')] })).toBe('SIGN_INPUT');
});

test('the log holds no PIN, no patient, no path; the copied diagnosis no patient', async () => {
  const { records } = await desk.call('worklist:get', { refresh: true });
  const log = readFileSync(join(desk.home, 'desk', 'logs', 'desk.log'), 'utf8');
  await desk.call('diagnose:copy', undefined);
  const copied = await desk.app.evaluate(({ clipboard }) => clipboard.readText());
  expect(log).toContain('signed in');
  for (const text of [log, copied]) {
    expect(text).not.toMatch(/\b123456\b/);
    for (const { patient } of records) {
      expect(text).not.toContain(patient.name);
      expect(text).not.toContain(patient.admissionNumber);
    }
  }
  expect(log).not.toContain('李医师');
  expect(log).not.toContain(desk.home);
});

test('signing out leaves nothing behind', async () => {
  const [opened] = await desk.openFirst();
  await desk.call('session:signOut', undefined);
  expect(await desk.page.evaluate((url) => fetch(url).then((r) => r.status), opened!.document.url)).toBe(404);
  expect(await desk.refusal('worklist:get', { refresh: false })).toBe('NOT_SIGNED_IN');
});
