/** Annotations after signing: only a certification with P3 allows them, and then only what can't pass for the signed content. */
import { beforeAll, describe, expect, it } from 'vitest';
import { at, craftedRecord, overlay, stream } from '../attacks/crafted.ts';
import { DOCTOR_RECT, Lab, pageWith } from '../attacks/corpus/lab.ts';
import { append, judge, objectText, reasons } from '../attacks/forge.ts';
import { annotated, NOTE } from './filled.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});

const NOTE_ICON = '/Subtype /Text /Rect [500 700 520 720] /Contents (see lab report) /F 28 /M (D:20260101000000Z)';
const HIGHLIGHT =
  '/Subtype /Highlight /Rect [58 690 130 720] /QuadPoints [58 720 130 720 58 690 130 690] /C [1 1 0] /F 4';
const multiply = stream(
  '/R0 gs 1 1 0 rg 0 0 72 30 re f',
  '/Type /XObject /Subtype /Form /BBox [0 0 72 30] /Resources << /ExtGState << /R0 << /BM /Multiply >> >> >> ',
);

describe('under P3', () => {
  it.each([
    ['a note in the margin', NOTE_ICON, {}],
    ['a mark on text without an appearance', HIGHLIGHT, {}],
    ['a mark that lets the text show through', `${HIGHLIGHT} /AP << /N 61 0 R >>`, { 61: multiply }],
    ['a line under text', HIGHLIGHT.replace('Highlight', 'Underline'), {}],
  ])('%s passes and is listed', async (_, annotation, objects) => {
    const report = await judge(await annotated(await lab.certify(3), annotation, objects), lab.trust);
    expect(reasons(report)).toEqual([]);
    const [added] = report.signatures[0]?.changesAfter ?? [];
    expect(added).toMatchObject({ code: 'ANNOTATION_ADDED', kind: 'annotation', page: 1, allowed: true });
    expect(added?.place?.page).toBe(1);
  });

  it('the text of a note is told', async () => {
    const report = await judge(await annotated(await lab.certify(3), NOTE_ICON), lab.trust);
    expect(report.signatures[0]?.changesAfter[0]?.after).toBe('see lab report');
  });

  it('a note may be changed and taken away again', async () => {
    const noted = await annotated(await lab.certify(3), NOTE_ICON);
    const text = (await objectText(noted, NOTE)).replace('see lab report', 'seen');
    const changed = await append(noted, { objects: { [NOTE]: text } });
    expect(reasons(await judge(changed, lab.trust))).toEqual([]);
    const page = (await objectText(noted, at.page)).replace(` ${NOTE} 0 R`, '');
    const report = await judge(await append(changed, { objects: { [at.page]: page } }), lab.trust);
    expect(reasons(report)).toEqual([]);
    expect(report.signatures[0]?.changesAfter.map((c) => c.code)).toEqual([
      'ANNOTATION_ADDED',
      'REVISION_NOT_SIGNED',
      'ANNOTATION_CHANGED',
      'REVISION_NOT_SIGNED',
      'ANNOTATION_REMOVED',
      'REVISION_NOT_SIGNED',
    ]);
  });

  it.each([
    [
      'text of its own in the margin',
      '/Subtype /FreeText /Rect [300 100 400 120] /Contents (50 mg) /DA (/F1 12 Tf)',
      {},
    ],
    ['ink', '/Subtype /Ink /Rect [300 100 400 120] /InkList [[300 100 400 120]]', {}],
    ['a note that shows text', `${NOTE_ICON} /AP << /N 61 0 R >>`, { 61: overlay('50 mg', '/Type /XObject ') }],
    [
      'a mark painted over the text',
      `${HIGHLIGHT} /AP << /N 61 0 R >>`,
      { 61: stream('1 1 1 rg 0 0 72 30 re f', '/Type /XObject /Subtype /Form /BBox [0 0 72 30] ') },
    ],
    ['a note as large as a text box', NOTE_ICON.replace('520 720', '580 790'), {}],
  ])('%s is never sure', async (_, annotation, objects) => {
    const report = await judge(await annotated(await lab.certify(3), annotation, objects), lab.trust);
    expect(reasons(report)).toEqual(['CHANGES_UNCLEAR', 'ANNOTATION_SHOWS_CONTENT']);
    expect(report.verdict).toBe('INDETERMINATE');
  });

  it.each([
    ['text', '/Subtype /FreeText /Rect [40 680 320 740] /Contents (50 mg)'],
    ['text by a note', NOTE_ICON.replace('500 700 520 720', '70 695 90 715')],
    ['a form field', NOTE_ICON.replace('500 700 520 720', '150 645 165 660')],
  ])('what covers %s fails', async (_, annotation) => {
    const report = await judge(await annotated(await lab.certify(3), annotation), lab.trust);
    expect(reasons(report)).toContain('ANNOTATION_COVERS_CONTENT');
    expect(report.verdict).toBe('FAILED');
  });

  it('what covers a scan fails, since nobody can tell what is under it', async () => {
    const image = stream(
      '\x80',
      '/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 ',
    );
    const scan = craftedRecord({
      [at.page]: `<< /Type /Page /Parent ${at.tree} 0 R /Contents ${at.content} 0 R /Resources << /XObject << /Im 30 0 R >> >> /Annots [] >>`,
      [at.content]: stream('q 595 0 0 842 0 0 cm /Im Do Q'),
      30: image,
    });
    const report = await judge(await annotated(await lab.certify(3, scan), NOTE_ICON), lab.trust);
    expect(reasons(report)).toContain('ANNOTATION_COVERS_CONTENT');
  });

  it.each([
    ['an action', `${NOTE_ICON} /A << /S /URI /URI (http://x) >>`, 'CHANGED_ACTION'],
    ['a layer', `${NOTE_ICON} /OC << /Type /OCG /Name (x) >>`, 'CHANGED_ANNOTATION'],
    ['a link', '/Subtype /Link /Rect [300 100 400 120] /Dest [3 0 R /Fit]', 'CHANGED_ANNOTATION'],
    ['a film', '/Subtype /Movie /Rect [300 100 400 120]', 'CHANGED_ANNOTATION'],
    ['a field', '/Subtype /Widget /FT /Tx /T (x) /Rect [300 100 400 120]', 'CHANGED_ANNOTATION'],
  ])('an annotation with %s fails', async (_, annotation, code) => {
    const report = await judge(await annotated(await lab.certify(3), annotation), lab.trust);
    expect(reasons(report)).toContain(code);
    expect(report.verdict).toBe('FAILED');
  });

  it('an annotation that was signed may not go, when it drew something', async () => {
    const stamp = `<< /Type /Annot /Subtype /Stamp /F 4 /Rect [300 100 400 140] /P ${at.page} 0 R >>`;
    const certified = await lab.certify(3, craftedRecord({ [at.page]: pageWith('31 0 R'), 31: stamp }));
    const page = (await objectText(certified, at.page)).replace('31 0 R', '');
    const report = await judge(await append(certified, { objects: { [at.page]: page } }), lab.trust);
    expect(reasons(report)).toContain('CHANGED_ANNOTATION');
    expect(report.verdict).toBe('FAILED');
  });
});

it.each([
  ['P2', () => lab.certify(2)],
  ['P1', () => lab.certify(1)],
  ['a plain signature', () => lab.signed()],
])('not even a note may follow %s', async (_, make) => {
  const report = await judge(await annotated(await make(), NOTE_ICON), lab.trust);
  expect(reasons(report)).toEqual(expect.arrayContaining(['ANNOTATION_ADDED', 'CHANGED_AFTER_SIGNING']));
  expect(report.verdict).toBe('FAILED');
});

it('under P3 a note over a signature fails', async () => {
  const { doctorSigns } = await import('../attacks/crafted.ts');
  const certified = await doctorSigns(craftedRecord(), lab.doctor, {
    certify: 3,
    placement: { page: 1, x: 20, y: 200, width: 40, height: 15 },
  });
  expect(reasons(await judge(certified, lab.trust))).toEqual([]);
  expect(reasons(await judge(await annotated(certified, NOTE_ICON), lab.trust))).toEqual([]);
  const [x, y] = DOCTOR_RECT.split(' ').map(Number);
  const over = NOTE_ICON.replace('500 700 520 720', `${x} ${y} ${Number(x) + 20} ${Number(y) + 20}`);
  const report = await judge(await annotated(certified, over), lab.trust);
  expect(reasons(report)).toContain('ANNOTATION_COVERS_CONTENT');
});
