/** Sneaky signatures (pains.md): an insider with a certificate of his own signs, and his signature's appearance changes what is seen. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Signer } from '#core/pki/index.ts';
import { makePki, type Pki } from '../../signing/material.ts';
import { at, craftedRecord, doctorSigns, insiderSigns, overlay, withAnnotation } from './crafted.ts';
import { judge, reasons } from './forge.ts';

let pki: Pki;
let doctor: Signer;
let signer: Signer;
let signed: Uint8Array;
/** The doctor's appearance, in points. */
const DOCTOR_RECT = '57 232 170 275';
beforeAll(async () => {
  pki = await makePki('ec-p256');
  [doctor, signer] = [await pki.issue('Doctor'), await pki.issue('Insider')];
  signed = await doctorSigns(craftedRecord(), doctor, {
    placement: { page: 1, x: 20, y: 200, width: 40, height: 15 },
  });
});

async function fails(bytes: Uint8Array, code: string): Promise<void> {
  const report = await judge(bytes, pki.trust);
  expect(reasons(report)).toContain(code);
  expect(report.signatures[0]?.verdict).toBe('FAILED');
  expect(report.verdict).toBe('FAILED');
}

const PAGE = `/Type /Page /Parent ${at.tree} 0 R /Contents ${at.content} 0 R /Resources << /Font << /F1 ${at.font} 0 R >> >>`;
const widget = (rect: string, more = ''): string => `<< /Type /Annot /Subtype /Widget /Rect [${rect}] ${more} >>`;

describe('an honest second signature', () => {
  it('elsewhere on the page passes, and the report says where it shows itself', async () => {
    const both = await insiderSigns(signed, { signer, pages: [at.page], widget: '/Rect [300 60 400 110]' });
    const report = await judge(both, pki.trust);
    expect(reasons(report)).toEqual([]);
    expect(report.signatures[0]?.changesAfter.map((c) => c.code)).toEqual(['SIGNATURE_ADDED', 'APPEARANCE_ADDED']);
    expect(report.signatures[0]?.changesAfter[1]).toMatchObject({ page: 1, allowed: true });
  });

  it.each(['', '/F 4', '/F 132', '/F 2'])('in a field prepared before passes (%j)', async (flags) => {
    const field = (x: number, name: string): string =>
      widget(`${x} 60 ${x + 90} 100`, `/FT /Sig /T (${name}) /P ${at.page} 0 R ${flags}`);
    const base = craftedRecord({
      [at.form]: '<< /Fields [20 0 R 21 0 R] >>',
      [at.page]: `<< ${PAGE} /Annots [20 0 R 21 0 R] /Rotate 90 >>`,
      20: field(50, 'doctor'),
      21: field(200, 'nurse'),
    });
    const one = await doctorSigns(base, doctor, { fieldName: 'doctor' });
    expect(reasons(await judge(await doctorSigns(one, signer, { fieldName: 'nurse' }), pki.trust))).toEqual([]);
  });

  it('in a prepared field whose widget is an object of its own passes', async () => {
    const base = craftedRecord({
      [at.form]: '<< /Fields [20 0 R 22 0 R] >>',
      [at.page]: `<< ${PAGE} /Annots [21 0 R 23 0 R] >>`,
      20: '<< /FT /Sig /T (doctor) /Kids [21 0 R] >>',
      21: widget('50 60 100 90', `/Parent 20 0 R /P ${at.page} 0 R`),
      22: '<< /FT /Sig /T (nurse) /Kids [23 0 R] >>',
      23: widget('150 60 200 90', `/Parent 22 0 R /P ${at.page} 0 R`),
    });
    const one = await doctorSigns(base, doctor, { fieldName: 'doctor' });
    expect(reasons(await judge(await doctorSigns(one, signer, { fieldName: 'nurse' }), pki.trust))).toEqual([]);
  });
});

describe('a later signature covers', () => {
  it('nearly half of the page', async () => {
    const order = { signer, pages: [at.page], widget: '/Rect [0 430 595 842]' };
    await fails(await insiderSigns(signed, order), 'CHANGED_COVERS_PAGE');
  });

  it('the doctor’s signature, and says that it stands on another page', async () => {
    const order = { signer, pages: [at.second, at.page], widget: `/Rect [${DOCTOR_RECT}]` };
    await fails(await insiderSigns(signed, order), 'CHANGED_COVERS_SIGNATURE');
  });

  it.each([
    ['the doctor’s signature by a second widget', '10 10 60 60', DOCTOR_RECT, 'CHANGED_COVERS_SIGNATURE'],
    ['the page in two pieces', '0 680 595 842', '0 520 595 680', 'CHANGED_COVERS_PAGE'],
  ])('%s', async (_, first, second, code) => {
    const page = await withAnnotation(signed, at.page, 60);
    await fails(
      await insiderSigns(signed, {
        signer,
        widget: '/Kids [60 0 R 61 0 R]',
        objects: {
          60: widget(first, '/Parent 63 0 R'),
          61: widget(second, '/Parent 63 0 R'),
          [at.page]: page.replace('60 0 R', '60 0 R 61 0 R'),
        },
      }),
      code,
    );
  });

  it('the page from an empty field as large as the page, prepared before the doctor signed', async () => {
    const base = craftedRecord({
      [at.form]: '<< /Fields [20 0 R] >>',
      [at.page]: `<< ${PAGE} /Annots [20 0 R] >>`,
      20: widget('0 0 595 842', `/FT /Sig /T (later) /F 132 /P ${at.page} 0 R`),
    });
    const one = await doctorSigns(base, doctor, { fieldName: 'doctor' });
    const order = { signer, existing: 20, widget: '/AP << /N 40 0 R >>', objects: { 40: overlay() } };
    await fails(await insiderSigns(one, order), 'CHANGED_COVERS_PAGE');
  });
});

describe('beside his signature the insider', () => {
  it('brings a picture in a field that nobody signs', async () => {
    await fails(
      await insiderSigns(signed, {
        signer,
        fields: '50 0 R',
        objects: {
          50: widget('50 690 300 720', '/FT /Sig /T (x) /F 4 /AP << /N 51 0 R >>'),
          51: overlay(),
          [at.page]: await withAnnotation(signed, at.page, 50),
        },
      }),
      'CHANGED_FIELD',
    );
  });

  it('paints into an empty field without signing it', async () => {
    const field = widget('50 690 300 720', `/FT /Sig /T (later) /P ${at.page} 0 R`);
    const base = craftedRecord({
      [at.form]: '<< /Fields [20 0 R] >>',
      [at.page]: `<< ${PAGE} /Annots [20 0 R] >>`,
      20: field,
    });
    const one = await doctorSigns(base, doctor, { fieldName: 'doctor' });
    const objects = { 20: field.replace('>>', '/AP << /N 40 0 R >> >>'), 40: overlay() };
    await fails(await insiderSigns(one, { signer, objects }), 'CHANGED_FIELD');
  });

  it('gives his field the name of the doctor’s', async () => {
    await fails(await insiderSigns(signed, { signer, name: 'Signature1' }), 'CHANGED_FIELD');
  });

  it.each([8, 16])('lets the appearance leave its rectangle (flag %i)', async (flag) => {
    const bytes = await insiderSigns(signed, { signer, pages: [at.page], widget: '/Rect [300 60 400 110]' });
    expect((await judge(bytes, pki.trust)).verdict).toBe('PASSED');
    const kid = widget('300 60 400 110', `/F ${flag} /Parent 63 0 R`);
    const page = await withAnnotation(signed, at.page, 60);
    const objects = { 60: kid, [at.page]: page };
    await fails(await insiderSigns(signed, { signer, widget: '/Kids [60 0 R]', objects }), 'CHANGED_FIELD');
  });

  it('signs although the lock of the doctor’s field forbids all changes', async () => {
    const lock = '/Rect [0 0 0 0] /Lock << /Type /SigFieldLock /Action /All /P 1 >>';
    const locked = await insiderSigns(craftedRecord(), { signer: doctor, name: 'doctor', widget: lock });
    expect(reasons(await judge(locked, pki.trust))).toEqual([]);
    await fails(await insiderSigns(locked, { signer }), 'CHANGED_AGAINST_DOCMDP');
  });
});
