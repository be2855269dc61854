/** Shadow attacks (pains.md): the document is prepared, the doctor signs it in good faith, and one update without any key changes it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Signer } from '#core/pki/index.ts';
import { makePki, type Pki } from '../../signing/material.ts';
import { at, craftedRecord, doctorSigns, insiderSigns, into, overlay, stream, textAt, update } from './crafted.ts';
import { judge, objectText, reasons } from './forge.ts';

let pki: Pki;
let doctor: Signer;
let insider: Signer;
beforeAll(async () => {
  pki = await makePki('ec-p256');
  [doctor, insider] = [await pki.issue('Doctor'), await pki.issue('Insider')];
});

/** What the doctor signs passes; what comes of it does not. */
async function fails(signed: Uint8Array, changed: Uint8Array, code: string): Promise<void> {
  expect(reasons(await judge(signed, pki.trust))).toEqual([]);
  const report = await judge(changed, pki.trust);
  expect(reasons(report)).toContain(code);
  expect(report.signatures[0]?.verdict).toBe('FAILED');
}

const page = (resources: string, contents = `${at.content} 0 R`): string =>
  `<< /Type /Page /Parent ${at.tree} 0 R /Contents ${contents} /Resources ${resources} /Annots [] >>`;
const store = (entries: string): string =>
  `<< /Type /Catalog /Pages ${at.tree} 0 R /AcroForm ${at.form} 0 R /DSS << ${entries} >> >>`;

describe('a security store claims as its own', () => {
  const resources = (drawn: number): string => `<< /Font << /F1 ${at.font} 0 R >> /XObject << /X ${drawn} 0 R >> >>`;
  const base = (entries: string): Uint8Array =>
    craftedRecord({
      [at.catalog]: store(entries),
      [at.page]: page('9 0 R'),
      [at.content]: stream(`${textAt('5 mg')} /X Do`),
      9: resources(10),
      10: stream('', '/Subtype /Form /BBox [0 0 1 1] '),
      11: overlay(),
    });

  it.each(['/X [9 0 R]', '/Certs [9 0 R]', '/VRI 9 0 R', '/VRI << /A 9 0 R >>', '/VRI << /A << /TS 9 0 R >> >>'])(
    'the resources of a page (%s), and they change',
    async (entries) => {
      const signed = await doctorSigns(base(entries), doctor);
      await fails(signed, await update(signed, { objects: { 9: resources(11) } }), 'CHANGED_PAGE_CONTENT');
    },
  );
});

describe('a drawing that passes for the plumbing of the file', () => {
  it.each(['ObjStm', 'XRef'])('hides a reference to an object that only comes later (/Type /%s)', async (type) => {
    const form = `/Type /${type} /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X 99 0 R >> >> `;
    const base = craftedRecord({
      [at.page]: page(`<< /Font << /F1 ${at.font} 0 R >> /XObject << /Y 9 0 R >> >>`),
      [at.content]: stream(`${textAt('5 mg')} /Y Do`),
      9: stream('/X Do', form),
    });
    const signed = await doctorSigns(base, doctor);
    const catalog = into(await objectText(signed, at.catalog), '/DSS << /Certs [99 0 R] >>');
    await fails(signed, await update(signed, { objects: { 99: overlay(), [at.catalog]: catalog } }), 'PLANTED_OBJECT');
  });

  it('is taken away', async () => {
    const base = craftedRecord({
      [at.page]: page(`<< /Font << /F1 ${at.font} 0 R >> /XObject << /Y 9 0 R >> >>`),
      [at.content]: stream(`${textAt('5 mg')} /Y Do`),
      9: stream(textAt('not more than twice a day', 650), '/Type /ObjStm /Subtype /Form /BBox [0 0 595 842] '),
    });
    const signed = await doctorSigns(base, doctor);
    await fails(signed, await insiderSigns(signed, { signer: insider, objects: { 9: 'null' } }), 'REMOVED_OBJECT');
  });
});

describe('readers that differ', () => {
  it('an object comes under another generation, so that references to it lead nowhere', async () => {
    const signed = await doctorSigns(craftedRecord(), doctor);
    const objects = { [at.content]: stream(textAt('5 mg')) };
    const same = await insiderSigns(signed, { signer: insider, objects });
    expect(reasons(await judge(same, pki.trust))).toEqual([]);
    const other = await insiderSigns(signed, { signer: insider, objects, generations: { [at.content]: 1 } });
    await fails(signed, other, 'CHANGED_PAGE_CONTENT');
  });

  it.each([
    ['a page', at.page, '/Contents 9 0 R'],
    ['a font', at.font, '/BaseFont /ZapfDingbats'],
    ['the catalog', at.catalog, '/Pages 9 0 R'],
    ['the form', at.form, '/Fields [9 0 R]'],
  ])('%s comes with a key twice', async (_, num, entry) => {
    const signed = await doctorSigns(craftedRecord({ 9: stream(textAt('50 mg')) }), doctor);
    const text = (await objectText(signed, num)).replace('<<', `<< ${entry} `);
    const report = await judge(await insiderSigns(signed, { signer: insider, objects: { [num]: text } }), pki.trust);
    expect(report.signatures[0]?.verdict ?? report.verdict).not.toBe('PASSED');
    expect(report.verdict).not.toBe('PASSED');
  });

  it('a smaller /Size takes the content away from those who keep to it', async () => {
    const signed = await doctorSigns(craftedRecord(), doctor);
    await fails(signed, await insiderSigns(signed, { signer: insider, size: at.content }), 'CHANGED_TRAILER');
  });
});

describe('the signer refuses what two readers would show differently', () => {
  it.each([
    ['a page with /Contents twice', { [at.page]: page('<< >>').replace('<<', '<< /Contents 8 0 R') }],
    ['a form with /Fields twice', { [at.form]: '<< /Fields [] /Fields [] >>' }],
    ['a content stream shorter than it says', { [at.content]: '<< /Length 60 >>\nstream\nBT ET\nendstream' }],
    ['a content stream longer than it says', { [at.content]: '<< /Length 3 >>\nstream\nBT ET\nendstream' }],
    ['a content stream with another end in it', { [at.content]: '<< /Length 5 >>\nstream\nBT ET\n(50 mg)\nendstream' }],
  ])('%s', async (_, objects) => {
    await expect(doctorSigns(craftedRecord(objects), doctor)).rejects.toMatchObject({ code: 'PDF_DAMAGED' });
  });

  it('an object listed beyond /Size', async () => {
    const contents = page('<< >>', `[${at.content} 0 R 40 0 R]`);
    const record = craftedRecord({ [at.page]: contents, 40: stream(textAt('50 mg')) }, { size: 20 });
    await expect(doctorSigns(record, doctor)).rejects.toMatchObject({ code: 'PDF_DAMAGED' });
  });
});

describe('content that runs by itself', () => {
  const catalog = (entries: string): string =>
    `<< /Type /Catalog /Pages ${at.tree} 0 R /AcroForm ${at.form} 0 R ${entries} >>`;
  it.each([
    ['a script on opening', { [at.catalog]: catalog('/OpenAction << /S /JavaScript /JS (x) >>') }],
    [
      'a script behind a harmless action',
      { [at.catalog]: catalog('/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next << /S /JavaScript /JS (x) >> >>') },
    ],
    [
      'scripts by name',
      { [at.catalog]: catalog('/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (x) >>] >> >>') },
    ],
    ['a script before printing', { [at.catalog]: catalog('/AA << /WP << /S /JavaScript /JS (x) >> >>') }],
    [
      'a page that hides something',
      { [at.page]: page('<< >>').replace('<<', '<< /AA << /O << /S /Hide /T (x) >> >>') },
    ],
    ['an XFA form', { [at.form]: '<< /Fields [] /XFA (x) >>' }],
    [
      'a button',
      { [at.page]: page('<< >>').replace('[]', '[<< /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch /F (x) >> >>]') },
    ],
  ])('%s is named and leaves the file unclear', async (_, objects) => {
    const report = await judge(await doctorSigns(craftedRecord(objects), doctor), pki.trust);
    expect(report.verdict).toBe('INDETERMINATE');
    expect(reasons(report)).toEqual(['ACTIVE_CONTENT']);
    expect(report.signatures[0]?.verdict).toBe('PASSED');
  });

  it('an action that only turns to a page is none', async () => {
    const record = craftedRecord({ [at.catalog]: catalog('/OpenAction << /S /GoTo /D [3 0 R /Fit] >>') });
    expect(reasons(await judge(await doctorSigns(record, doctor), pki.trust))).toEqual([]);
  });
});
