/**
 * Attacks on certified documents (Rohlmann, Mladenov, Mainka, Schwenk: "Breaking the Specification", S&P 2021): evil annotation (EAA)
 * where annotations are allowed, sneaky signature (SSA) where further signatures are.
 */
import { at, insiderSigns, into, overlay, stream, withAnnotation } from '../crafted.ts';
import { family, type AttackPlan } from './attack.ts';
import { formAt } from './lab.ts';
import { append, objectText } from './tools.ts';

/** An annotation that paints over the dose on page 1, in an update of its own. */
const evil = (id: string, story: string, p: 1 | 2 | 3, annotation: string, codes: readonly string[]): AttackPlan => ({
  id,
  story,
  make: async (lab) => {
    const certified = await lab.certify(p);
    return append(certified, {
      objects: {
        [at.page]: await withAnnotation(certified, at.page, 60),
        60: `<< /Type /Annot ${annotation} /P ${at.page} 0 R /F 4 /AP << /N 61 0 R >> >>`,
        61: overlay('50 mg', '/Type /XObject '),
      },
    });
  },
  codes,
});

const COVERS = '/Rect [40 680 320 740]';
const ANNOTATION = ['CHANGED_ANNOTATION', 'ANNOTATION_COVERS_CONTENT', 'CHANGED_AGAINST_DOCMDP', 'REVISION_NOT_SIGNED'];

/** A later signature whose appearance shows another dose. */
const sneaky = (id: string, story: string, p: 1 | 2 | 3, rect: string): AttackPlan => ({
  id,
  story,
  make: async (lab) => {
    const certified = await lab.certify(p);
    return insiderSigns(certified, {
      signer: lab.insider,
      pages: [at.page],
      widget: `/Rect [${rect}] /AP << /N 70 0 R >>`,
      objects: { 70: overlay('50 mg', '/Type /XObject ') },
    });
  },
  codes: ['CHANGED_AGAINST_DOCMDP', 'CHANGED_COVERS_PAGE', 'CHANGED_COVERS_SIGNATURE', 'CHANGED_COVERS_CONTENT'],
});

export const certification = family('certification', [
  evil(
    'cert-01-free-text-p2',
    'Under P2, a text annotation lies over the dose.',
    2,
    `/Subtype /FreeText ${COVERS} /Contents (50 mg)`,
    ANNOTATION,
  ),
  evil(
    'cert-02-free-text-p3',
    'Under P3, which allows annotations, one paints over the dose.',
    3,
    `/Subtype /FreeText ${COVERS} /Contents (50 mg)`,
    ANNOTATION,
  ),
  evil(
    'cert-03-stamp-p3',
    'Under P3 a stamp covers the dose.',
    3,
    `/Subtype /Stamp ${COVERS} /Name /Approved`,
    ANNOTATION,
  ),
  evil(
    'cert-04-redact-p3',
    'Under P3 a redaction mark covers the dose.',
    3,
    `/Subtype /Redact ${COVERS} /OverlayText (50 mg)`,
    ANNOTATION,
  ),
  evil(
    'cert-05-ink-p3',
    'Under P3 ink is laid over the dose.',
    3,
    `/Subtype /Ink ${COVERS} /InkList [[40 700 320 700]]`,
    ANNOTATION,
  ),
  evil(
    'cert-06-free-text-p1',
    'Under P1, which allows nothing, an annotation is added.',
    1,
    `/Subtype /FreeText ${COVERS} /Contents (50 mg)`,
    ANNOTATION,
  ),
  {
    id: 'cert-07-link-with-script-p3',
    story: 'Under P3 a link annotation brings a script along.',
    make: async (lab) => {
      const certified = await lab.certify(3);
      return append(certified, {
        objects: {
          [at.page]: await withAnnotation(certified, at.page, 60),
          60: `<< /Type /Annot /Subtype /Link /Rect [300 100 360 120] /P ${at.page} 0 R /A << /S /JavaScript /JS (this.getField\\("dose"\\).value="50 mg") >> >>`,
        },
      });
    },
    codes: ['CHANGED_ANNOTATION', 'CHANGED_ACTION', 'ACTIVE_CONTENT', 'REVISION_NOT_SIGNED'],
  },
  sneaky(
    'cert-08-sneaky-signature-p1',
    'Under P1 an insider signs, and his signature shows another dose.',
    1,
    '40 680 320 740',
  ),
  sneaky(
    'cert-09-sneaky-signature-p2-whole-page',
    'Under P2 an insider’s signature covers the page and shows another dose.',
    2,
    '0 0 595 842',
  ),
  sneaky('cert-10-sneaky-signature-p3-whole-page', 'The same under P3.', 3, '0 0 595 842'),
  {
    id: 'cert-11-unsigned-signature-field',
    story: 'Under P2 a signature field with a picture is added, and nobody signs it.',
    make: async (lab) => {
      const certified = await lab.certify(2);
      const form = (await objectText(certified, at.form)).replace(/\/Fields\s*\[([^\]]*)\]/, '/Fields [$1 60 0 R]');
      return append(certified, {
        objects: {
          [at.form]: form,
          [at.page]: await withAnnotation(certified, at.page, 60),
          60: `<< /Type /Annot /Subtype /Widget /FT /Sig /T (chief) /F 4 /P ${at.page} 0 R ${COVERS} /AP << /N 61 0 R >> >>`,
          61: overlay('50 mg', '/Type /XObject '),
        },
      });
    },
    codes: ['CHANGED_FIELD', 'CHANGED_ANNOTATION', 'REVISION_NOT_SIGNED', 'CHANGED_AGAINST_DOCMDP'],
  },
  {
    id: 'cert-12-permission-raised',
    story: 'The certification’s own dictionary is rewritten from P1 to P3 in an update.',
    make: async (lab) => {
      const certified = await lab.certify(1);
      const value = Number(
        /\/V (\d+) 0 R/.exec(await objectText(certified, (await fieldsOf(certified)) ?? 0))?.[1] ?? 0,
      );
      const text = (await objectText(certified, value)).replace('/P 1', '/P 3');
      return append(certified, { objects: { [value]: text } });
    },
    codes: ['BYTE_RANGE_GAP', 'CHANGED_SIGNATURE', 'CHANGED_AGAINST_DOCMDP'],
  },
  {
    id: 'cert-13-certification-taken-away',
    story:
      'The catalog’s /Perms is removed, so that the certification looks like a plain signature, and a value is changed.',
    make: async (lab) => {
      const certified = await lab.certify(1);
      const catalog = (await objectText(certified, at.catalog)).replace(/\/Perms\s*<<[^>]*>>/, '');
      const field = (await objectText(certified, formAt.field)).replace('(5 mg)', '(50 mg)');
      return append(certified, { objects: { [at.catalog]: catalog, [formAt.field]: field } });
    },
    codes: ['CHANGED_CATALOG', 'CHANGED_AGAINST_DOCMDP', 'CHANGED_FIELD'],
  },
  {
    id: 'cert-14-page-content-p3',
    story: 'Under P3, which allows annotations and form values, the page’s content is replaced.',
    make: async (lab) =>
      append(await lab.certify(3), { objects: { [at.content]: stream('BT /F1 20 Tf 60 700 Td (50 mg) Tj ET') } }),
    codes: ['CHANGED_PAGE_CONTENT'],
  },
  {
    id: 'cert-15-field-appearance-p2',
    story: 'Under P2 a form field keeps its value, but its appearance shows another and covers the page.',
    make: async (lab) => {
      const certified = await lab.certify(2);
      const field = (await objectText(certified, formAt.field)).replace(/\/Rect\s*\[[^\]]*\]/, '/Rect [0 0 595 842]');
      return append(certified, {
        objects: { [formAt.field]: field, [formAt.appearance]: overlay('50 mg', '/Type /XObject ') },
      });
    },
    codes: [
      'CHANGED_FIELD',
      'CHANGED_AGAINST_DOCMDP',
      'CHANGED_ANNOTATION',
      'CHANGED_FORM_VALUE',
      'REVISION_NOT_SIGNED',
    ],
  },
  {
    id: 'cert-16-new-field-p2',
    story: 'Under P2, which allows values but no new fields, a text field is added over the page.',
    make: async (lab) => {
      const certified = await lab.certify(2);
      const form = (await objectText(certified, at.form)).replace(/\/Fields\s*\[([^\]]*)\]/, '/Fields [$1 60 0 R]');
      return append(certified, {
        objects: {
          [at.form]: into(form, ''),
          [at.page]: await withAnnotation(certified, at.page, 60),
          60: `<< /Type /Annot /Subtype /Widget /FT /Tx /T (note) /V (50 mg) /F 4 /P ${at.page} 0 R ${COVERS} >>`,
        },
      });
    },
    codes: ['CHANGED_FIELD', 'CHANGED_FORM', 'CHANGED_AGAINST_DOCMDP', 'REVISION_NOT_SIGNED'],
  },
]);

/** Object number of the certification's field: the last of the form. */
async function fieldsOf(bytes: Uint8Array): Promise<number | undefined> {
  const list = /\/Fields\s*\[([^\]]*)\]/.exec(await objectText(bytes, at.form))?.[1] ?? '';
  return [...list.matchAll(/(\d+) 0 R/g)].map((m) => Number(m[1])).at(-1);
}
