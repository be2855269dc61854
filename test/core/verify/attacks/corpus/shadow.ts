/**
 * Shadow attacks (Mainka, Mladenov, Rohlmann: "Shadow Attacks", NDSS 2021): the forger prepares the document before the doctor signs,
 * and brings the hidden content to light afterwards. Hide, replace, hide and replace.
 */
import { at, craftedRecord, overlay, stream, textAt } from '../crafted.ts';
import { family } from './attack.ts';
import { formAt, pageWith } from './lab.ts';
import { append, objectText } from './tools.ts';

const withOverlay = (name: string): string =>
  `<< /Type /Page /Parent ${at.tree} 0 R /Contents ${at.content} 0 R /Resources << /Font << /F1 ${at.font} 0 R >> /XObject << /Fm ${name} >> >> /Annots [] >>`;

/** Page 1 says 50 mg and hides it behind a picture that says 5 mg. */
const hiding = (): Uint8Array =>
  craftedRecord({
    [at.page]: withOverlay('30 0 R'),
    [at.content]: stream(`${textAt('50 mg')} /Fm Do`),
    30: overlay('5 mg', '/Type /XObject '),
  });

export const shadow = family('shadow', [
  {
    id: 'shadow-01-hide-overlay-emptied',
    story: 'Hide: the picture over the text is made empty after signing.',
    make: async (lab) =>
      append(await lab.sign(hiding()), {
        objects: { 30: stream('', '/Type /XObject /Subtype /Form /BBox [0 0 1 1] ') },
      }),
    codes: ['CHANGED_PAGE_CONTENT', 'CHANGED_OBJECT', 'CHANGED_RESOURCE', 'CHANGED_PAGE'],
  },
  {
    id: 'shadow-02-hide-overlay-freed',
    story: 'Hide: the picture over the text is taken out of the cross-reference table.',
    make: async (lab) => append(await lab.sign(hiding()), { objects: {}, free: [30] }),
    codes: ['REMOVED_OBJECT'],
  },
  {
    id: 'shadow-03-hide-overlay-exchanged-for-something-else',
    story: 'Hide: the number of the picture is given to an object of another kind.',
    make: async (lab) => append(await lab.sign(hiding()), { objects: { 30: '<< /Type /Metadata >>' } }),
    codes: ['CHANGED_OBJECT', 'CHANGED_PAGE_CONTENT', 'CHANGED_RESOURCE'],
  },
  {
    id: 'shadow-04-hide-annotation-removed',
    story: 'Hide: an annotation that covered the text is taken from the page.',
    make: async (lab) => {
      const record = craftedRecord({
        [at.page]: pageWith('31 0 R'),
        [at.content]: stream(textAt('50 mg')),
        31: `<< /Type /Annot /Subtype /Stamp /F 4 /Rect [40 680 320 740] /P ${at.page} 0 R /AP << /N 30 0 R >> >>`,
        30: overlay('5 mg', '/Type /XObject '),
      });
      const signed = await lab.sign(record);
      const page = (await objectText(signed, at.page)).replace('31 0 R', '');
      return append(signed, { objects: { [at.page]: page } });
    },
    codes: ['CHANGED_ANNOTATION'],
  },
  {
    id: 'shadow-05-hide-annotation-made-invisible',
    story: 'Hide: the covering annotation gets the flag Hidden.',
    make: async (lab) => {
      const annotation = `<< /Type /Annot /Subtype /Stamp /F 4 /Rect [40 680 320 740] /P ${at.page} 0 R /AP << /N 30 0 R >> >>`;
      const record = craftedRecord({
        [at.page]: pageWith('31 0 R'),
        [at.content]: stream(textAt('50 mg')),
        31: annotation,
        30: overlay('5 mg', '/Type /XObject '),
      });
      return append(await lab.sign(record), { objects: { 31: annotation.replace('/F 4', '/F 2') } });
    },
    codes: ['CHANGED_ANNOTATION', 'CHANGED_OBJECT'],
  },
  {
    id: 'shadow-06-hide-layer-switched',
    story: 'Hide: an optional content group that covered the text is switched off.',
    make: async (lab) => {
      const catalog = (state: string): string =>
        `<< /Type /Catalog /Pages ${at.tree} 0 R /AcroForm ${at.form} 0 R /OCProperties << /OCGs [32 0 R] /D << ${state} >> >> >>`;
      const record = craftedRecord({
        [at.catalog]: catalog('/ON [32 0 R]'),
        [at.page]: withOverlay('30 0 R'),
        [at.content]: stream(`${textAt('50 mg')} /Fm Do`),
        30: overlay('5 mg', '/Type /XObject /OC 32 0 R '),
        32: '<< /Type /OCG /Name (cover) >>',
      });
      const signed = await lab.sign(record);
      const changed = (await objectText(signed, at.catalog)).replace('/ON', '/OFF');
      return append(signed, { objects: { [at.catalog]: changed } });
    },
    codes: ['CHANGED_CATALOG'],
  },
  {
    id: 'shadow-07-replace-font',
    story: 'Replace: the font is exchanged for one whose digits look different.',
    make: async (lab) =>
      append(await lab.signed(), {
        objects: {
          [at.font]: `<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 53 /LastChar 53 /Widths [1000] /Encoding << /Type /Encoding /Differences [53 /five] >> /CharProcs << /five 33 0 R >> >>`,
          33: stream('1000 0 d0 0 0 500 900 re f 500 0 400 900 re f'),
        },
      }),
    codes: ['CHANGED_PAGE_CONTENT', 'CHANGED_OBJECT', 'CHANGED_RESOURCE', 'CHANGED_PAGE'],
  },
  {
    id: 'shadow-08-replace-font-encoding',
    story: 'Replace: the font gets an /Encoding that shows 9 where 5 is written.',
    make: async (lab) =>
      append(await lab.signed(), {
        objects: {
          [at.font]:
            '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding /Differences [53 /nine] >> >>',
        },
      }),
    codes: ['CHANGED_PAGE_CONTENT', 'CHANGED_OBJECT', 'CHANGED_RESOURCE', 'CHANGED_PAGE'],
  },
  {
    id: 'shadow-09-replace-value-overlay',
    story: 'Replace: a text field keeps its value while the appearance drawn over it is exchanged.',
    make: async (lab) =>
      append(await lab.signedForm(), {
        objects: {
          [formAt.appearance]: stream(
            '/Tx BMC q BT /F1 12 Tf 2 5 Td (50 mg) Tj ET Q EMC',
            `/Type /XObject /Subtype /Form /BBox [0 0 100 20] /Resources << /Font << /F1 ${at.font} 0 R >> >> `,
          ),
        },
      }),
    codes: ['CHANGED_FIELD', 'CHANGED_ANNOTATION', 'CHANGED_OBJECT', 'FIELD_SHOWS_OTHER'],
  },
  {
    id: 'shadow-10-hide-and-replace-content',
    story: 'Hide and replace: another page’s content lay in the file unused; an update points page 1 to it.',
    make: async (lab) => {
      const signed = await lab.sign(craftedRecord({ 34: stream(textAt('50 mg')) }));
      const page = (await objectText(signed, at.page)).replace(`/Contents ${at.content} 0 R`, '/Contents 34 0 R');
      return append(signed, { objects: { [at.page]: page } });
    },
    codes: ['CHANGED_PAGE_CONTENT', 'CHANGED_PAGE'],
  },
  {
    id: 'shadow-11-hide-and-replace-page-tree',
    story: 'Hide and replace: a whole second page tree lay in the file; an update makes the catalog point to it.',
    make: async (lab) => {
      const record = craftedRecord({
        35: `<< /Type /Pages /Kids [36 0 R] /Count 1 /MediaBox [0 0 595 842] >>`,
        36: `<< /Type /Page /Parent 35 0 R /Contents 37 0 R /Resources << /Font << /F1 ${at.font} 0 R >> >> >>`,
        37: stream(textAt('50 mg')),
      });
      const signed = await lab.sign(record);
      const catalog = (await objectText(signed, at.catalog)).replace(`/Pages ${at.tree} 0 R`, '/Pages 35 0 R');
      return append(signed, { objects: { [at.catalog]: catalog } });
    },
    codes: ['CHANGED_CATALOG', 'CHANGED_PAGES'],
  },
  {
    id: 'shadow-12-hide-and-replace-catalog',
    story: 'Hide and replace: a second catalog lay in the file; the update’s trailer points to it.',
    make: async (lab) => {
      const record = craftedRecord({
        38: `<< /Type /Catalog /Pages 35 0 R /AcroForm ${at.form} 0 R >>`,
        35: `<< /Type /Pages /Kids [36 0 R] /Count 1 /MediaBox [0 0 595 842] >>`,
        36: `<< /Type /Page /Parent 35 0 R /Contents 37 0 R /Resources << /Font << /F1 ${at.font} 0 R >> >> >>`,
        37: stream(textAt('50 mg')),
      });
      return append(await lab.sign(record), { objects: {}, free: [60], root: '/Root 38 0 R ' });
    },
    codes: ['CHANGED_TRAILER', 'CHANGED_PAGES', 'CHANGED_CATALOG', 'SIGNATURE_IRREGULAR', 'NO_SIGNATURE'],
  },
  {
    id: 'shadow-13-hide-and-replace-offset',
    story:
      'Hide and replace: two objects of one number lay in the signed bytes; the update’s table points to the other one.',
    make: async (lab) => {
      // The comment keeps the second object from every reader that follows the table.
      const record = craftedRecord({ 39: stream(`%\n${at.content} 0 obj\n${stream(textAt('50 mg'))}\nendobj\n`) });
      const signed = await lab.sign(record);
      const hidden = Buffer.from(signed).lastIndexOf(`${at.content} 0 obj`);
      return relisted(signed, at.content, hidden);
    },
    codes: ['CHANGED_PAGE_CONTENT', 'CHANGED_OBJECT'],
  },
]);

/** An update that brings no object, only a table that lists `num` elsewhere. */
async function relisted(bytes: Uint8Array, num: number, offset: number): Promise<Uint8Array> {
  const plain = await append(bytes, { objects: {}, free: [num] });
  const text = Buffer.from(plain).toString('latin1');
  const at = text.lastIndexOf('0000000000 00001 f ');
  return new Uint8Array(
    Buffer.from(`${text.slice(0, at)}${String(offset).padStart(10, '0')} 00000 n ${text.slice(at + 19)}`, 'latin1'),
  );
}
