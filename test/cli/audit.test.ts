/** `audit verify` and `audit export`, on a real backend and on files with one thing wrong each. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anchorLine, appendTo, chainLine, endLine, entryLine, type AuditEntry } from '#core/audit/index.ts';
import { runCli } from '../../src/cli/run.ts';
import { anchorOver, chainOf, desk, entriesOf, facts, createdAt } from '../core/audit/chains.ts';
import { makeHierarchy } from '../core/pki/demo-hierarchy.ts';
import { scratchFolder } from '../core/signing/material.ts';
import { Hospital } from '../backend/hospital.ts';

const folder = scratchFolder();
const trust = join(folder, 'trust');
const entries = entriesOf(6);
let hospital: Hospital;
let token: string;
let anchors: string;

beforeAll(async () => {
  const h = await makeHierarchy('sm2');
  mkdirSync(trust, { recursive: true });
  writeFileSync(join(trust, 'root.pem'), h.root.toPem());
  anchors = anchorLine(await anchorOver(h, entries[3]!));
  hospital = await Hospital.open();
  token = await hospital.signIn(await hospital.doctor('10023', '李医师'));
});
afterAll(() => hospital.close());

async function cli(...args: string[]): Promise<{ status: number; out: string; json: any }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const status = await runCli(['audit', ...args], {
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    stdout,
    stderr,
    env: { YIQIAN_HOME: folder, LANG: 'en_US.UTF-8' },
  });
  const text = (s: PassThrough): string => String(s.read() ?? '');
  const out = text(stdout);
  return { status, out: out + text(stderr), json: args.includes('--json') ? JSON.parse(out) : undefined };
}
const file = (list: readonly AuditEntry[], more = anchors, last = list.at(-1)!): string => {
  const path = join(folder, 'chain.jsonl');
  writeFileSync(path, [chainLine(chainOf([])), ...list.map(entryLine), more, endLine(last)].join(''));
  return path;
};
const backend = (): string[] => {
  const secret = join(folder, 'secret');
  writeFileSync(secret, `${hospital.admin}\n`, { mode: 0o600 });
  return ['--backend', hospital.backend.url, '--secret-file', secret];
};

it('a whole record: 0, with the time until which it is proven and what is open', async () => {
  const { status, out } = await cli('verify', file(entries));
  expect(out).toContain('6 entries, 1 time stamps');
  expect(out).toContain('Up to entry 4: proven by the time stamp of 2030-06-01T12:00:00.000Z');
  expect(out).toContain('2 entries after that have no time stamp yet');
  expect(status).toBe(0);
  const zh = await cli('verify', file(entries), '--lang', 'zh');
  expect(zh.out).toContain('第 4 条及以前，由 2030-06-01T12:00:00.000Z 的时间戳证明。');
});
it('without a time stamp, or without trust in its maker, nothing is proven: 2', async () => {
  expect((await cli('verify', file(entries, ''))).status).toBe(2);
  const nobody = await cli('verify', file(entries), '--trust', join(folder, 'nobody'));
  expect(nobody.status).toBe(2);
  expect(nobody.out).toContain('time stamps are not checked');
});
it.each([
  ['changed', entries.with(1, { ...entries[1]!, who: 'x' }), 'changed 2'],
  ['removed', entries.toSpliced(2, 1), 'removed 3'],
  ['inserted', entries.toSpliced(2, 0, { ...entries[4]!, subject: 'forged' }), 'inserted 3'],
  ['swapped', entries.with(1, entries[4]!).with(4, entries[1]!), 'reordered 2'],
])('an entry %s: 1, and it is named', async (_, list, name) => {
  const { status, out } = await cli('verify', file(list as AuditEntry[], anchors, entries[5]));
  expect(out).toContain(`(${name})`);
  expect(status).toBe(1);
});
it('a file that is no record, or not there: 3', async () => {
  const path = join(folder, 'other.jsonl');
  writeFileSync(path, 'hello\n');
  expect((await cli('verify', path)).status).toBe(3);
  expect((await cli('verify', join(folder, 'absent.jsonl'), '--json')).status).toBe(3);
});
it('wrong use: 64', async () => {
  for (const args of [['verify'], ['prove', 'x'], ['export'], ['verify', '--backend', 'http://127.0.0.1:9']]) {
    expect((await cli(...args)).status, args.join(' ')).toBe(64);
  }
});
it('the record service’s copy tells of a tail that was written anew; the copy itself is verified and exported', async () => {
  const json = { createdAt, entries, anchors: [] };
  expect((await hospital.call('POST', `/api/v1/audit/${desk}`, { token, json })).status).toBe(200);
  const good = await cli('verify', file(entries), ...backend(), '--json');
  expect([good.status, good.json[0].confirmedIndex]).toEqual([0, 6]);
  const forged = [...entries.slice(0, 4)];
  for (const n of [5, 6]) forged.push(appendTo(forged.at(-1)!, facts(n, { who: 'nobody' })));
  const bad = await cli('verify', file(forged), ...backend(), '--json');
  expect([bad.status, bad.json[0].faults.map((f: any) => `${f.kind} ${f.index}`)]).toEqual([1, ['changed 5']]);

  const copy = await cli('verify', ...backend(), '--desk', desk);
  expect(copy.out).toContain(`${desk} (${createdAt}): 6 entries`);
  expect(copy.status).toBe(2); // the copy holds no time stamp yet
  const out = join(folder, 'export.jsonl');
  expect((await cli('export', ...backend(), '--out', out)).status).toBe(0);
  expect(readFileSync(out, 'utf8')).toBe(
    [chainLine(chainOf([])), ...entries.map(entryLine), endLine(entries[5]!)].join(''),
  );
  expect((await cli('export', ...backend(), '--out', out)).out).toContain('EEXIST');
  const wrong = join(folder, 'wrong');
  writeFileSync(wrong, 'no\n');
  const refused = await cli('verify', '--backend', hospital.backend.url, '--secret-file', wrong);
  expect([refused.status, refused.out.includes('CA_SECRET')]).toEqual([1, true]);
});
