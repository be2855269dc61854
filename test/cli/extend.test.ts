/** `yiqian extend` from end to end: files and folders, lists and time stamps over a real connection, a line per file, exit codes. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bytesSource } from '#core/pdf/index.ts';
import { signPdf } from '#core/signing/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import { runCli } from '../../src/cli/run.ts';
import { Authority, Clock, SmallInternet } from '../core/signing/extend/small-internet.ts';
import { makeRecord, requestOf, scratchFolder, writeRecord } from '../core/signing/material.ts';

const internet = new SmallInternet();
const clock = new Clock(new Date());
const home = scratchFolder();
let server: Server;
let ca: Authority;
let tsaUrl: string;
let folder: string;
const signed = join(scratchFolder(), 'signed.pdf');

beforeAll(async () => {
  server = createServer((request, response) => {
    const parts: Uint8Array[] = [];
    request.on('data', (part: Uint8Array) => parts.push(part));
    request.on('end', () => {
      const order = { url: ca.base + (request.url ?? ''), method: 'POST', timeout: 1, maxBytes: 1 } as const;
      void internet.http({ ...order, body: new Uint8Array(Buffer.concat(parts)) }).then((answer) => {
        response.writeHead(answer.status, answer.headers).end(answer.body);
      });
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  ca = await Authority.open('ca', 'sm2', internet, clock, base);
  tsaUrl = (await ca.openTsa()).url;
  mkdirSync(join(home, 'trust'));
  writeFileSync(join(home, 'trust', 'root.pem'), ca.root.toPem());
  const source = await writeRecord(scratchFolder(), await makeRecord());
  const tsa = { url: tsaUrl, roots: ca.trust };
  const doctor = await ca.issue('Doctor', {}, ['ocsp']);
  await signPdf(requestOf(source, signed, doctor, ca.trust, { tsa, http: internet.http, now: clock.now }));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  folder = scratchFolder();
  copyFileSync(signed, join(folder, 'a.pdf'));
});
const path = (name: string): string => join(folder, name);

async function cli(...args: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const env = { YIQIAN_HOME: home, LANG: 'en_US.UTF-8' };
  const streams = { stdin: stdin as unknown as NodeJS.ReadStream, stdout, stderr, env };
  const status = await runCli(['extend', ...args], streams);
  const text = (stream: PassThrough): string => String(stream.read() ?? '');
  return { status, stdout: text(stdout), stderr: text(stderr) };
}
const levelsOf = async (file: string): Promise<unknown> => {
  const report = await verifyPdf(bytesSource(new Uint8Array(await readFile(file))), { name: file, trust: ca.trust });
  return report.signatures.map((s) => [s.verdict, s.level]);
};
const LTA = [
  ['PASSED', 'B-LTA'],
  ['PASSED', 'none'],
];

describe('one file', () => {
  it('is extended to B-LTA, and left alone while its stamp is good for longer', async () => {
    const run = await cli(path('a.pdf'), '--out', path('out/lta.pdf'), '--tsa', tsaUrl);
    expect(run.stdout).toMatch(
      /✓ .*a\.pdf: extended · B-LTA · added 3 certificates, 2 .*, 1 status answers · renew by \d{4}/,
    );
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(await levelsOf(path('out/lta.pdf'))).toEqual(LTA);
    const again = await cli(path('out/lta.pdf'), '--in-place', '--tsa', tsaUrl, '--renew-within', '90');
    expect(again.stdout).toMatch(/· .*lta\.pdf: not needed · B-LTA/);
    const renewed = await cli(path('out/lta.pdf'), '--in-place', '--tsa', tsaUrl);
    expect(renewed.stdout).toMatch(/✓ .*lta\.pdf: renewed · B-LTA/);
    expect(await levelsOf(path('out/lta.pdf'))).toEqual([...LTA, ['PASSED', 'none']]);
  });

  it('needs no time stamp service for B-LT', async () => {
    expect((await cli(path('a.pdf'), '--level', 'lt', '--out', path('lt.pdf'))).status).toBe(0);
    expect(await levelsOf(path('lt.pdf'))).toEqual([['PASSED', 'B-LT']]);
  });
});

describe('a batch', () => {
  beforeEach(async () => {
    mkdirSync(path('ward/deep'), { recursive: true });
    copyFileSync(signed, path('ward/b.pdf'));
    copyFileSync(signed, path('ward/deep/c.PDF'));
    writeFileSync(path('ward/notes.txt'), 'no PDF');
    writeFileSync(path('ward/unsigned.pdf'), await makeRecord());
    writeFileSync(path('ward/broken.pdf'), 'no PDF either');
  });

  it('goes on after failures, says each by file, and counts', async () => {
    const run = await cli(path('a.pdf'), path('ward'), '--out-dir', path('out'), '--tsa', tsaUrl, '--json');
    expect(run.status).toBe(1);
    const { files, summary } = JSON.parse(run.stdout) as {
      files: { file: string; outcome?: string; error?: { code: string } }[];
      summary: Record<string, unknown>;
    };
    expect(files.map((f) => [f.file.slice(folder.length + 1), f.outcome ?? f.error?.code])).toEqual([
      ['a.pdf', 'extended'],
      ['ward/b.pdf', 'extended'],
      ['ward/broken.pdf', 'PDF_NOT_PDF'],
      ['ward/deep/c.PDF', 'extended'],
      ['ward/unsigned.pdf', 'LASTING_NO_SIGNATURE'],
    ]);
    expect(summary).toMatchObject({ files: 5, extended: 3, renewed: 0, notNeeded: 0, failed: 2, notTried: 0 });
    expect(summary['nextRenewal']).toMatch(/^20/);
    const written = (await readdir(path('out'), { recursive: true })).filter((name) => /pdf$/i.test(name));
    expect(written.sort()).toEqual(['a.pdf', 'b.pdf', 'deep/c.PDF']);
    for (const name of written) expect(await levelsOf(path(`out/${name}`)), name).toEqual(LTA);
  });

  it('names the certificate and the address that did not answer, with what to do next', async () => {
    const list = `${ca.base}/root.crl`;
    const page = internet.pages.get(list) ?? expect.fail('no list');
    internet.pages.delete(list);
    const run = await cli(path('a.pdf'), '--out', path('x.pdf'), '--tsa', tsaUrl).finally(() =>
      internet.pages.set(list, page),
    );
    expect(run.status).toBe(1);
    expect(run.stdout).toContain(`“ca Issuing” cannot be had from ${list}: the answer had status 404`);
    expect(run.stdout).toMatch(/IT should check .*\(LASTING_REVOCATION_UNAVAILABLE\)/);
    expect(run.stdout).toMatch(/Failed +1/);
    expect(await readdir(folder)).not.toContain('x.pdf');
  });
});

it.each([
  [['a.pdf', '--tsa', 'http://x/'], /one of --out, --out-dir and --in-place/],
  [['a.pdf', '--out', 'o.pdf', '--in-place', '--tsa', 'http://x/'], /one of --out/],
  [['a.pdf', 'b.pdf', '--out', 'o.pdf', '--tsa', 'http://x/'], /--out is for one file/],
  [['a.pdf', 'ward/a.pdf', '--out-dir', 'o', '--tsa', 'http://x/'], /same name: a\.pdf/],
  [['a.pdf', '--out', 'o.pdf'], /needs --tsa/],
  [['a.pdf', '--out', 'o.pdf', '--level', 'x'], /--level is one of lt, lta/],
  [['a.pdf', '--out', 'o.pdf', '--tsa', 'http://x/', '--renew-within', 'soon'], /number of days/],
  [['a.pdf', '--out', 'o.pdf', '--tsa', 'http://x/', '--tsa-digest', 'md5'], /sm3 or sha256/],
])('bad usage: %j', async (args, words) => {
  const run = await cli(...args);
  expect(run.status).toBe(64);
  expect(run.stderr).toMatch(words);
});
