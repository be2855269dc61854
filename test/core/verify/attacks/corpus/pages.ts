/** What is shown on a page is changed after signing. */
import { at, insiderSigns, into, overlay, stream, textAt } from '../crafted.ts';
import { family, type AttackPlan } from './attack.ts';
import { DOCTOR_RECT } from './lab.ts';
import { append, objectText } from './tools.ts';

const onPage = (
  id: string,
  story: string,
  change: (page: string) => string,
  codes: readonly string[],
  more: Record<number, string> = {},
): AttackPlan => ({
  id,
  story,
  make: async (lab) => {
    const signed = await lab.signed();
    return append(signed, { objects: { [at.page]: change(await objectText(signed, at.page)), ...more } });
  },
  codes,
});

export const pages = family('page', [
  onPage('page-01-media-box', 'The page gets another MediaBox.', (p) => into(p, '/MediaBox [0 0 300 300]'), [
    'CHANGED_PAGE',
  ]),
  onPage('page-02-crop-box', 'A CropBox cuts the dose off.', (p) => into(p, '/CropBox [0 0 595 600]'), [
    'CHANGED_PAGE',
  ]),
  onPage('page-03-rotate', 'The page is turned.', (p) => into(p, '/Rotate 180'), ['CHANGED_PAGE']),
  onPage('page-04-user-unit', 'The page gets a UserUnit.', (p) => into(p, '/UserUnit 3'), ['CHANGED_PAGE']),
  onPage(
    'page-05-resources',
    'The page gets other resources, in which F1 is another font.',
    (p) => p.replace(/\/Resources\s*<<.*?>>\s*>>/, '/Resources << /Font << /F1 46 0 R >> >>'),
    ['CHANGED_PAGE', 'CHANGED_PAGE_CONTENT', 'CHANGED_RESOURCE'],
    { 46: '<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>' },
  ),
  onPage(
    'page-06-second-content',
    'A second content stream is added behind the first.',
    (p) => p.replace(`/Contents ${at.content} 0 R`, `/Contents [${at.content} 0 R 46 0 R]`),
    ['CHANGED_PAGE', 'CHANGED_PAGE_CONTENT'],
    { 46: stream(textAt('x 10', 680)) },
  ),
  onPage(
    'page-07-page-action',
    'The page gets an action that runs when it is opened.',
    (p) => into(p, '/AA << /O << /S /JavaScript /JS (app.alert\\(1\\)) >> >>'),
    ['CHANGED_PAGE', 'CHANGED_ACTION'],
  ),
  {
    id: 'page-08-removed',
    story: 'The last page is taken out of the page tree.',
    make: async (lab) => {
      const signed = await lab.signed();
      const tree = (await objectText(signed, at.tree)).replace(` ${at.second} 0 R`, '').replace('/Count 2', '/Count 1');
      return append(signed, { objects: { [at.tree]: tree } });
    },
    codes: ['CHANGED_PAGES'],
  },
  {
    id: 'page-09-order',
    story: 'The two pages change places.',
    make: async (lab) => {
      const signed = await lab.signed();
      const tree = (await objectText(signed, at.tree)).replace(
        /\/Kids\s*\[[^\]]*\]/,
        `/Kids [${at.second} 0 R ${at.page} 0 R]`,
      );
      return append(signed, { objects: { [at.tree]: tree } });
    },
    codes: ['CHANGED_PAGES'],
  },
  {
    id: 'page-10-added',
    story: 'A third page is added at the end.',
    make: async (lab) => {
      const signed = await lab.signed();
      const tree = (await objectText(signed, at.tree)).replace(/\]/, ' 47 0 R]').replace('/Count 2', '/Count 3');
      return append(signed, {
        objects: {
          [at.tree]: tree,
          47: `<< /Type /Page /Parent ${at.tree} 0 R /Contents 48 0 R /Resources << /Font << /F1 ${at.font} 0 R >> >> >>`,
          48: stream(textAt('and 50 mg more')),
        },
      });
    },
    codes: ['CHANGED_PAGES'],
  },
  {
    id: 'page-11-annotation-over-text',
    story: 'A white annotation with another dose lies over the signed text.',
    make: async (lab) => {
      const signed = await lab.signed();
      const page = (await objectText(signed, at.page)).replace(/\/Annots\s*\[([^\]]*)\]/, '/Annots [$1 48 0 R]');
      return append(signed, {
        objects: {
          [at.page]: page,
          48: `<< /Type /Annot /Subtype /FreeText /F 4 /Rect [40 680 320 740] /Contents (50 mg) /AP << /N 49 0 R >> >>`,
          49: overlay('50 mg', '/Type /XObject '),
        },
      });
    },
    codes: ['CHANGED_ANNOTATION'],
  },
  {
    id: 'page-12-later-signature-covers-page',
    story: 'A later signature’s appearance covers most of the page.',
    make: async (lab) =>
      insiderSigns(await lab.signed(), {
        signer: lab.insider,
        pages: [at.page],
        widget: '/Rect [0 300 595 842] /AP << /N 70 0 R >>',
        objects: { 70: overlay('50 mg', '/Type /XObject ') },
      }),
    codes: ['CHANGED_COVERS_PAGE', 'CHANGED_COVERS_CONTENT'],
  },
  {
    id: 'page-13-later-signature-covers-signature',
    story: 'A later signature’s appearance covers the doctor’s and looks like it.',
    make: async (lab) =>
      insiderSigns(await lab.signed(), {
        signer: lab.insider,
        pages: [at.page],
        widget: `/Rect [${DOCTOR_RECT}] /AP << /N 70 0 R >>`,
        objects: { 70: overlay('Dr Li', '/Type /XObject ') },
      }),
    codes: ['CHANGED_COVERS_SIGNATURE'],
  },
  {
    id: 'page-14-open-action',
    story: 'The catalog gets a script that runs on opening.',
    make: async (lab) => {
      const signed = await lab.signed();
      return append(signed, {
        objects: {
          [at.catalog]: into(
            await objectText(signed, at.catalog),
            '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>',
          ),
        },
      });
    },
    codes: ['CHANGED_ACTION'],
  },
  {
    id: 'page-15-inherited-rotate',
    story: 'The page tree, not the page, gets a /Rotate that all pages inherit.',
    make: async (lab) => {
      const signed = await lab.signed();
      return append(signed, { objects: { [at.tree]: into(await objectText(signed, at.tree), '/Rotate 90') } });
    },
    codes: ['CHANGED_PAGE', 'CHANGED_PAGES', 'CHANGED_OBJECT'],
  },
]);
