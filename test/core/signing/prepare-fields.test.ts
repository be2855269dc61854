/** Empty fields for a workflow: made whole or not at all, the source untouched. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sm3, toHex } from '#core/crypto/index.ts';
import { bytesSource, readPdf, signatureFieldStates } from '#core/pdf/index.ts';
import { prepareFields, signPdf } from '#core/signing/index.ts';
import { fixture } from '../../fixtures/pdf/index.ts';
import { makePki, makeRecord, requestOf, scratchFolder, writeRecord } from './material.ts';

const place = (page: number, y: number) => ({ page, x: 30, y, width: 40, height: 15 });
const fields = [
  { name: '医师', placement: place(1, 40) },
  { name: '患者', placement: place(2, 80), lock: { action: 'Include' as const, fields: ['医师'] } },
];

test('all fields stand in the new file, behind the bytes of the old one', async () => {
  const folder = scratchFolder();
  const bytes = await makeRecord({ xref: 'stream' });
  const source = await writeRecord(folder, bytes);
  const target = join(folder, 'fields.pdf');
  const result = await prepareFields({ source, target, fields });
  const made = await readFile(target);
  expect(result).toEqual({
    target,
    emptyFields: ['医师', '患者'],
    sm3Before: toHex(sm3(bytes)),
    sm3After: toHex(sm3(made)),
  });
  expect(Buffer.compare(made.subarray(0, bytes.length), bytes)).toBe(0);
  expect(Buffer.compare(await readFile(source), bytes)).toBe(0);
  expect((await signatureFieldStates(await readPdf(bytesSource(made)))).map((s) => s.name)).toEqual(['医师', '患者']);
  expect((await readdir(folder)).sort()).toEqual(['fields.pdf', 'record.pdf']);
});

test('an encrypted document with its password: names are encrypted as the file demands', async () => {
  const folder = scratchFolder();
  const source = await writeRecord(folder, fixture('encrypted-aes'));
  const target = join(folder, 'fields.pdf');
  const field = { name: 'doctor', placement: place(1, 40) };
  await prepareFields({ source, target, fields: [field], password: 'owner' });
  const made = await readFile(target);
  expect(made.toString('latin1')).not.toContain('doctor');
  const file = await readPdf(bytesSource(made), { password: 'owner' });
  expect((await signatureFieldStates(file)).map((s) => s.name)).toEqual(['doctor']);
});

test('whatever is refused leaves nothing behind', async () => {
  const folder = scratchFolder();
  const source = await writeRecord(folder, await makeRecord());
  const pki = await makePki('sm2');
  const signed = join(folder, 'signed.pdf');
  await signPdf(requestOf(source, signed, await pki.issue('Doctor'), pki.trust));
  const target = join(folder, 'new.pdf');
  const before = (await readdir(folder)).sort();
  const attempt = (more: object) => prepareFields({ source, target, fields, ...more });
  await expect(attempt({ source: signed })).rejects.toMatchObject({ code: 'PDF_FIELDS_FORBIDDEN' });
  await expect(attempt({ fields: [{ name: 'x', placement: place(9, 1) }] })).rejects.toMatchObject({
    code: 'PDF_PAGE',
  });
  await expect(attempt({ source: join(folder, 'none.pdf') })).rejects.toMatchObject({ code: 'SIGN_INPUT' });
  await expect(attempt({ target: source })).rejects.toMatchObject({ code: 'SIGN_TARGET_IS_SOURCE' });
  await expect(attempt({ target: signed, replace: false })).rejects.toMatchObject({ code: 'SIGN_TARGET_EXISTS' });
  await expect(attempt({ target: join(folder, 'no', 'way.pdf') })).rejects.toMatchObject({ code: 'SIGN_OUTPUT' });
  const stopped = AbortSignal.abort();
  await expect(attempt({ signal: stopped })).rejects.toMatchObject({ code: 'SIGN_CANCELLED' });
  expect((await readdir(folder)).sort()).toEqual(before);
});

test('strips, copies and certification go the whole way, and the self-check has nothing against them', async () => {
  const folder = scratchFolder();
  const source = await writeRecord(folder, await makeRecord({ pages: 3 }));
  const pki = await makePki('ec-p256');
  const target = join(folder, 'sealed.pdf');
  const strip = (i: number) => ({ x: i / 3, y: 0, width: 1 / 3, height: 1 });
  const edge = (page: number) => ({ page, x: 196, y: 120, width: 14, height: 42 });
  await signPdf(
    requestOf(source, target, await pki.issue('Hospital'), pki.trust, {
      placement: edge(1),
      part: strip(0),
      copies: [2, 3].map((page) => ({ place: edge(page), part: strip(page - 1) })),
      certify: 2,
      lock: { action: 'All' },
    }),
  );
  const file = await readPdf(bytesSource(await readFile(target)));
  expect(await file.docMdp()).toBe(2);
  expect((await file.signatures())[0]?.references.map((r) => r.transformMethod)).toEqual(['DocMDP', 'FieldMDP']);
});
