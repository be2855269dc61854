/** The disk under the desk is full, fills up in mid-batch, or may not be written: told before the PIN where it can be known, and nothing lost or half where it can't. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BatchItem } from '../../src/shared/batch.ts';
import { Refused } from '../chaos/desk-process.ts';
import { newReport } from '../chaos/report.ts';
import { tokenControl } from '../chaos/token-control.ts';
import { chaosPin, openWard, type Ward } from '../chaos/ward.ts';

const mayMount = ((): boolean => {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
})();
if (!mayMount)
  console.warn('SKIPPED: the full disk under a batch: a small file system can only be mounted by root (Linux)');

const MEGABYTES = 48;
/** Would the key be asked, the answer would be this fault and not the disk's. */
const loginFault = 'slot0.login.fail=00000030';

let ward: Ward;
const mounted: string[] = [];
const mount = (folder: string, options: string): void => {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
  mounted.push(folder);
};
const unmount = (): void => void execFileSync('umount', [mounted.pop()!], { stdio: 'pipe' });

const hog = (): string => join(ward.userData, 'hog');
/** All that is left but so many bytes. */
const fillUp = (but: number): void => {
  const { bavail, bsize } = statfsSync(ward.userData);
  try {
    writeFileSync(hog(), new Uint8Array(Math.max(0, bavail * bsize - but)));
  } catch (e) {
    // The desk took some of it meanwhile: full is full.
    if ((e as NodeJS.ErrnoException).code !== 'ENOSPC') throw e;
  }
};
const itemOf = ({ id, version }: { id: string; version: number }): BatchItem => ({
  recordId: id,
  version,
  handle: null,
  placement: null,
  layout: null,
  sealId: null,
  dropActive: false,
  reason: '审阅并签署',
});
const proposed = async (n: number) => {
  const list = await ward.desk.call('batch:propose', { items: (await ward.waiting()).slice(0, n).map(itemOf) });
  ward.approve(list.rows);
  return list;
};
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'accepted';
  } catch (e) {
    if (e instanceof Refused) return e.code;
    throw e;
  }
};

describe.skipIf(!mayMount)('the disk', () => {
  beforeAll(async () => {
    ward = await openWard({ records: 30 });
    // The desk's own data on a file system of their own, small enough to be filled.
    const aside = `${ward.userData}-aside`;
    renameSync(ward.userData, aside);
    mount(ward.userData, `size=${MEGABYTES}m`);
    cpSync(aside, ward.userData, { recursive: true, filter: (f) => !f.endsWith('.sock') });
    await ward.open();
  });
  afterEach(() => {
    tokenControl(ward.hospital.tokenState);
    rmSync(hog(), { force: true });
  });
  afterAll(async () => {
    await ward?.desk.kill();
    while (mounted.length > 0) unmount();
    await ward?.dispose();
  });

  it('may not be written: said before the PIN reaches the key', async () => {
    const list = await proposed(3);
    mount(join(ward.userData, 'signed'), 'size=4m,ro');
    try {
      tokenControl(ward.hospital.tokenState, loginFault);
      expect(await codeOf(ward.desk.call('batch:start', { ...list, pin: chaosPin }))).toBe('SIGN_OUTPUT');
    } finally {
      unmount();
    }
  });

  it('is full: said before the PIN reaches the key, and signing goes on when there is room again', async () => {
    const list = await proposed(3);
    fillUp(64 * 1024);
    tokenControl(ward.hospital.tokenState, loginFault);
    expect(await codeOf(ward.desk.call('batch:start', { ...list, pin: chaosPin }))).toBe('SIGN_DISK_FULL');
    rmSync(hog());
    tokenControl(ward.hospital.tokenState);
    const over = ward.desk.event('batch:progress', (p) => p.state === 'finished');
    await ward.desk.call('batch:start', { ...(await proposed(3)), pin: chaosPin });
    expect(await over).toMatchObject({ signed: 3, failed: 0 });
    const report = newReport();
    await ward.settle(report, 'room again', true);
    expect(report.violations).toEqual([]);
  });

  it('fills up in mid-batch: what is signed is whole and handed in, the rest untouched, also when the desk dies of it', async () => {
    const list = await proposed(6);
    tokenControl(ward.hospital.tokenState, 'slot0.sign.delay_ms=400');
    const first = ward.desk.event('batch:progress', (p) => p.signed > 0);
    const over = ward.desk.event('batch:progress', (p) => p.state === 'finished');
    await ward.desk.call('batch:start', { ...list, pin: chaosPin });
    await first;
    fillUp(0);
    const end = await over;
    expect(end.signed + end.failed + end.notBegun).toBe(6);
    expect(end.signed).toBeLessThan(6);
    await ward.desk.kill('the full disk');
    rmSync(hog());
    tokenControl(ward.hospital.tokenState);
    await ward.open();
    const report = newReport();
    await ward.settle(report, 'a disk that filled up');
    expect(report.violations).toEqual([]);
    const again = ward.desk.event('batch:progress', (p) => p.state === 'finished');
    const { batchId } = (await ward.desk.call('batch:get', undefined))!;
    const rest = await ward.desk.call('batch:resume', { batchId });
    await ward.desk.call('batch:start', { ...rest, pin: chaosPin });
    expect(await again).toMatchObject({ signed: rest.count, failed: 0 });
    await ward.settle(report, 'the rest', true);
    expect(report.violations).toEqual([]);
  });
});
