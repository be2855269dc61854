/** Later signatures whose appearance hides signed text by other means than a white rectangle, and fields that hide in theirs. */
import { at, craftedRecord, insiderSigns, stream, textAt, withAnnotation } from '../crafted.ts';
import { family, type AttackPlan } from './attack.ts';

const form = (content: string, resources = '', entries = ''): string =>
  stream(content, `/Type /XObject /Subtype /Form /BBox [0 0 280 60] /Resources << ${resources} >> ${entries}`);
const OVER = '/Rect [40 680 320 740] /AP << /N 70 0 R >>';
const image = (entries: string, data = '\xff'): string =>
  stream(data, `/Type /XObject /Subtype /Image /Width 1 /Height 1 ${entries} `);
const GREY = '/ColorSpace /DeviceGray /BitsPerComponent 8';

const covering = (id: string, story: string, objects: Readonly<Record<number, string>>): AttackPlan => ({
  id,
  story,
  verdict: 'INDETERMINATE',
  make: async (lab) =>
    insiderSigns(await lab.signed(), { signer: lab.insider, pages: [at.page], widget: OVER, objects }),
  codes: ['CHANGED_COVERS_CONTENT'],
});

const DRAW = 'q 280 0 0 60 0 0 cm /Im Do Q';
const IMAGE = '/XObject << /Im 71 0 R >>';

export const coveringSignatures = family('incremental-saving', [
  covering('isa-11-light-grey', 'A later signature paints light grey over the dose.', {
    70: form('0.9 g 0 0 280 60 re f'),
  }),
  covering('isa-12-image-with-a-full-mask', 'Its picture has a soft mask, which lets nothing through.', {
    70: form(DRAW, IMAGE),
    71: image(`${GREY} /SMask 72 0 R`),
    72: image(GREY),
  }),
  covering('isa-13-white-stencil', 'It paints white through a stencil.', {
    70: form(`1 g ${DRAW}`, IMAGE),
    71: image('/ImageMask true /BitsPerComponent 1', '\x00'),
  }),
  covering('isa-14-shading', 'It paints a shading from white to white.', {
    70: form(
      '/S sh',
      '/Shading << /S << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 280 0] /Extend [true true] /Function << /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [1] /N 1 >> >> >>',
    ),
  }),
  covering('isa-15-thick-line', 'It draws a white line as thick as the text is high.', {
    70: form('60 w 1 G 0 30 m 280 30 l S'),
  }),
  covering('isa-16-white-by-number', 'White is number 0 of its own palette.', {
    70: form('/C cs 0 scn 0 0 280 60 re f', '/ColorSpace << /C [/Indexed /DeviceGray 1 <ff00>] >>'),
  }),
  covering('isa-17-colour-from-outside', 'The form inside its form paints with the colour that was set outside.', {
    70: form('1 g /Fm Do', '/XObject << /Fm 71 0 R >>'),
    71: form('0 0 280 60 re f'),
  }),
  covering('isa-18-pattern', 'It fills with a pattern.', {
    70: form(
      '/Pattern cs /P scn 0 0 280 60 re f',
      '/Pattern << /P << /Type /Pattern /PatternType 2 /Shading << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 280 0] /Extend [true true] /Function << /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [1] /N 1 >> >> >> >>',
    ),
  }),
  covering('isa-19-glyphs-that-are-drawings', 'It writes in a font whose only glyph is a white rectangle.', {
    70: form('1 g BT /T 60 Tf 0 0 Td (a) Tj ET', '/Font << /T 71 0 R >>'),
    71: '<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97 /Widths [6] /Encoding << /Type /Encoding /Differences [97 /a] >> /CharProcs << /a 72 0 R >> /Resources << >> >>',
    72: stream('6 0 d0 0 0 6 1 re f'),
  }),
  covering('isa-20-image-in-two-halves', 'Two pictures with masks cover half of the dose each.', {
    70: form('q 60 0 0 60 0 0 cm /Im Do Q q 220 0 0 60 60 0 cm /Im Do Q', IMAGE),
    71: image(`${GREY} /SMask 72 0 R`),
    72: image(GREY),
  }),
  {
    id: 'isa-21-background-without-a-look',
    story: 'Its widget has no look, only a white background that readers paint.',
    verdict: 'INDETERMINATE',
    make: async (lab) =>
      insiderSigns(await lab.signed(), {
        signer: lab.insider,
        pages: [at.page],
        widget: '/Rect [40 680 320 740] /MK << /BG [1 1 1] >>',
      }),
    codes: ['CHANGED_COVERS_CONTENT'],
  },
  {
    id: 'isa-22-text-field-as-widget',
    story: 'The widget of a later signature’s field is a text field of its own that shows another dose.',
    make: async (lab) => {
      const signed = await lab.signed();
      return insiderSigns(signed, {
        signer: lab.insider,
        widget: '/Kids [60 0 R]',
        objects: {
          60: `<< /Type /Annot /Subtype /Widget /FT /Tx /T (note) /V (50 mg) /DA (/F1 20 Tf 0 g) /MK << /BG [1 1 1] >> /F 4 /P ${at.page} 0 R /Rect [40 680 320 740] >>`,
          [at.page]: await withAnnotation(signed, at.page, 60),
        },
      });
    },
    codes: ['CHANGED_FIELD', 'CHANGED_FORM'],
  },
]);

/** What is hidden in the signed bytes themselves, for a reader to bring to light: the judge does not vouch for the look. */
const active = (id: string, story: string, objects: Readonly<Record<number, string>>): AttackPlan => ({
  id,
  story,
  verdict: 'INDETERMINATE',
  make: (lab) => lab.sign(craftedRecord(objects)),
  codes: ['ACTIVE_CONTENT'],
});

const CATALOG = `/Type /Catalog /Pages ${at.tree} 0 R /AcroForm ${at.form} 0 R`;
const layered = (membership: string, usage = '', config = ''): Readonly<Record<number, string>> => ({
  [at.catalog]: `<< ${CATALOG} /OCProperties << /OCGs [30 0 R] /D << /Order [30 0 R] ${config} >> >> >>`,
  [at.page]: `<< /Type /Page /Parent ${at.tree} 0 R /Contents ${at.content} 0 R /Resources << /Font << /F1 ${at.font} 0 R >> /Properties << /L 31 0 R >> >> /Annots [] >>`,
  [at.content]: stream(`${textAt('5')} /OC /L BDC ${textAt('  0 mg')} EMC`),
  30: `<< /Type /OCG /Name (x) ${usage} >>`,
  31: membership,
});

export const changingLooks = family('shadow', [
  active(
    'shadow-16-layer-shown-when-all-are-off',
    'Text belongs to a membership that shows it when its layer is off.',
    layered('<< /Type /OCMD /OCGs 30 0 R /P /AllOff >>'),
  ),
  active(
    'shadow-17-layer-by-expression',
    'The same by an expression: not the layer.',
    layered('<< /Type /OCMD /VE [/Not 30 0 R] >>'),
  ),
  active(
    'shadow-18-layer-off-by-usage',
    'A layer says that it is off on screen; some readers follow that without being told to.',
    layered('<< /Type /OCMD /OCGs 30 0 R >>', '/Usage << /View << /ViewState /OFF >> >>'),
  ),
  active('shadow-19-portfolio', 'The document is the cover of a collection; readers open another file in its place.', {
    [at.catalog]: `<< ${CATALOG} /Collection << /Type /Collection /View /H /D (other.pdf) >> >>`,
  }),
  active(
    'shadow-21-two-readers-two-doses',
    'A form asks to be drawn anew: readers that do so show the value 5 mg, the others the look, 50 mg.',
    {
      [at.form]: `<< /Fields [20 0 R] /NeedAppearances true /DR << /Font << /F1 ${at.font} 0 R >> >> >>`,
      [at.page]: `<< /Type /Page /Parent ${at.tree} 0 R /Contents ${at.content} 0 R /Resources << /Font << /F1 ${at.font} 0 R >> >> /Annots [20 0 R] >>`,
      20: `<< /Type /Annot /Subtype /Widget /FT /Tx /T (dose) /V (5 mg) /F 4 /P ${at.page} 0 R /Rect [60 640 160 660] /DA (/F1 12 Tf 0 g) /AP << /N 21 0 R >> >>`,
      21: stream(
        '/Tx BMC q BT /F1 12 Tf 2 5 Td (50 mg) Tj ET Q EMC',
        `/Type /XObject /Subtype /Form /BBox [0 0 100 20] /Resources << /Font << /F1 ${at.font} 0 R >> >> `,
      ),
    },
  ),
  active(
    'shadow-20-layer-missing-from-the-list',
    'The layer that is off stands in no list of layers.',
    Object.fromEntries(
      Object.entries(layered('<< /Type /OCMD /OCGs 30 0 R >>', '', '/OFF [30 0 R]')).map(([k, v]) => [
        k,
        v.replace('/OCGs [30 0 R] /D', '/OCGs [] /D'),
      ]),
    ),
  ),
]);
