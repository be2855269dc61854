/** `yiqian export --grading`: the fields that inspections count, exactly; rates; cells that no spreadsheet takes for a formula. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run.ts';
import { hexSm3, Hospital, type Doctor } from '../backend/hospital.ts';
import { signVersion, write } from '../backend/written-record.ts';

const folder = mkdtempSync(join(os.tmpdir(), 'yiqian-grading-'));
const secret = join(folder, 'secret');
let hospital: Hospital;
let [zhao, li] = [] as unknown as [Doctor, Doctor];
let first: { before: string; signed: Uint8Array };

beforeAll(async () => {
  hospital = await Hospital.open();
  writeFileSync(secret, `${hospital.admin}\n`, { mode: 0o600 });
  zhao = await hospital.doctor('10087', '赵医师', { title: '住院医师' });
  li = await hospital.doctor('10023', '李医师', { title: '主治医师' });
  let zhaoToken = await hospital.signIn(zhao);
  const liToken = await hospital.signIn(li);
  const lines = [
    { doctor: zhao, role: '住院医师' },
    { doctor: li, role: '主治医师' },
  ];
  // One record changed by a superior, of yesterday; one signed only by the resident, today.
  await write(hospital, 'R1', lines);
  hospital.advance(30_000);
  first = await signVersion(hospital, zhao, zhaoToken, 'R1', 1);
  hospital.advance(60_000);
  const changed = await hospital.call('POST', '/api/v1/records/R1/versions', {
    token: liToken,
    json: { from: 1, sections: [{ id: 's2', text: '=HYPERLINK("http://x")，"胸闷"' }], reason: '＝补充' },
  });
  expect(changed.json).toEqual({ version: 2 });
  await signVersion(hospital, li, liToken, 'R1', 2);
  hospital.advance(86_400_000);
  await write(hospital, 'R2', lines, { type: '入院记录' });
  zhaoToken = await hospital.signIn(zhao); // a session lasts a shift
  await signVersion(hospital, zhao, zhaoToken, 'R2', 1);
});
afterAll(async () => {
  await hospital.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

async function cli(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const status = await runCli(['export', ...args], {
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    stdout,
    stderr,
    env: { LANG: 'zh_CN.UTF-8' },
  });
  return { status, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}
const grading = (out: string, ...more: string[]) =>
  cli('--grading', '--backend', hospital.backend.url, '--secret-file', secret, '--out', out, ...more);
/** Cells of a CSV without line breaks in its cells. */
const cells = (file: string): string[][] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) => m[1]?.replaceAll('""', '"') ?? m[2] ?? ''),
    );

describe('export --grading', () => {
  it('gives every field as JSON', async () => {
    const out = join(folder, 'all.json');
    expect((await grading(out)).status).toBe(0);
    const { signatures, modifications, types, total, qualityIndex } = JSON.parse(readFileSync(out, 'utf8'));
    expect(signatures).toHaveLength(3);
    expect(signatures[0]).toEqual({
      contentId: `R1/1/${first.before}`,
      recordId: 'R1',
      version: 1,
      contentSm3: first.before,
      signedSm3: hexSm3(first.signed),
      type: '日常病程记录',
      level: 'resident',
      role: '住院医师',
      doctor: { id: '10087', name: '赵医师' },
      signedAt: '2026-11-22T02:00:30.000Z',
      trusted: true,
      submittedAt: '2026-11-22T02:00:00.000Z',
      submittedFirst: true,
      certificateSerial: zhao.signer.certificate.serial,
      complete: true,
      withdrawn: false,
    });
    expect(modifications).toEqual([
      expect.objectContaining({
        doctor: { id: '10023', name: '李医师' },
        at: '2026-11-22T02:01:30.000Z',
        where: '主诉',
      }),
    ]);
    expect(types.map((t: any) => [t.type, t.signatures, t.completeRate])).toEqual([
      ['日常病程记录', 2, 1],
      ['入院记录', 1, 1],
    ]);
    expect(total).toMatchObject({ signatures: 3, submittedFirst: 3, trustedRate: 1, modificationsCompleteRate: 1 });
    expect(qualityIndex).toBe(1);
  });

  it('gives three tables as CSV, in either language, with the inspectors’ columns', async () => {
    const out = join(folder, 'zh.csv');
    const { status, out: said } = await grading(out);
    expect(status).toBe(0);
    expect(said).toContain('合计: 签名 3，完整 100.0 %，提交不晚于签名 100.0 %');
    expect(said).toContain('数据质量指数（各率中最低者；要求不低于 0.5）: 1.0000');
    const [heads, row] = cells(out);
    expect(heads!.join(',')).toBe(
      '\uFEFF签名内容标识,病历编号,版本,签名内容SM3,签名后文件SM3,病历类型,签名级别,签名身份,签名医师工号,签名医师姓名,签名时间,可信时间,提交时间,提交不晚于签名,证书序列号,记录完整,已撤回',
    );
    expect(row!.slice(5, 15)).toEqual([
      ...['日常病程记录', 'resident', '住院医师', '10087', '赵医师', '2026-11-22T02:00:30.000Z', '是'],
      ...['2026-11-22T02:00:00.000Z', '是', zhao.signer.certificate.serial],
    ]);
    const changed = cells(join(folder, 'zh-modifications.csv'));
    expect(changed[0]!.slice(3, 10)).toEqual([
      ...['修改医师工号', '修改医师姓名', '修改时间', '修改位置', '修改前内容', '修改后内容', '修改原因'],
    ]);
    expect(changed[1]!.slice(6, 10)).toEqual([
      ...['主诉', '反复胸闷 3 年，加重 2 天。', `'=HYPERLINK("http://x")，"胸闷"`, `'＝补充`],
    ]);
    expect(cells(join(folder, 'zh-summary.csv')).at(-1)!.slice(0, 4)).toEqual(['合计', '3', '3', '1.0000']);

    const en = join(folder, 'en.csv');
    expect((await grading(en, '--lang', 'en', '--from', '2026-11-23', '--to', '2026-11-23')).status).toBe(0);
    expect(cells(en)).toHaveLength(2);
    expect(cells(en)[0]!.slice(0, 3)).toEqual(['\uFEFFSigned content ID', 'Record ID', 'Version']);
    expect(cells(en)[1]![1]).toBe('R2');
    expect(cells(join(folder, 'en-modifications.csv'))).toHaveLength(1);
  });

  it('counts a signature that came before its submission against the rate', async () => {
    const { store } = hospital.backend.rooms;
    const was = store.get(`SELECT submitted_at FROM versions WHERE record = 'R2'`)!['submitted_at'] as string;
    store.run(`UPDATE versions SET submitted_at = '2026-11-24T00:00:00.000Z' WHERE record = 'R2'`);
    const out = join(folder, 'late.json');
    await grading(out);
    store.run(`UPDATE versions SET submitted_at = ? WHERE record = 'R2'`, was);
    const { signatures, qualityIndex, types } = JSON.parse(readFileSync(out, 'utf8'));
    expect(signatures.map((s: any) => s.submittedFirst)).toEqual([true, true, false]);
    expect(types.find((t: any) => t.type === '入院记录').submittedFirstRate).toBe(0);
    expect(qualityIndex).toBeCloseTo(2 / 3);
  });

  it('replaces nothing unless told, and writes all or none', async () => {
    const out = join(folder, 'there.csv');
    writeFileSync(join(folder, 'there-summary.csv'), 'mine');
    const { status, err } = await grading(out);
    expect([status, existsSync(out)]).toEqual([1, false]);
    expect(err).toContain('there-summary.csv');
    expect(readFileSync(join(folder, 'there-summary.csv'), 'utf8')).toBe('mine');
    expect((await grading(out, '--force')).status).toBe(0);
    expect(readdirSync(folder).filter((n) => n.endsWith('.part'))).toEqual([]);
  });

  it.each([
    ['no --grading', ['--backend', 'http://127.0.0.1:1', '--out', 'x.csv']],
    ['a name that is neither', ['--grading', '--backend', 'http://127.0.0.1:1', '--out', 'x.xls']],
    ['no day', ['--grading', '--backend', 'http://127.0.0.1:1', '--out', 'x.csv', '--from', '2026-13-01']],
    ['no secret', ['--grading', '--backend', 'http://127.0.0.1:1', '--out', 'x.csv']],
  ])('bad usage: %s', async (_, args) => {
    expect((await cli(...args)).status).toBe(64);
  });

  it('a wrong secret is told as such', async () => {
    const wrong = join(folder, 'wrong');
    writeFileSync(wrong, 'x'.repeat(40));
    const { status, err } = await cli(
      ...['--grading', '--backend', hospital.backend.url, '--secret-file', wrong, '--out', join(folder, 'no.csv')],
    );
    expect(status).toBe(1);
    expect(err).toContain('CA_SECRET');
  });
});
