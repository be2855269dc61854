import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { bytesSource, readPdf } from '#core/pdf/index.ts';
import { cleanLeftovers } from '#core/signing/index.ts';

const child = fileURLToPath(new URL('./extending-child.ts', import.meta.url));

// The first list; the time stamp, when the store already stands in the draft.
it.each([1, 3])(
  'kill -9 while a file is extended in place (call %i): it is as it was, no leftover stays',
  async (call) => {
    const process_ = spawn(process.execPath, [child, String(call)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    for await (const chunk of process_.stdout) {
      said += String(chunk);
      if (said.includes(`at call ${call}`)) break;
    }
    const folder = /in (.*)/.exec(said)?.[1] ?? expect.fail(`the child said: ${said}`);
    try {
      expect(said, 'the child reached the call').toContain(`at call ${call}`);
      const ended = process_.exitCode === null ? once(process_, 'exit') : undefined;
      process_.kill('SIGKILL');
      await ended;
      expect(await cleanLeftovers(folder)).toHaveLength(1);
      expect((await readdir(folder)).sort()).toEqual(['signed.pdf', 'source-signed.pdf']);
      const file = await readPdf(bytesSource(new Uint8Array(await readFile(join(folder, 'signed.pdf')))));
      expect(await file.signatures()).toHaveLength(1);
      expect(await file.hasDss()).toBe(false);
    } finally {
      process_.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  },
);
