/** What else a later revision brings: copies of seals, metadata, appearances over text; and what the report shows of a change. */
import { beforeAll, describe, expect, it } from 'vitest';
import { POINTS_PER_MM } from '../../../../src/core/pdf/geometry.ts';
import type { SignatureFieldRequest } from '#core/pdf/index.ts';
import { at, craftedRecord, doctorSigns, insiderSigns, overlay, stream, textAt } from '../attacks/crafted.ts';
import { Lab } from '../attacks/corpus/lab.ts';
import { append, fromLatin1, judge, objectText, reasons } from '../attacks/forge.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><circle cx="10" cy="10" r="8" fill="none" stroke="red"/></svg>';
const sealed = (copies: SignatureFieldRequest['copies']): Partial<SignatureFieldRequest> => ({
  placement: { page: 1, x: 120, y: 220, width: 20, height: 20 },
  appearance: { picture: { format: 'SVG', data: fromLatin1(SVG) }, trueToSize: true },
  copies: copies ?? [],
});
const ELSEWHERE = [{ place: { page: 2, x: 120, y: 220, width: 20, height: 20 } }];
const STRIPS = [1, 2].map((page) => ({
  place: { page, x: 199, y: 100, width: 10, height: 20 },
  part: { x: (page - 1) / 2, y: 0, width: 0.5, height: 1 },
}));

describe('copies of a later signature’s seal', () => {
  it.each([
    ['on another page', ELSEWHERE, 1],
    ['as strips over the edge', STRIPS, 2],
  ])('%s pass and are listed', async (_, copies, count) => {
    const twice = await doctorSigns(await lab.signed(), lab.insider, sealed(copies));
    const report = await judge(twice, lab.trust);
    expect(reasons(report)).toEqual([]);
    const found = report.signatures[0]?.changesAfter.filter((c) => c.kind === 'seal-copy') ?? [];
    expect(found.map((c) => c.code)).toEqual(Array.from({ length: count }, () => 'SEAL_COPY_ADDED'));
    expect(found[0]).toMatchObject({ field: 'Signature2', allowed: true, place: { width: copies[0]?.place.width } });
  });

  it('under a certification with P3 pass', async () => {
    const twice = await doctorSigns(await lab.certify(3), lab.insider, sealed(ELSEWHERE));
    expect(reasons(await judge(twice, lab.trust))).toEqual([]);
  });

  it('over an earlier signature fail it', async () => {
    const over = [{ place: { page: 1, x: 25, y: 200, width: 20, height: 20 } }];
    const twice = await doctorSigns(await lab.signed(), lab.insider, sealed(over));
    const report = await judge(twice, lab.trust);
    expect(reasons(report)).toContain('CHANGED_COVERS_SIGNATURE');
    expect(report.signatures[0]?.verdict).toBe('FAILED');
  });

  const copy = (rect: string, more: string): string =>
    `<< /Type /Annot /Subtype /Stamp /F 708 /NM (yiqian:seal-copy:1:insider) /P ${at.second} 0 R /Rect [${rect}] ${more} >>`;
  const own = stream('0 0 50 50 re S', '/Type /XObject /Subtype /Form /BBox [0 0 50 50] ');
  const forged = async (base: Uint8Array, objects: Record<number, string>): Promise<Uint8Array> =>
    insiderSigns(base, {
      signer: lab.insider,
      pages: [at.page],
      widget: '/Rect [300 60 350 110] /AP << /N 70 0 R >>',
      objects: {
        70: own,
        [at.second]: (await objectText(base, at.second))
          .replace('/Annots[]', '/Annots[71 0 R]')
          .replace('/Annots []', '/Annots [71 0 R]'),
        ...objects,
      },
    });

  it('made by another program, of the same picture, pass', async () => {
    const bytes = await forged(await lab.signed(), { 71: copy('300 60 350 110', '/AP << /N 70 0 R >>') });
    expect(reasons(await judge(bytes, lab.trust))).toEqual([]);
  });

  it.each([
    ['of another picture', copy('50 690 300 740', '/AP << /N 72 0 R >>')],
    ['with an action', copy('300 60 350 110', '/AP << /N 70 0 R >> /A << /S /URI /URI (x) >>')],
    ['that prints otherwise', copy('300 60 350 110', '/AP << /N 70 0 R >>').replace('/F 708', '/F 32')],
    ['with a second look', copy('300 60 350 110', '/AP << /N 70 0 R /R 72 0 R >>')],
  ])('%s fail', async (_, annotation) => {
    const objects = { 71: annotation, 72: overlay('50 mg', '/Type /XObject ') };
    const report = await judge(await forged(await lab.signed(), objects), lab.trust);
    expect(reasons(report)).toContain('CHANGED_SEAL_COPY');
    expect(report.signatures[0]?.verdict).toBe('FAILED');
  });

  it('for a field that nobody signed now are plain annotations', async () => {
    const annotation = copy('300 60 350 110', '/AP << /N 70 0 R >>').replace(':insider', ':Signature1');
    const report = await judge(await forged(await lab.signed(), { 71: annotation }), lab.trust);
    expect(report.signatures[0]?.verdict).toBe('FAILED');
  });

  it('under P2 fail: annotations need P3', async () => {
    const bytes = await forged(await lab.certify(2), { 71: copy('300 60 350 110', '/AP << /N 70 0 R >>') });
    expect(reasons(await judge(bytes, lab.trust))).toContain('CHANGED_AGAINST_DOCMDP');
  });

  it('too large for the page fail', async () => {
    const bytes = await forged(await lab.signed(), { 71: copy('0 0 595 700', '/AP << /N 70 0 R >>') });
    expect(reasons(await judge(bytes, lab.trust))).toContain('CHANGED_COVERS_PAGE');
  });
});

describe('a later signature over a certification with P2', () => {
  it('in a field that was there passes', async () => {
    const field = `<< /Type /Annot /Subtype /Widget /FT /Sig /T (chief) /F 132 /P ${at.page} 0 R /Rect [300 60 400 110] >>`;
    const record = craftedRecord({
      [at.form]: '<< /Fields [20 0 R] >>',
      [at.page]: `<< /Type /Page /Parent ${at.tree} 0 R /Contents ${at.content} 0 R /Resources << /Font << /F1 ${at.font} 0 R >> >> /Annots [20 0 R] >>`,
      20: field,
    });
    const bytes = await doctorSigns(await lab.certify(2, record), lab.insider, { fieldName: 'chief' });
    expect(reasons(await judge(bytes, lab.trust))).toEqual([]);
  });

  it('in a new field that nobody sees passes', async () => {
    expect(reasons(await judge(await insiderSigns(await lab.certify(2), { signer: lab.insider }), lab.trust))).toEqual(
      [],
    );
  });

  it('in a new field that shows on the page fails', async () => {
    const order = { signer: lab.insider, pages: [at.page], widget: '/Rect [300 60 400 110]' };
    const report = await judge(await insiderSigns(await lab.certify(2), order), lab.trust);
    expect(reasons(report)).toEqual(expect.arrayContaining(['APPEARANCE_ADDED', 'CHANGED_AGAINST_DOCMDP']));
    expect(report.verdict).toBe('FAILED');
  });
});

describe('an appearance that can’t be seen through', () => {
  const shows = async (rect: string, look: string): Promise<readonly string[]> => {
    const order = { signer: lab.insider, pages: [at.page], widget: `/Rect [${rect}] /AP << /N 70 0 R >>` };
    const report = await judge(await insiderSigns(await lab.signed(), { ...order, objects: { 70: look } }), lab.trust);
    expect(report.signatures[0]?.verdict).toBe(reasons(report).length === 0 ? 'PASSED' : 'INDETERMINATE');
    return reasons(report);
  };
  const OVER_TEXT = '55 690 140 720';
  const form = (content: string): string => stream(content, '/Type /XObject /Subtype /Form /BBox [0 0 85 30] ');

  it('over text is not sure, and the text is told', async () => {
    expect(await shows(OVER_TEXT, form('1 g 0 0 85 30 re f'))).toEqual(['CHANGES_UNCLEAR', 'CHANGED_COVERS_CONTENT']);
  });
  it('beside text passes', async () => {
    expect(await shows('300 60 385 90', form('1 g 0 0 85 30 re f'))).toEqual([]);
  });
  it('a seal’s lines over text pass', async () => {
    expect(await shows(OVER_TEXT, form('1 0 0 RG 5 5 75 20 re S'))).toEqual([]);
  });
});

describe('metadata', () => {
  const titled = (): Uint8Array =>
    craftedRecord({ 9: '<< /Title (Note) /ModDate (D:20260101000000Z) >>' }, { trailer: '/Info 9 0 R' });
  const INFO = { trailer: '/Info 9 0 R' };

  it.each([
    ['the time of modification', '<< /Title (Note) /ModDate (D:20260202000000Z) /Producer (Other) >>', []],
    ['the title', '<< /Title (Consent) /ModDate (D:20260101000000Z) >>', ['CHANGED_AFTER_SIGNING', 'CHANGED_INFO']],
    [
      'a key of its own',
      '<< /Title (Note) /ModDate (D:20260101000000Z) /Dose (50) >>',
      ['CHANGED_AFTER_SIGNING', 'CHANGED_INFO'],
    ],
  ])('a later signer may bring up to date: %s', async (_, info, expected) => {
    const signed = await doctorSigns(titled(), lab.doctor);
    const bytes = await insiderSigns(signed, { signer: lab.insider, objects: { 9: info }, ...INFO });
    expect(reasons(await judge(bytes, lab.trust))).toEqual(expected);
  });

  it('old and new title are shown', async () => {
    const signed = await doctorSigns(titled(), lab.doctor);
    const report = await judge(
      await insiderSigns(signed, { signer: lab.insider, objects: { 9: '<< /Title (Consent) >>' }, ...INFO }),
      lab.trust,
    );
    const found = report.signatures[0]?.changesAfter.find((c) => c.code === 'CHANGED_INFO');
    expect(found).toMatchObject({ kind: 'metadata', before: 'Note', after: 'Consent' });
  });

  const xmp = (title: string, date: string): string =>
    stream(
      `<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description xmp:ModifyDate="${date}"><dc:title>${title}</dc:title><xmp:MetadataDate>${date}</xmp:MetadataDate></rdf:Description></x:xmpmeta>`,
      '/Type /Metadata /Subtype /XML ',
    );
  it.each([
    ['the same but for its dates', xmp('Note', '2026-02-02'), []],
    ['another title', xmp('Consent', '2026-01-01'), ['CHANGED_AFTER_SIGNING', 'CHANGED_INFO']],
  ])('XMP: %s', async (_, next, expected) => {
    const record = craftedRecord({
      [at.catalog]: `<< /Type /Catalog /Pages ${at.tree} 0 R /AcroForm ${at.form} 0 R /Metadata 9 0 R >>`,
      9: xmp('Note', '2026-01-01'),
    });
    const signed = await doctorSigns(record, lab.doctor);
    const report = await judge(await insiderSigns(signed, { signer: lab.insider, objects: { 9: next } }), lab.trust);
    expect(reasons(report)).toEqual(expected);
  });
});

describe('the report shows', () => {
  it('the text of a page before and after', async () => {
    const bytes = await append(await lab.signed(), { objects: { [at.content]: stream(textAt('50 mg')) } });
    const report = await judge(bytes, lab.trust);
    const found = report.signatures[0]?.changesAfter.find((c) => c.code === 'CHANGED_PAGE_CONTENT');
    expect(found).toMatchObject({ kind: 'content', page: 1, before: '5mg', after: '50mg' });
    expect(report.changedPages.map((p) => [p.page, p.before.revision, p.after.revision])).toEqual([[1, 2, 3]]);
  });

  it('the measures of a page that was cropped or turned, from above too', async () => {
    const signed = await lab.signed();
    const tree = (await objectText(signed, at.tree)).replace('/Count 2', '/Count 2 /Rotate 90');
    const report = await judge(await append(signed, { objects: { [at.tree]: tree } }), lab.trust);
    const found = report.signatures[0]?.changesAfter.filter((c) => c.code === 'CHANGED_PAGE') ?? [];
    expect(found.map((c) => c.page)).toEqual([1, 2]);
    expect(found[0]?.before).toMatch(/^209\.9 × 297 mm, 0°/);
    expect(found[0]?.after).toMatch(/^297 × 209\.9 mm, 90°/);
  });

  it('how many pages there were', async () => {
    const signed = await lab.signed();
    const tree = (await objectText(signed, at.tree)).replace(` ${at.second} 0 R`, '').replace('/Count 2', '/Count 1');
    const report = await judge(await append(signed, { objects: { [at.tree]: tree } }), lab.trust);
    const found = report.signatures[0]?.changesAfter.find((c) => c.code === 'CHANGED_PAGES');
    expect(found).toMatchObject({ page: 2, before: '2', after: '1' });
  });

  it('where a later appearance stands', async () => {
    const order = { signer: lab.insider, pages: [at.page], widget: '/Rect [300 60 400 110]' };
    const report = await judge(await insiderSigns(await lab.signed(), order), lab.trust);
    const place = report.signatures[0]?.changesAfter.find((c) => c.code === 'APPEARANCE_ADDED')?.place;
    expect(place?.x).toBeCloseTo(300 / POINTS_PER_MM, 1);
    expect(report.changedPages[0]?.places).toEqual([place]);
  });
});

it('the desk does not sign visibly in a new field under P2, and says so before the token is asked', async () => {
  const { signPdf } = await import('#core/signing/index.ts');
  const { requestOf, scratchFolder, writeRecord } = await import('../../signing/material.ts');
  const folder = scratchFolder();
  const source = await writeRecord(folder, await lab.certify(2));
  const never = () => Promise.reject(new Error('the token was asked'));
  const request = requestOf(source, `${folder}/out.pdf`, { ...lab.insider, sign: never }, lab.trust);
  const placement = { page: 1, x: 120, y: 20, width: 40, height: 15 };
  await expect(signPdf({ ...request, placement })).rejects.toMatchObject({ code: 'PDF_DOCMDP_FORBIDS' });
  await expect(signPdf(request)).rejects.toThrow('the token was asked');
});
