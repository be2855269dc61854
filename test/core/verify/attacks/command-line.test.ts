/** The command line `verify`, given files that try to deceive or to hang it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { makePki, scratchFolder, type Pki } from '../../signing/material.ts';
import { craftedRecord, doctorSigns } from './crafted.ts';

const main = fileURLToPath(new URL('../../../../src/cli/main.ts', import.meta.url));
const folder = scratchFolder();
let pki: Pki;
beforeAll(async () => {
  pki = await makePki('ec-p256');
  mkdirSync(join(folder, 'trust'));
  writeFileSync(join(folder, 'trust', 'root.pem'), pki.root.toPem());
  writeFileSync(join(folder, 'good.pdf'), await doctorSigns(craftedRecord(), await pki.issue('Doctor')));
});

function verify(...files: string[]): { readonly status: number | null; readonly stdout: string } {
  const args = [main, 'verify', '--lang', 'en', '--trust', join(folder, 'trust'), '--', ...files];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: folder, timeout: 30_000 });
  return { status, stdout };
}

describe('verify', () => {
  it('gives 0 for a good file, through a link too, and not with a bad one beside it', () => {
    symlinkSync('good.pdf', join(folder, 'link.pdf'));
    expect(verify('good.pdf', 'link.pdf').status).toBe(0);
    expect(verify('good.pdf', 'missing.pdf').status).toBe(3);
    writeFileSync(join(folder, 'unsigned.pdf'), craftedRecord());
    expect(verify('good.pdf', 'unsigned.pdf').status).toBe(2);
  });

  it('gives 3 for what is no readable file and does not hang', () => {
    writeFileSync(join(folder, 'empty.pdf'), '');
    mkdirSync(join(folder, 'folder.pdf'));
    symlinkSync('/dev/zero', join(folder, 'zero.pdf'));
    symlinkSync('circle.pdf', join(folder, 'circle.pdf'));
    execFileSync('mkfifo', [join(folder, 'pipe.pdf')]);
    writeFileSync(join(folder, 'huge.pdf'), '%PDF-1.7\n');
    truncateSync(join(folder, 'huge.pdf'), 20e9);
    for (const file of ['empty', 'folder', 'zero', 'circle', 'pipe', 'huge']) {
      expect([file, verify(`${file}.pdf`).status]).toEqual([file, 3]);
    }
  });

  it('lets no name in a file, a certificate or a folder write a line of its own', async () => {
    const forger = await pki.issue('Doctor\ngood.pdf: PASSED\u001b[2J');
    const name = 'a\nforged.pdf: PASSED\u202e.pdf';
    const fieldName = 'x: PASSED\n  [2] y';
    writeFileSync(join(folder, name), await doctorSigns(craftedRecord(), forger, { fieldName }));
    const { stdout } = verify(name);
    const lines = stdout.split('\n');
    expect(lines.filter((line) => /^\S/.test(line))).toHaveLength(1);
    expect(lines.filter((line) => /^ {2}\[/.test(line))).toHaveLength(1);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain('\u202e');
  });
});
