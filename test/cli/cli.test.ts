import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseLanguage, parseInvocation, UsageError } from '../../src/cli/arguments.ts';
import { makeSample } from '../core/verify/attacks/forge.ts';
import { makeRecord, scratchFolder, writeRecord } from '../core/signing/material.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const home = scratchFolder();
function cli(
  args: readonly string[],
  { env = {}, input = '' }: { env?: Record<string, string>; input?: string } = {},
): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    input,
    env: { PATH: process.env['PATH'], YIQIAN_HOME: home, LANG: 'en_US.UTF-8', ...env },
  });
  // Whatever happens, nobody sees a stack trace.
  expect(`${stdout}${stderr}`).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  return { status, stdout, stderr };
}

const usageOf = (work: () => unknown): UsageError => {
  try {
    work();
  } catch (e) {
    if (e instanceof UsageError) return e;
  }
  return expect.fail('no usage error');
};

describe('arguments', () => {
  it('are read in either order', () => {
    const after = parseInvocation(['verify', 'a.pdf', 'b.pdf', '--json', '--lang', 'zh']);
    const before = parseInvocation(['--lang', 'zh', '--json', 'verify', 'a.pdf', 'b.pdf']);
    for (const parsed of [after, before]) {
      expect(parsed).toMatchObject({
        kind: 'run',
        invocation: { command: 'verify', operands: ['a.pdf', 'b.pdf'], flags: { json: true }, text: { lang: 'zh' } },
      });
    }
  });

  it.each([
    [['sing', 'x.pdf'], 'sing'],
    [['sign'], 'IN.pdf'],
    [['sign', 'a.pdf', 'b.pdf'], 'b.pdf'],
    [['verify', '--truts', 'x', 'a.pdf'], '--truts'],
    [['verify', 'a.pdf', '--trust'], '--trust'],
  ])('%j: the mistake is named', (args, name) => {
    const { words } = usageOf(() => parseInvocation(args));
    expect(words.en).toContain(name);
    expect(words.zh).toContain(name);
  });

  it('a PIN on the command line is refused and not repeated', () => {
    const { words } = usageOf(() => parseInvocation(['sign', 'a.pdf', '--pin', '424242', '--out', 'b.pdf']));
    expect(words.en).toContain('--pin-file');
    expect(words.en + words.zh).not.toContain('424242');
  });

  it('the language comes from --lang, else from the environment', () => {
    expect(chooseLanguage(['--lang', 'en'], { LANG: 'zh_CN.UTF-8' }, 'zh-CN')).toBe('en');
    expect(chooseLanguage(['--lang=zh'], { LANG: 'en_US.UTF-8' }, 'en-US')).toBe('zh');
    expect(chooseLanguage([], { LANG: 'zh_CN.UTF-8' }, 'en-US')).toBe('zh');
    expect(chooseLanguage([], { LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, 'zh-CN')).toBe('en');
    expect(chooseLanguage([], {}, 'zh-CN')).toBe('zh');
  });
});

describe('help and bad usage', () => {
  it.each([['--help'], ['sign', '--help'], ['help', 'verify'], ['verify', '-h']])('%s %s', (...args) => {
    const zh = cli([...args, '--lang', 'zh']);
    const en = cli([...args, '--lang', 'en']);
    expect([zh.status, en.status]).toEqual([0, 0]);
    expect(zh.stdout).toContain('用法');
    expect(en.stdout).toContain('Usage');
  });

  it('exits with 64 and one clear line', () => {
    for (const args of [[], ['nonsense'], ['sign', 'a.pdf'], ['verify', '--lang', 'fr', 'a.pdf']]) {
      expect(cli(args).status, args.join(' ')).toBe(64);
    }
    expect(cli(['nonsense']).stderr).toContain('There is no command "nonsense".');
    expect(cli(['sign', 'a.pdf']).stderr).toContain('--out is missing.');
  });
});

describe('verify', () => {
  const folder = scratchFolder();
  const paths: Record<'good' | 'bad' | 'unsigned' | 'broken' | 'missing', string> = {
    good: join(folder, 'good.pdf'),
    bad: join(folder, 'bad.pdf'),
    unsigned: join(folder, 'unsigned.pdf'),
    broken: join(folder, 'broken.pdf'),
    missing: join(folder, 'missing.pdf'),
  };
  beforeAll(async () => {
    const { bytes, pki } = await makeSample({ kind: 'sm2', signatures: 1, xref: 'table' });
    const tampered = bytes.slice();
    tampered[300] = (tampered[300] ?? 0) ^ 1;
    await writeRecord(folder, bytes, 'good.pdf');
    await writeRecord(folder, tampered, 'bad.pdf');
    await writeRecord(folder, await makeRecord(), 'unsigned.pdf');
    await writeRecord(folder, new TextEncoder().encode('no pdf'), 'broken.pdf');
    mkdirSync(join(home, 'trust'), { recursive: true });
    writeFileSync(join(home, 'trust', 'root.pem'), pki.root.toPem());
  });

  it.each([
    ['all passed', 0, ['good']],
    ['one failed', 1, ['good', 'bad']],
    ['failed weighs more than unreadable', 1, ['missing', 'bad']],
    ['one indeterminate', 2, ['good', 'unsigned']],
    ['one missing', 3, ['good', 'missing']],
    ['one no PDF, weighing more than indeterminate', 3, ['unsigned', 'broken']],
  ] as const)('%s: exit %i', (_, status, names) => {
    expect(cli(['verify', ...names.map((name) => paths[name])]).status).toBe(status);
  });

  it('says it in Chinese for a doctor', () => {
    const { stdout } = cli(['verify', paths.good, paths.bad], { env: { LANG: 'zh_CN.UTF-8' } });
    expect(stdout).toContain('good.pdf: 有效');
    expect(stdout).toContain('bad.pdf: 无效');
  });

  it('--json gives reports, and an error for what could not be read', () => {
    const { stdout, status } = cli(['verify', paths.good, paths.missing, '--json']);
    const [good, missing] = JSON.parse(stdout) as [{ verdict: string }, { error: { code: string } }];
    expect(status).toBe(3);
    expect(good.verdict).toBe('PASSED');
    expect(missing.error.code).toBe('SIGN_INPUT');
  });

  it('--trust takes another folder', () => {
    const { status, stderr } = cli(['verify', paths.good, '--trust', folder]);
    expect(status).toBe(2);
    expect(stderr).toContain('no trusted root');
  });
});

describe('without a token', () => {
  it('sign says so, with the next step and the code, and writes nothing', async () => {
    const folder = scratchFolder();
    const source = await writeRecord(folder, await makeRecord());
    const run = cli(['sign', source, '--out', join(folder, 'out.pdf'), '--token', 'none', '--pin-file', '-'], {
      input: '1\n',
    });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('TOKEN_NOT_FOUND');
    expect(run.stderr).toContain('Insert the key');
    expect(await readdir(folder)).toEqual(['record.pdf']);
  });

  it('tokens and diagnose answer as JSON too', () => {
    expect(JSON.parse(cli(['tokens', '--json']).stdout)).toMatchObject({
      tokens: expect.any(Array),
      drivers: expect.any(Array),
    });
    const { lines } = JSON.parse(cli(['diagnose', '--json']).stdout) as { lines: { id: string; state: string }[] };
    expect(lines.find((l) => l.id === 'sm3')?.state).toBe('ok');
  });
});

it('no source of the command line writes a PIN anywhere', async () => {
  const folder = fileURLToPath(new URL('../../src/cli/', import.meta.url));
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith('.ts')) continue;
    expect(await readFile(join(folder, file), 'utf8'), file).not.toMatch(
      /(print|note|warn|write)\([^)]*\bpin\b[^)]*\)/,
    );
  }
});
