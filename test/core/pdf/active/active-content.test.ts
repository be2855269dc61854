/** Content that can change a document's look: found wherever it hangs, named, and taken out of a copy. */
import { describe, expect, it } from 'vitest';
import { bytesSource, dropActiveContent, inspectActiveContent, joinedSource, readPdf } from '#core/pdf/index.ts';
import { at, craftedRecord, overlay, stream } from '../../verify/attacks/crafted.ts';
import { makeRecord } from '../../signing/material.ts';

const open = (bytes: Uint8Array) => readPdf(bytesSource(bytes));
const codes = async (bytes: Uint8Array): Promise<readonly string[]> =>
  (await inspectActiveContent(await open(bytes))).map((thing) => thing.code);

const SCRIPT = '<< /S /JavaScript /JS (app.alert\\(1\\)) >>';
const catalog = (entries: string): string =>
  `<< /Type /Catalog /Pages ${at.tree} 0 R /AcroForm ${at.form} 0 R ${entries} >>`;
const page = (entries: string): string =>
  `<< /Type /Page /Parent ${at.tree} 0 R /Contents ${at.content} 0 R /Resources << /Font << /F1 ${at.font} 0 R >> /XObject << /X 30 0 R >> >> ${entries} >>`;
const annotation = (entries: string): string => page(`/Annots [<< /Type /Annot /Rect [0 0 10 10] ${entries} >>]`);
const layered = (config: string, group = ''): Record<number, string> => ({
  [at.catalog]: catalog(`/OCProperties << /OCGs [31 0 R] /D << ${config} >> >>`),
  31: `<< /Type /OCG /Name (x) ${group} >>`,
});
const FORM = '/Type /XObject /Subtype /Form /BBox [0 0 9 9] ';

/** What it is, the objects that make it, the code, whether it may be dropped. */
const refused: readonly (readonly [string, Record<number, string>, string, boolean])[] = [
  ['a script on opening', { [at.catalog]: catalog(`/OpenAction ${SCRIPT}`) }, 'JAVASCRIPT', true],
  ['a script on opening, indirectly', { [at.catalog]: catalog('/OpenAction 30 0 R'), 30: SCRIPT }, 'JAVASCRIPT', true],
  [
    'a script whose type is an object of its own',
    { [at.catalog]: catalog('/OpenAction 30 0 R'), 30: '<< /S 31 0 R /JS (x) >>', 31: '/JavaScript' },
    'JAVASCRIPT',
    true,
  ],
  [
    'a named script',
    { [at.catalog]: catalog(`/Names << /JavaScript << /Names [(a) ${SCRIPT}] >> >>`) },
    'JAVASCRIPT',
    true,
  ],
  [
    'a script behind another action',
    { [at.catalog]: catalog(`/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next [${SCRIPT}] >>`) },
    'JAVASCRIPT',
    true,
  ],
  [
    'a script in a bookmark',
    { [at.catalog]: catalog('/Outlines 30 0 R'), 30: '<< /First 31 0 R >>', 31: `<< /Title (x) /A ${SCRIPT} >>` },
    'JAVASCRIPT',
    true,
  ],
  ['a script when a page is shown', { [at.page]: page(`/AA << /O ${SCRIPT} >>`) }, 'JAVASCRIPT', true],
  [
    'a script of a field',
    { [at.form]: `<< /Fields [30 0 R] >>`, 30: `<< /FT /Tx /T (a) /AA << /C ${SCRIPT} >> >>` },
    'JAVASCRIPT',
    true,
  ],
  ['an XFA form', { [at.form]: '<< /Fields [] /XFA 30 0 R >>', 30: stream('<xdp/>') }, 'XFA', true],
  ['a button that hides', { [at.page]: annotation('/Subtype /Link /A << /S /Hide /T (x) >>') }, 'HIDE_ACTION', true],
  [
    'a button that starts a program',
    { [at.page]: annotation('/Subtype /Link /A << /S /Launch /F (x) >>') },
    'LAUNCH_ACTION',
    true,
  ],
  [
    'a button that empties the form',
    { [at.page]: annotation('/Subtype /Link /A << /S /ResetForm >>') },
    'RESET_ACTION',
    true,
  ],
  [
    'data imported on opening',
    { [at.catalog]: catalog('/OpenAction << /S /ImportData /F (x) >>') },
    'RESET_ACTION',
    true,
  ],
  [
    'a form sent on opening',
    { [at.catalog]: catalog('/OpenAction << /S /SubmitForm /F (x) >>') },
    'SUBMIT_ACTION',
    true,
  ],
  [
    'an address opened with a page',
    { [at.page]: page('/AA << /O << /S /URI /URI (http://x) >> >>') },
    'LINK_BY_ITSELF',
    true,
  ],
  [
    'a button that switches layers',
    { [at.page]: annotation('/Subtype /Link /A << /S /SetOCGState /State [] >>') },
    'LAYER_ACTION',
    true,
  ],
  ...(['RichMedia', '3D', 'Movie', 'Sound', 'Screen'] as const).map(
    (subtype) =>
      [`an annotation ${subtype}`, { [at.page]: annotation(`/Subtype /${subtype}`) }, 'MEDIA', true] as const,
  ),
  [
    'a hidden annotation with a picture',
    { [at.page]: annotation('/Subtype /Stamp /F 2 /AP << /N 30 0 R >>'), 30: overlay() },
    'HIDDEN_ANNOTATION',
    true,
  ],
  [
    'a picture that only prints',
    { [at.page]: annotation('/Subtype /Stamp /F 36 /AP << /N 30 0 R >>'), 30: overlay() },
    'HIDDEN_ANNOTATION',
    true,
  ],
  [
    'another image for printing',
    { [at.page]: page(''), 30: stream('x', '/Subtype /Image /Width 1 /Height 1 /Alternates [<< /Image 31 0 R >>] ') },
    'ALTERNATE_IMAGE',
    true,
  ],
  [
    'a page of another file',
    { [at.page]: page(''), 30: stream('', `${FORM} /Ref << /F (x.pdf) /Page 0 >> `) },
    'FOREIGN_PAGE',
    true,
  ],
  [
    'an image of another file for printing',
    { [at.page]: page(''), 30: stream('', `${FORM} /OPI << /2.0 << /F (x) >> >> `) },
    'FOREIGN_PAGE',
    true,
  ],
  ['PostScript', { [at.page]: page(''), 30: stream('showpage', '/Type /XObject /Subtype /PS ') }, 'POSTSCRIPT', false],
  ['content outside of the file', { [at.content]: stream('', '/F (content.txt) ') }, 'EXTERNAL_STREAM', false],
  ['a layer that is off', layered('/OFF [31 0 R]'), 'LAYERS_HIDE', false],
  ['all layers off from the start', layered('/BaseState /OFF'), 'LAYERS_HIDE', false],
  [
    'a layer that does not print',
    layered(
      '/AS [<< /Event /Print /OCGs [31 0 R] /Category [/Print] >>]',
      '/Usage << /Print << /PrintState /OFF >> >>',
    ),
    'LAYERS_SWITCH',
    true,
  ],
  [
    'a layer that depends on the zoom',
    layered('/AS [<< /Event /View /OCGs [31 0 R] /Category [/Zoom] >>]'),
    'LAYERS_SWITCH',
    true,
  ],
];

describe('refused', () => {
  it.each(refused)('%s', async (_, objects, code, droppable) => {
    const file = await open(craftedRecord(objects));
    const things = await inspectActiveContent(file);
    expect(things).toEqual(expect.arrayContaining([expect.objectContaining({ code, refuses: true, droppable })]));

    const dropping = dropActiveContent(file);
    if (!droppable) return expect(dropping).rejects.toMatchObject({ code: 'PDF_ACTIVE_CONTENT_FIXED' });
    const { increment, dropped } = await dropping;
    expect(dropped.map((thing) => thing.code)).toContain(code);
    const clean = await readPdf(joinedSource(file.source, increment));
    expect((await inspectActiveContent(clean)).filter((thing) => thing.refuses)).toEqual([]);
    expect(await clean.pageCount()).toBe(2);
    expect(clean.revisions).toHaveLength(2);
  });

  it('by name and place, for the person and for IT', async () => {
    const [thing] = await inspectActiveContent(
      await open(craftedRecord({ [at.page]: page(`/AA << /O ${SCRIPT} >>`) })),
    );
    expect(thing).toMatchObject({ page: 1, en: 'JavaScript (page 1)', zh: '第 1 页：JavaScript 脚本' });
    expect(thing?.where).toBe(`object ${at.page}/AA/O: JavaScript`);
  });

  it('in a document that somebody has signed, where nothing can be dropped', async () => {
    const { Lab } = await import('../../verify/attacks/corpus/lab.ts');
    const lab = await Lab.open();
    const signed = await lab.sign(craftedRecord({ [at.catalog]: catalog(`/OpenAction ${SCRIPT}`) }));
    await expect(dropActiveContent(await open(signed))).rejects.toMatchObject({ code: 'PDF_ACTIVE_CONTENT' });
  });
});

describe('said, but not refused', () => {
  it.each([
    ['a link to an address', { [at.page]: annotation('/Subtype /Link /A << /S /URI /URI (http://x) >>') }, []],
    ['a page shown first', { [at.catalog]: catalog('/OpenAction [3 0 R /Fit]') }, []],
    ['going to a page on opening', { [at.catalog]: catalog('/OpenAction << /S /GoTo /D [3 0 R /Fit] >>') }, []],
    [
      'a button that sends the form',
      { [at.page]: annotation('/Subtype /Link /A << /S /SubmitForm /F (x) >>') },
      ['SUBMIT_BUTTON'],
    ],
    ['a layer that always shows', layered(''), ['LAYERS']],
    [
      'a layer that prints as it shows',
      layered(
        '/AS [<< /Event /Print /OCGs [31 0 R] /Category [/Print] >>]',
        '/Usage << /Print << /PrintState /ON >> >>',
      ),
      ['LAYERS'],
    ],
    ['an attached file', { [at.catalog]: catalog('/Names << /EmbeddedFiles << /Names [] >> >>') }, ['EMBEDDED_FILE']],
    [
      'a hidden field',
      { [at.page]: annotation('/Subtype /Widget /FT /Tx /F 2 /AP << /N 30 0 R >>'), 30: overlay() },
      ['HIDDEN_FIELD'],
    ],
    ['a script that nothing leads to', { 40: SCRIPT }, []],
  ] as const)('%s', async (_, objects, expected) => {
    const bytes = craftedRecord(objects as Record<number, string>);
    expect(await codes(bytes)).toEqual(expected);
    expect(await dropActiveContent(await open(bytes))).toEqual({ increment: new Uint8Array(), dropped: [] });
  });

  it('a link triggered nowhere stays harmless when a script hangs elsewhere', async () => {
    const objects = {
      [at.catalog]: catalog(`/OpenAction << /S /GoTo /D [${at.page} 0 R /Fit] /Next ${SCRIPT} >>`),
      [at.page]: annotation('/Subtype /Link /A << /S /URI /URI (http://x) >>'),
    };
    expect(await codes(craftedRecord(objects))).toEqual(['JAVASCRIPT']);
  });

  it.each(['table', 'stream'] as const)('an ordinary record has none of it (%s)', async (xref) => {
    expect(await codes(await makeRecord({ xref }))).toEqual([]);
  });
});

it('a form that refers to itself is looked through once', async () => {
  const loop = stream('/Y Do', `${FORM} /Resources << /XObject << /Y 30 0 R >> >> `);
  const bytes = craftedRecord({ [at.page]: page(`/AA << /O ${SCRIPT} >>`), 30: loop });
  expect(await codes(bytes)).toEqual(['JAVASCRIPT']);
});
