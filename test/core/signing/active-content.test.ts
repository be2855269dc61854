/** Signing a document that can change its look: refused, or a copy without what does it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { signPdf } from '#core/signing/index.ts';
import { at, craftedRecord } from '../verify/attacks/crafted.ts';
import { judge } from '../verify/attacks/forge.ts';
import { makePki, requestOf, scratchFolder, writeRecord } from './material.ts';

const SCRIPTED = craftedRecord({
  [at.catalog]: `<< /Type /Catalog /Pages ${at.tree} 0 R /AcroForm ${at.form} 0 R /OpenAction << /S /JavaScript /JS (x) >> >>`,
});
const LAYERED = craftedRecord({
  [at.catalog]: `<< /Type /Catalog /Pages ${at.tree} 0 R /OCProperties << /OCGs [31 0 R] /D << /OFF [31 0 R] >> >> >>`,
  31: '<< /Type /OCG /Name (x) >>',
});

it.each(['ec-p256', 'sm2'] as const)('is refused by name, or signed without it (%s)', async (kind) => {
  const pki = await makePki(kind);
  const folder = scratchFolder();
  const [source, target] = [await writeRecord(folder, SCRIPTED), join(folder, 'signed.pdf')];
  const request = requestOf(source, target, await pki.issue('Doctor'), pki.trust);
  await expect(signPdf(request)).rejects.toMatchObject({
    code: 'PDF_ACTIVE_CONTENT',
    params: { 'things.en': 'JavaScript', 'things.zh': 'JavaScript 脚本' },
  });
  await expect(readFile(target)).rejects.toThrow();

  const result = await signPdf({ ...request, activeContent: 'drop' });
  expect(result.dropped).toEqual([`JavaScript (object ${at.catalog}/OpenAction: JavaScript)`]);
  const signed = new Uint8Array(await readFile(target));
  expect(signed.subarray(0, SCRIPTED.length)).toEqual(SCRIPTED);
  const report = await judge(signed, pki.trust);
  expect(report.verdict).toBe('PASSED');
  expect(report.revisions).toBe(3);
  expect(report.sm3).toBe(result.sm3After);
});

it('what cannot be taken out is refused either way', async () => {
  const pki = await makePki('ec-p256');
  const folder = scratchFolder();
  const source = await writeRecord(folder, LAYERED);
  const request = requestOf(source, join(folder, 'signed.pdf'), await pki.issue('Doctor'), pki.trust);
  await expect(signPdf({ ...request, activeContent: 'drop' })).rejects.toMatchObject({
    code: 'PDF_ACTIVE_CONTENT_FIXED',
  });
});

it('nothing is dropped where there is nothing', async () => {
  const pki = await makePki('ec-p256');
  const folder = scratchFolder();
  const target = join(folder, 'signed.pdf');
  const source = await writeRecord(folder, craftedRecord());
  const signer = await pki.issue('Doctor');
  const result = await signPdf({ ...requestOf(source, target, signer, pki.trust), activeContent: 'drop' });
  expect(result.dropped).toBeUndefined();
  expect((await judge(new Uint8Array(await readFile(target)), pki.trust)).revisions).toBe(2);
});
