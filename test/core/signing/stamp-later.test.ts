/** Signed without a trusted time, which comes later into the same hole: nothing else changes, and the judge sees the difference. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { YqError } from '#core/errors/index.ts';
import { bytesSource, readPdf } from '#core/pdf/index.ts';
import type { Signer } from '#core/pki/index.ts';
import { signPdf, stampLater, type SigningPoint } from '#core/signing/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import {
  makePki,
  makeRecord,
  noNetwork,
  requestOf,
  scratchFolder,
  tsaClient,
  tsaSettings,
  writeRecord,
  type Pki,
} from './material.ts';

let pki: Pki;
let doctor: Signer;
let tsa: Signer;
beforeAll(async () => {
  pki = await makePki('sm2');
  doctor = await pki.issue('Doctor');
  tsa = await pki.issueTsa();
});
const now = (): Date => new Date();
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (e: unknown) => (e as YqError).code,
  );
const judge = async (path: string) =>
  verifyPdf(bytesSource(new Uint8Array(readFileSync(path))), { name: 'x.pdf', trust: pki.trust });

/** A record signed while no time stamp could be had. */
async function signedWithout(folder = scratchFolder()) {
  const source = await writeRecord(folder, await makeRecord());
  const target = join(folder, 'signed.pdf');
  const settings = tsaSettings(pki.trust);
  const result = await signPdf(
    requestOf(source, target, doctor, pki.trust, {
      tsa: settings,
      http: noNetwork,
      timeStampLater: true,
      level: 'B-T',
    }),
  );
  return { folder, source, target, result };
}
const later = (file: string, more: Partial<Parameters<typeof stampLater>[0]> = {}) =>
  stampLater({
    source: file,
    target: file,
    trust: pki.trust,
    tsa: tsaSettings(pki.trust),
    http: tsaClient(tsa),
    now,
    ...more,
  });

it('only where it is allowed; the file is whole, says why it has no time, and passes the judge as B-B', async () => {
  const { target, result, source, folder } = await signedWithout();
  expect(result).toMatchObject({ awaitsTime: true, trustedTime: undefined, format: 'PAdES B-B' });
  expect(result.shortfall?.code).toBe('TSA_UNREACHABLE');
  const report = await judge(target);
  expect([report.verdict, report.signatures[0]?.level]).toEqual(['PASSED', 'B-B']);
  const strict = requestOf(source, join(folder, 'strict.pdf'), doctor, pki.trust, {
    tsa: tsaSettings(pki.trust),
    http: noNetwork,
  });
  expect(await codeOf(signPdf(strict))).toBe('TSA_UNREACHABLE');
  expect((await readdir(folder)).sort()).toEqual(['record.pdf', 'signed.pdf']);
});

it('the time comes into the hole: same length, no other byte changed, B-T and PASSED; a second time nothing is done', async () => {
  const { target, result } = await signedWithout();
  const before = readFileSync(target);
  const stamped = await later(target, { expectedSm3: result.sm3After });
  const after = readFileSync(target);
  expect(after.length).toBe(before.length);
  const [signature] = await (await readPdf(bytesSource(new Uint8Array(after)))).signatures();
  const [from, to] = signature!.contentsSpan!;
  for (const part of [
    [0, from + 1],
    [to - 1, after.length],
  ] as const) {
    expect(after.subarray(...part).equals(before.subarray(...part))).toBe(true);
  }
  expect(after.equals(before)).toBe(false);
  const report = await judge(target);
  expect([report.verdict, report.signatures[0]?.level, report.sm3]).toEqual(['PASSED', 'B-T', stamped.sm3After]);
  expect(report.signatures[0]?.trustedTime).toBe(stamped.trustedTime.toISOString());
  expect(stamped).toMatchObject({ outcome: 'stamped', sm3Before: result.sm3After });

  const again = await later(target, { http: noNetwork });
  expect(again).toMatchObject({ outcome: 'not-needed', sm3After: stamped.sm3After });
  expect(again.trustedTime).toEqual(stamped.trustedTime);
  expect(readFileSync(target).equals(after)).toBe(true);
});

it('the newest of two signatures is the one that is stamped', async () => {
  const { folder, source } = await signedWithout();
  const target = join(folder, 'twice.pdf');

  const first = join(folder, 'first.pdf');
  await signPdf(requestOf(source, first, doctor, pki.trust, { tsa: tsaSettings(pki.trust), http: tsaClient(tsa) }));
  const second = await signPdf(
    requestOf(first, target, await pki.issue('Chief'), pki.trust, {
      tsa: tsaSettings(pki.trust),
      http: noNetwork,
      timeStampLater: true,
    }),
  );
  const stamped = await later(target);
  expect(stamped.fieldName).toBe(second.fieldName);
  expect((await judge(target)).signatures.map((s) => [s.verdict, s.level])).toEqual([
    ['PASSED', 'B-T'],
    ['PASSED', 'B-T'],
  ]);
});

it('an earlier signature can’t be stamped any more: the later one covers its hole', async () => {
  const { folder, target } = await signedWithout();
  const both = join(folder, 'both.pdf');
  await signPdf(
    requestOf(target, both, await pki.issue('Chief'), pki.trust, { tsa: tsaSettings(pki.trust), http: tsaClient(tsa) }),
  );
  const before = readFileSync(both);
  expect(await later(both)).toMatchObject({ outcome: 'not-needed' });
  expect(readFileSync(both).equals(before)).toBe(true);
  const appended = join(folder, 'appended.pdf');
  writeFileSync(appended, Buffer.concat([readFileSync(target), Buffer.from('\n% more\n')]));
  expect(await codeOf(later(appended))).toBe('SIGN_STAMP_NOT_POSSIBLE');
});

it('what is not as it was is not stamped: another file, a changed one, one that is damaged', async () => {
  const { folder, target, source } = await signedWithout();
  expect(await codeOf(later(target, { expectedSm3: 'AB'.repeat(32) }))).toBe('SIGN_DOCUMENT_CHANGED');
  expect(await codeOf(later(source))).toBe('SIGN_STAMP_NOT_POSSIBLE');
  const changed = join(folder, 'changed.pdf');
  const bytes = readFileSync(target);
  bytes[200] = bytes[200]! ^ 1;
  writeFileSync(changed, bytes);
  expect(await codeOf(later(changed))).not.toBe('done');
  expect(readFileSync(changed).equals(bytes)).toBe(true);
});

it('broken off at any point, the file is as it was or whole, and nothing lies beside it', async () => {
  const points: readonly SigningPoint[] = ['copied', 'timestamped', 'sealed', 'checked', 'archived'];
  const { folder, target } = await signedWithout();
  const before = readFileSync(target);
  for (const [n, stop] of points.entries()) {
    const file = join(folder, `at-${n}.pdf`);
    copyFileSync(target, file);
    const atPoint = (point: SigningPoint): void => {
      if (point === stop) throw new YqError('SIGN_CANCELLED');
    };
    expect(await codeOf(later(file, { atPoint }))).toBe('SIGN_CANCELLED');
    if (stop === 'archived') expect((await judge(file)).signatures[0]?.level).toBe('B-T');
    else expect(readFileSync(file).equals(before), stop).toBe(true);
  }
  expect((await readdir(folder)).filter((f) => f.startsWith('.'))).toEqual([]);
});

it('a time stamp of another signature is refused, as is a service that does not answer', async () => {
  const { target } = await signedWithout();
  const before = readFileSync(target);
  expect(await codeOf(later(target, { http: noNetwork }))).toBe('TSA_UNREACHABLE');
  const foreign = await makePki('sm2', 'Foreign');
  expect(await codeOf(later(target, { http: tsaClient(await foreign.issueTsa()) }))).toMatch(/^TSA_/);
  expect(readFileSync(target).equals(before)).toBe(true);
});

it('several services behind one door: asked in the order the door gives, the last failure told', async () => {
  const { target } = await signedWithout();
  const asked: string[] = [];
  const settings = {
    ...tsaSettings(pki.trust),
    ask: async (_imprint: Uint8Array, one: (url: string) => Promise<never>) => {
      for (const url of ['http://a.test/', 'http://b.test/']) {
        asked.push(url);
        const stamp = await one(url).catch(() => undefined);
        if (stamp !== undefined) return stamp;
      }
      throw new YqError('TSA_UNREACHABLE');
    },
  };
  const real = tsaClient(tsa);
  const http: typeof real = (request) =>
    request.url.includes('a.test') ? Promise.reject(new TypeError('away')) : real(request);
  expect((await later(target, { tsa: settings as never, http })).outcome).toBe('stamped');
  expect(asked).toEqual(['http://a.test/', 'http://b.test/']);
});
