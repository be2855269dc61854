import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '#core/pdf/index.ts';
import { Certificate } from '#core/pki/index.ts';
import { cleanLeftovers, type SigningPoint } from '#core/signing/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import { makeRecord, scratchFolder, writeRecord } from '../core/signing/material.ts';

const child = fileURLToPath(new URL('./signing-child.ts', import.meta.url));
const points: readonly SigningPoint[] = [
  'opened',
  'copied',
  'prepared',
  'signed',
  'timestamped',
  'sealed',
  'checked',
  'archived',
];

async function killAt(folder: string, point: SigningPoint): Promise<void> {
  const process_ = spawn(process.execPath, [child, folder, point], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const chunk of process_.stdout) {
    said += String(chunk);
    if (said.includes(`at ${point}`)) break;
  }
  expect(said, 'the child reached the point').toContain(`at ${point}`);
  const ended = process_.exitCode === null ? once(process_, 'exit') : undefined;
  process_.kill('SIGKILL');
  await ended;
}

describe('the machine dies while a record is signed', () => {
  it.each(points)(
    'kill -9 at “%s”: the record is untouched, the target absent or whole, no leftover stays',
    async (point) => {
      const folder = scratchFolder();
      const record = await makeRecord();
      await writeRecord(folder, record);
      await killAt(folder, point);

      expect(Buffer.from(record).equals(await readFile(join(folder, 'record.pdf')))).toBe(true);
      const removed = await cleanLeftovers(folder);
      const names = (await readdir(folder)).sort();
      if (point === 'archived') {
        expect(names).toEqual(['record.pdf', 'root.pem', 'signed.pdf']);
        const root = Certificate.parse(await readFile(join(folder, 'root.pem'), 'utf8'));
        const signed = bytesSource(new Uint8Array(await readFile(join(folder, 'signed.pdf'))));
        expect((await verifyPdf(signed, { name: 'signed.pdf', trust: { roots: [root] } })).verdict).toBe('PASSED');
      } else {
        expect(names).toEqual(['record.pdf', 'root.pem']);
        expect(removed.length).toBe(point === 'opened' ? 0 : 1);
      }
    },
  );

  it('drafts of living processes are left alone', async () => {
    const folder = scratchFolder();
    await writeRecord(folder, await makeRecord());
    const process_ = spawn(process.execPath, [child, folder, 'prepared'], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const chunk of process_.stdout) if (String(chunk).includes('at prepared')) break;
    expect(await cleanLeftovers(folder)).toEqual([]);
    const ended = once(process_, 'exit');
    process_.kill('SIGKILL');
    await ended;
    expect(await cleanLeftovers(folder)).toHaveLength(1);
  });
});
