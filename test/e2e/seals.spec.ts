/**
 * Seals through the real app, real backend, real PKCS#11 module: drawn, made with a key, kept, imported, refused, signed with, judged.
 * The steps build on each other, so they share one desk.
 */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Certificate } from '../../src/core/pki/index.ts';
import { parseSeal } from '../../src/core/seal/index.ts';
import type { CallInput, CallOutput } from '../../src/shared/ipc.ts';
import { chooseFiles, deskAt, item, saveTo, type DeskDriver, type Opened } from './desk-driver.ts';
import { demoPin, openHospital, type Hospital } from './hospital.ts';

test.describe.configure({ mode: 'serial' });

let hospital: Hospital;
let desk: DeskDriver;
let seal: CallOutput<'seals:list'>[number];
let file: string;
const round = { kind: 'round', organisation: '演示医院', centre: '病历专用章', number: '', diameterMm: 42 } as const;

test.beforeAll(async () => {
  hospital = await openHospital();
  desk = deskAt(hospital);
  await desk.open();
  await desk.signIn();
  file = join(desk.home, 'seal.esl');
});
test.afterAll(async () => {
  await desk?.dispose();
  await hospital?.dispose();
});

/** Whether the window's own policy lets it show the picture, and how large it is. */
const shownWidth = (url: string) =>
  desk.page.evaluate(
    (src) =>
      new Promise<number>((resolve) => {
        const image = new Image();
        image.onload = () => resolve(image.naturalWidth);
        image.onerror = () => resolve(0);
        image.src = src;
      }),
    url,
  );
/** Seals kept on this PC, apart from those the service gives. */
const imported = async () => (await desk.call('seals:list', undefined)).filter((s) => s.source === 'imported');
/** Lets the maker of a seal make seals here, as the hospital's IT would. */
const nameMaker = (esl: string): void => {
  const { makerCertificate } = parseSeal(new Uint8Array(readFileSync(esl)));
  const pem = Certificate.parse(makerCertificate).toPem();
  writeFileSync(join(desk.home, 'trust', 'seal-makers', 'doctor.pem'), pem);
};
const make = async (more: Partial<CallInput<'seals:make'>> = {}): Promise<CallInput<'seals:make'>> => {
  const { certificate } = await desk.call('session:get', undefined);
  const now = Date.now();
  return {
    name: '演示医院病历专用章',
    type: 1,
    picture: { drawing: round },
    holders: [certificate!.serial],
    validFrom: new Date(now - 3_600_000).toISOString(),
    validTo: new Date(now + 30 * 24 * 3_600_000).toISOString(),
    maker: { ...(await desk.key()), pin: demoPin },
    ...more,
  };
};

const openType = async (type: string): Promise<Opened> => {
  const record = (await desk.waiting()).find((r) => r.type === type)!;
  return desk.call('records:open', { recordId: record.id, version: record.version });
};
const signed = async (items: CallInput<'sign:approve'>['items']) => {
  const { results } = await desk.call('sign:approve', { items, pin: demoPin });
  for (const r of results) expect(r, JSON.stringify(r.error)).toMatchObject({ outcome: 'signed', error: null });
  return results.map((r) => r.signed!);
};

test('the service’s seals are listed for the one who signed in, judged and shown', async () => {
  const seals = await desk.call('seals:list', undefined);
  expect(seals.map((s) => [s.name, s.verdict, s.mine, s.source])).toEqual([
    ['示范医院病历专用章（演示）', 'PASSED', true, 'backend'],
    ['示范医院心血管内科（演示）', 'PASSED', true, 'backend'],
    ['李医师（演示）', 'PASSED', true, 'backend'],
  ]);
  for (const s of seals) expect(await shownWidth(s.pictureUrl!)).toBeGreaterThan(0);
});

test('the record type’s riding seal: the department’s, over both pages, one signature, PASSED', async () => {
  const opened = await openType('入院记录');
  const department = (await desk.call('seals:list', undefined)).find((s) => s.name.includes('心血管内科'))!;
  expect(opened).toMatchObject({ layout: { kind: 'riding', edge: 'right' }, sealId: department.id });
  const size = { widthMm: department.widthMm, heightMm: department.heightMm };
  const { handle } = opened.document;
  const resolved = await desk.call('placement:resolve', { handle, rule: opened.layout!, ...size });
  const strips = [resolved.widget!, ...resolved.copies];
  expect(strips.map((s) => s.place.page)).toEqual([1, 2]);
  expect(strips.reduce((sum, s) => sum + s.place.width, 0)).toBeCloseTo(department.widthMm, 3);
  const [done] = await signed([item(opened)]);
  expect(done!.report.verdict, JSON.stringify(done!.report, null, 1)).toBe('PASSED');
  expect(done!.report.signatures).toHaveLength(opened.report.signatures.length + 1);
  expect(done!.report.signatures.at(-1)!.seal).toMatchObject({ verdict: 'PASSED', name: department.name });
});

test('a seal is drawn as vector and shown under the window’s policy', async () => {
  const drawn = await desk.call('seals:draw', round);
  expect(drawn).toMatchObject({ widthMm: 42, heightMm: 42 });
  const type = await desk.page.evaluate((url) => fetch(url).then((r) => r.headers.get('content-type')), drawn.url);
  expect(type).toBe('image/svg+xml');
  expect(await shownWidth(drawn.url)).toBeGreaterThan(0);
});

test('it is made with the key: what is wrong is said before, a wrong PIN makes nothing, one PIN makes it', async () => {
  await saveTo(desk, file);
  expect(await desk.refusal('seals:make', await make({ holders: ['00'] }))).toBe('SEAL_HOLDER_UNKNOWN');
  const order = await make();
  expect(await desk.refusal('seals:make', { ...order, validTo: order.validFrom })).toBe('SEAL_VALIDITY');
  const wrong = { ...order, maker: { ...order.maker, pin: '000000' } };
  expect(await desk.refusal('seals:make', wrong)).toBe('TOKEN_PIN_INCORRECT');
  expect(await imported()).toEqual([]);

  const made = await desk.call('seals:make', order);
  expect(made.path).toBe(file);
  // A doctor's certificate is trusted to sign, not to make seals.
  expect(made.seal).toMatchObject({ verdict: 'INDETERMINATE', mine: true });
  expect(made.seal!.findings.map((f) => f.code)).toContain('SEAL_MAKER_NOT_LISTED');
  const [own] = await desk.openFirst();
  const { results } = await desk.call('sign:approve', {
    items: [{ ...item(own!), layout: null, sealId: made.seal!.id }],
    pin: demoPin,
  });
  expect(results).toMatchObject([{ outcome: 'failed', error: { code: 'SEAL_NOT_TRUSTED' } }]);

  nameMaker(file);
  [seal] = (await imported()) as [typeof seal];
  expect(seal, JSON.stringify(seal.findings)).toMatchObject({
    name: '演示医院病历专用章',
    version: 4,
    verdict: 'PASSED',
    mine: true,
    source: 'imported',
    widthMm: 42,
  });
  expect(seal.holders.join()).toContain('李医师');
  expect(await shownWidth(seal.pictureUrl!)).toBeGreaterThan(0);
});

test('removed and imported again; a changed, a cut and a foreign file are refused with the reason', async () => {
  await desk.call('seals:remove', { sealId: seal.id });
  expect(await imported()).toEqual([]);
  const bytes = readFileSync(file);
  const bad = join(desk.home, 'bad.esl');
  await chooseFiles(desk, bad);
  const refused = async (content: Uint8Array) => {
    writeFileSync(bad, content);
    const answer = await desk.ask('seals:import', undefined);
    return answer.ok ? 'imported' : [answer.error.code, answer.error.zh.what];
  };
  const changed = new Uint8Array(bytes);
  changed[Math.floor(bytes.length / 2)]! ^= 1; // in the picture
  expect(await refused(changed)).toEqual(['SEAL_REFUSED', expect.stringMatching(/bad\.esl/)]);
  expect(await refused(bytes.subarray(0, 300))).toEqual(['SEAL_REFUSED', expect.stringContaining('bad.esl')]);
  expect(await refused(new TextEncoder().encode('no seal'))).toEqual(['SEAL_REFUSED', expect.any(String)]);
  expect(await imported()).toEqual([]);

  await chooseFiles(desk, file);
  await desk.call('seals:import', undefined);
  expect((await imported()).map((s) => s.id)).toEqual([seal.id]);
  // A file among the kept ones that somebody changed is not a seal any more.
  const kept = join(desk.home, 'desk', 'seals', 'imported', `${seal.id}.esl`);
  writeFileSync(kept, changed);
  expect(await imported()).toEqual([]);
  copyFileSync(file, kept);
  expect(await imported()).toHaveLength(1);
});

test('signed with the seal at a keyword: the preview’s place, the seal PASSED, its picture shown', async () => {
  const opened = await openType('上级医师查房记录');
  const layout = { kind: 'keyword', text: '主治医师：', hit: -1, anchor: 'centre' } as const;
  const { handle } = opened.document;
  const size = { widthMm: seal.widthMm, heightMm: seal.heightMm };
  const resolved = await desk.call('placement:resolve', { handle, rule: layout, ...size });
  expect(resolved.widget!.place).toMatchObject({ width: 42, height: 42 });
  const [done] = await signed([{ ...item(opened), layout, sealId: seal.id }]);
  expect(done!.report.verdict, JSON.stringify(done!.report, null, 1)).toBe('PASSED');
  const last = done!.report.signatures.at(-1)!;
  expect(last).toMatchObject({
    verdict: 'PASSED',
    level: 'B-T',
    seal: { verdict: 'PASSED', carrier: 'attribute', version: 4, name: '演示医院病历专用章' },
  });
  const { page, x, y, width, height } = last.placement!;
  const asked = resolved.widget!.place;
  expect(page).toBe(asked.page);
  for (const [found, mm] of [
    [x, asked.x],
    [y, asked.y],
    [width, 42],
    [height, 42],
  ] as const) {
    expect(Math.abs(found - mm)).toBeLessThan(0.05);
  }
  expect(await shownWidth(last.seal!.picture.url!)).toBeGreaterThan(0);
});

test('the record type’s own keyword puts the handwriting', async () => {
  const opened = await openType('会诊记录');
  expect(opened.layout).toMatchObject({ kind: 'keyword', text: '会诊医师：' });
  const [done] = await signed([item(opened)]);
  const { x, y } = done!.report.signatures.at(-1)!.placement!;
  // The rule's words stand right before the line on which the form wants the signature.
  expect(Math.abs(x - opened.placement!.x)).toBeLessThan(3);
  expect(Math.abs(y - opened.placement!.y)).toBeLessThan(5);
});

test('a keyword that is not there and a seal that is gone fail before the PIN; the rest of the list is signed', async () => {
  const [a, b] = await desk.openFirst(2);
  const absent = { kind: 'keyword', text: '没有这几个字' } as const;
  const { handle } = a!.document;
  expect(await desk.refusal('placement:resolve', { handle, rule: absent, widthMm: 40, heightMm: 15 })).toBe(
    'PDF_KEYWORD_ABSENT',
  );
  const tries = async () => (await desk.call('tokens:list', undefined)).tokens[0]!.pinTries;
  const before = await tries();
  // Nothing of this list can be signed, so the PIN, which is wrong, is never tried.
  const { results } = await desk.call('sign:approve', {
    items: [
      { ...item(a!), layout: absent },
      { ...item(b!), sealId: 'A'.repeat(64) },
    ],
    pin: '000000',
  });
  expect(results.map((r) => [r.outcome, r.error?.code])).toEqual([
    ['failed', 'PDF_KEYWORD_ABSENT'],
    ['failed', 'SEAL_UNKNOWN'],
  ]);
  expect(await tries()).toEqual(before);
  const mixed = await desk.call('sign:approve', { items: [{ ...item(a!), layout: absent }, item(b!)], pin: demoPin });
  expect(mixed.results.map((r) => r.outcome)).toEqual(['failed', 'signed']);
});

test('by policy: seals of 2025 with a time stamp, the seal signature alone in the file', async () => {
  await desk.close();
  await desk.open({ YIQIAN_SEAL_CARRIER: 'contents', YIQIAN_SEAL_VERSION: '5' });
  await desk.signIn();
  await saveTo(desk, join(desk.home, 'seal5.esl'));
  const made = await desk.call('seals:make', await make());
  expect(made.seal, JSON.stringify(made.seal?.findings)).toMatchObject({ version: 5, verdict: 'PASSED' });
  expect(made.seal!.findings.map((f) => f.code)).toContain('SEAL_TIMESTAMP_VALID');
  await desk.call('seals:remove', { sealId: made.seal!.id });
  // One that nobody has signed yet, so that the seal covers nobody's line.
  const opened = await openType('心电图报告');
  const [done] = await signed([{ ...item(opened), sealId: seal.id }]);
  expect(done!.report.signatures.at(-1)).toMatchObject({ seal: { verdict: 'PASSED', carrier: 'contents' } });
});

test('by policy: signatures with their proofs; a seal signature alone has no room for any, said before the PIN', async () => {
  await desk.close();
  await desk.open({ YIQIAN_SEAL_CARRIER: 'contents', YIQIAN_SIGNATURE_LEVEL: 'B-LT' });
  await desk.signIn();
  const [opened] = await desk.openFirst();
  const { results } = await desk.call('sign:approve', {
    items: [{ ...item(opened!), sealId: seal.id }],
    pin: '000000',
  });
  expect(results).toMatchObject([{ outcome: 'failed', error: { code: 'SEAL_CARRIER_LEVEL' } }]);
  const [plain] = await signed([{ ...item(opened!), sealId: null }]);
  expect(plain).toMatchObject({ format: 'PAdES B-LT', report: { verdict: 'PASSED' } });
  expect(plain!.report.signatures.at(-1)!.level).toBe('B-LT');
});

test('signed out: imported seals stay, none is mine, no picture of before is served', async () => {
  const [kept] = await imported();
  await desk.call('session:signOut', undefined);
  const status = await desk.page.evaluate((url) => fetch(url).then((r) => r.status), kept!.pictureUrl!);
  expect(status).toBe(404);
  expect(await desk.call('seals:list', undefined)).toMatchObject([{ id: seal.id, mine: false, source: 'imported' }]);
  rmSync(file);
});
