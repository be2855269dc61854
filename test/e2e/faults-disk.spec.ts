/** No room, or no right, in the folder of signed documents: told before the PIN reaches the key where that can be known. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { errorText, type ErrorCode } from '../../src/core/errors/index.ts';
import { deskAt, item, tokenFault, type DeskDriver } from './desk-driver.ts';
import { demoPin, openHospital, type Hospital } from './hospital.ts';
import { openOnScreen, signInOnScreen, signOnScreen } from './screen.ts';

test.describe.configure({ mode: 'serial' });

let hospital: Hospital;
let desk: DeskDriver;
let mounted = false;

/** A file system of its own in place of the folder, so that it can be small or read-only also for root. */
function mount(options: string): void {
  mkdirSync(desk.signed, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', desk.signed], { stdio: 'pipe' });
  mounted = true;
}
function unmount(): void {
  if (mounted) execFileSync('umount', [desk.signed]);
  mounted = false;
}
const mayMount = (): boolean => {
  try {
    mount('size=1m');
    unmount();
    return true;
  } catch {
    return false;
  }
};

test.beforeAll(async () => {
  hospital = await openHospital();
  desk = deskAt(hospital);
  await desk.open();
  await signInOnScreen(desk.page);
});
test.afterEach(() => {
  tokenFault(hospital);
  unmount();
});
test.afterAll(async () => {
  await desk?.dispose();
  await hospital?.dispose();
});

const needsMount = 'a small file system can only be mounted by root (Linux): these cases are NOT shown here';

/** Would the key be asked, the answer would be this fault and not the disk's. */
const loginFault = 'slot0.login.fail=00000030';

test('with room, a key that fails at login is what is told: the tests below can tell the two apart', async () => {
  await openOnScreen(desk.page, (await desk.waiting())[0]!.id);
  tokenFault(hospital, loginFault);
  await expect(await signOnScreen(desk.page)).toContainText(/TOKEN_\w+/);
  expect(desk.queue()).toEqual([]);
});

async function expectToldBeforeThePin(code: ErrorCode): Promise<void> {
  const recordId = (await desk.waiting())[0]!.id;
  await openOnScreen(desk.page, recordId);
  tokenFault(hospital, loginFault);
  const outcome = await signOnScreen(desk.page);
  await expect(outcome).toHaveAttribute('data-outcome', 'failed');
  await expect(outcome).toContainText(code);
  await expect(outcome).toContainText(errorText(code, 'zh').next);
  expect(desk.queue()).toEqual([]);
  expect((await desk.waiting()).map((r) => r.id)).toContain(recordId);
}

test('the disk is full: said before the PIN reaches the key', async () => {
  test.skip(!mayMount(), needsMount);
  mount('size=64k');
  await expectToldBeforeThePin('SIGN_DISK_FULL');
  expect(desk.files()).toEqual([]);
});

test('the folder is read-only: said before the PIN reaches the key', async () => {
  test.skip(!mayMount(), needsMount);
  mount('size=4m,ro');
  await expectToldBeforeThePin('SIGN_OUTPUT');
});

test('a file stands where the folder should be: said before the PIN reaches the key', async () => {
  rmSync(desk.signed, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  writeFileSync(desk.signed, '');
  await expectToldBeforeThePin('SIGN_OUTPUT');
  rmSync(desk.signed);
});

/** Takes what room there is, whoever writes beside it, and gives one page back. */
function fillUp(file: string): void {
  const { bsize } = statfsSync(desk.signed);
  const fd = openSync(file, 'w');
  try {
    for (let bytes = 256 * bsize; bytes >= bsize; bytes /= 4) {
      const part = new Uint8Array(bytes);
      for (let room = true; room;) {
        try {
          room = writeSync(fd, part) > 0;
        } catch (e) {
          if ((e as NodeJS.ErrnoException).code !== 'ENOSPC') throw e;
          room = false;
        }
      }
    }
    ftruncateSync(fd, fstatSync(fd).size - bsize);
  } finally {
    closeSync(fd);
  }
}

test('the disk fills up in the middle of a list: what has its place is whole and handed in, the rest untouched; with room again it signs', async () => {
  test.skip(!mayMount(), needsMount);
  mount('size=16m');
  // More than are prepared ahead of the key.
  const opened = await desk.openFirst(6);
  tokenFault(hospital, 'slot0.sign.delay_ms=1200');
  await desk.page.evaluate(() => {
    window.yiqian.on('sign:progress', (p) => {
      if (p.step === 'sign' && p.state === 'begun') (window as { reached?: boolean }).reached = true;
    });
  });
  const answer = desk.call('sign:approve', { items: opened.map(item), pin: demoPin });
  await desk.page.waitForFunction(() => (window as { reached?: boolean }).reached === true);
  // All that is left but a page: the first record's draft has its place already.
  const hog = join(desk.signed, 'hog');
  fillUp(hog);
  const { results } = await answer;
  tokenFault(hospital);
  const signed = results.filter((r) => r.outcome === 'signed');
  const others = results.filter((r) => r.outcome !== 'signed');
  expect(signed.length).toBeGreaterThan(0);
  expect(others.length).toBeGreaterThan(0);
  expect(others.map((r) => r.error?.code)).toEqual(others.map(() => 'SIGN_DISK_FULL'));
  expect(others.map((r) => r.outcome)).toContain('failed');
  expect(desk.files().filter((f) => f !== 'hog')).toEqual(
    signed.map(() => expect.stringMatching(/^[^.].*\.pdf$/) as unknown),
  );
  expect(desk.queue()).toEqual([]);
  rmSync(hog);
  const untouched = opened.find((o) => o.record.id === others[0]!.recordId)!;
  const again = await desk.call('records:open', { recordId: untouched.record.id, version: untouched.record.version });
  const second = await desk.call('sign:approve', { items: [item(again)], pin: demoPin });
  expect(second.results).toMatchObject([{ outcome: 'signed', signed: { uploaded: true } }]);
});
