/**
 * Filling in under a certification that allows it (P2), so that people read something else than the value says, or than the report tells:
 * invisible or misplaced text with lines drawn beside it, fonts that lie, looks that were planted before signing.
 */
import { at, craftedRecord, insiderSigns, stream } from '../crafted.ts';
import { family, type AttackPlan } from './attack.ts';
import { formAt, formRecord, type Lab } from './lab.ts';
import { append, objectText } from './tools.ts';

const FONT = `/Resources << /Font << /F1 ${at.font} 0 R >> >> `;
const look = (content: string, entries = `/BBox [0 0 100 20] ${FONT}`): string =>
  stream(content, `/Type /XObject /Subtype /Form ${entries}`);
const write = (text: string, before = ''): string => `/Tx BMC q ${before} BT /F1 12 Tf 2 5 Td (${text}) Tj ET Q EMC`;
/** A nought drawn with a pen. */
const NOUGHT = '10 5 m 16 5 l 16 14 l 10 14 l h S';

/** The field's dictionary edited and its look exchanged, in an update that nobody signs. */
const filled = (
  id: string,
  story: string,
  appearance: string | undefined,
  {
    edit = (field: string): string => field,
    record = formRecord(),
    objects = {},
    verdict = 'INDETERMINATE',
    codes = ['FIELD_SHOWS_OTHER'],
  }: {
    readonly edit?: (field: string) => string;
    readonly record?: Uint8Array;
    readonly objects?: Readonly<Record<number, string>>;
    readonly verdict?: 'FAILED' | 'INDETERMINATE';
    readonly codes?: readonly string[];
  } = {},
): AttackPlan => ({
  id,
  story,
  verdict,
  make: async (lab) => {
    const certified = await lab.certify(2, record);
    const before = await objectText(certified, formAt.field);
    const field = edit(before);
    return append(certified, {
      objects: {
        ...(field === before ? {} : { [formAt.field]: field }),
        ...(appearance === undefined ? {} : { [formAt.appearance]: appearance }),
        ...objects,
      },
    });
  },
  codes,
});

const value = (text: string) => (field: string) => field.replace('(5 mg)', `(${text})`);
const page = `<< /Type /Page /Parent ${at.tree} 0 R /Contents ${at.content} 0 R /Resources << /Font << /F1 ${at.font} 0 R >> >> /Annots [${formAt.field} 0 R] >>`;
const widget = `/Type /Annot /Subtype /Widget /F 4 /P ${at.page} 0 R /Rect [60 640 160 660]`;
const withField = (field: string, objects: Readonly<Record<number, string>> = {}, form = ''): Uint8Array =>
  craftedRecord({
    [at.form]: `<< /Fields [${formAt.field} 0 R] ${form} >>`,
    [at.page]: page,
    [formAt.field]: field,
    ...objects,
  });
const square = (content: string): string => look(content, '/BBox [0 0 20 20] ');
const TICK = '2 10 m 8 2 l 18 18 l S';
const checkBox = (): Uint8Array =>
  withField(`<< ${widget} /FT /Btn /T (fasting) /V /Off /AS /Off /AP << /N << /Yes 21 0 R /Off 22 0 R >> >> >>`, {
    21: square(TICK),
    22: square(''),
  });
const text = (more: string, form = ''): Uint8Array =>
  withField(
    `<< ${widget} /FT /Tx /T (dose) /V (5 mg) /DA (/F1 12 Tf 0 g) /AP << /N ${formAt.appearance} 0 R >> ${more} >>`,
    { [formAt.appearance]: look(write('5 mg')) },
    form,
  );
const pixel = stream(
  '\x80',
  '/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 ',
);
const lying = stream(
  'begincmap 1 begincodespacerange <00> <ff> endcodespacerange 5 beginbfchar <35> <0035> <30> <200b> <20> <0020> <6d> <006d> <67> <0067> endbfchar endcmap',
);

export const filledForms = family('form', [
  filled(
    'form-09-drawn-beside-invisible-text',
    'The value stands there invisibly; what people see is drawn with lines.',
    look(`/Tx BMC q BT 3 Tr /F1 12 Tf 2 5 Td (5 mg) Tj ET ${NOUGHT} Q EMC`),
  ),
  filled(
    'form-10-nought-drawn-behind',
    'The value is written, and a nought is drawn behind its first figure.',
    look(`${write('5 mg')} ${NOUGHT}`),
  ),
  filled(
    'form-11-last-figure-painted-over',
    'The value becomes 50 mg, and white paint lies over the nought.',
    look(`${write('50 mg')} 1 g 9 0 7 20 re f`),
    { edit: value('50 mg') },
  ),
  filled(
    'form-12-figures-change-places',
    'The figures of the value are drawn in another order.',
    look('/Tx BMC q BT /F1 12 Tf 9 5 Td (1) Tj -7 0 Td (5) Tj 14 0 Td ( mg) Tj ET Q EMC'),
    { edit: value('15 mg') },
  ),
  filled(
    'form-13-figure-outside-of-the-box',
    'A figure of the value is drawn where the box cuts it off.',
    look('/Tx BMC q BT /F1 12 Tf 2 5 Td (5) Tj 0 -40 Td (0) Tj 7 40 Td ( mg) Tj ET Q EMC'),
    { edit: value('50 mg') },
  ),
  filled(
    'form-14-font-that-lies',
    'The look uses a new font that says of a nought that it is nothing.',
    look(
      '/Tx BMC q BT /F9 12 Tf 2 5 Td (50 mg) Tj ET Q EMC',
      '/BBox [0 0 100 20] /Resources << /Font << /F9 40 0 R >> >> ',
    ),
    { objects: { 40: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 41 0 R >>', 41: lying } },
  ),
  filled(
    'form-15-planted-look',
    'The field gets a look that lay in the document before it was certified: a picture and the value unseen.',
    undefined,
    {
      edit: (field) => field.replace(`/N ${formAt.appearance} 0 R`, '/N 33 0 R'),
      record: plantedLook(),
      verdict: 'FAILED',
      codes: ['CHANGED_FIELD'],
    },
  ),
  filled('form-16-tick-in-the-empty-box', 'The look of an unticked box is drawn with a tick.', undefined, {
    record: checkBox(),
    objects: { 22: square(TICK) },
  }),
  filled('form-17-looks-of-a-box-exchanged', 'The two looks of a check box change places.', undefined, {
    record: checkBox(),
    edit: (field) => field.replace(/\/Yes 21 0 R\s*\/Off 22 0 R/, '/Yes 22 0 R/Off 21 0 R'),
  }),
  filled('form-18-picture-of-a-button', 'A push button shows another picture, which lay in the document.', undefined, {
    record: withField(`<< ${widget} /FT /Btn /Ff 65536 /T (logo) /AP << /N 21 0 R >> /X 33 0 R >>`, {
      21: square(TICK),
      33: square('/Im Do'),
    }),
    edit: (field) => field.replace('/N 21 0 R', '/N 33 0 R'),
    verdict: 'FAILED',
    codes: ['CHANGED_FIELD'],
  }),
  filled(
    'form-19-password-field',
    'A field of passwords, whose look need not be its value, is drawn to show a dose.',
    look(write('50 mg')),
    {
      record: text('/Ff 8192'),
    },
  ),
  filled(
    'form-20-drawn-anew-by-readers',
    'Some readers draw all fields anew; the others are shown another dose.',
    look(write('50 mg')),
    {
      record: text('', '/NeedAppearances true'),
      verdict: 'FAILED',
    },
  ),
  {
    id: 'form-21-no-longer-drawn-anew',
    story: 'The look says 50 mg from the start, but readers had to draw anew; the update takes that away.',
    verdict: 'FAILED',
    make: async (lab) => {
      const record = withField(
        `<< ${widget} /FT /Tx /T (dose) /V (5 mg) /DA (/F1 12 Tf 0 g) /AP << /N ${formAt.appearance} 0 R >> >>`,
        { [formAt.appearance]: look(write('50 mg')) },
        '/NeedAppearances true',
      );
      const certified = await lab.certify(2, record);
      const form = (await objectText(certified, at.form)).replace(/\/NeedAppearances true/, '');
      return append(certified, { objects: { [at.form]: form } });
    },
    codes: ['FIELD_SHOWS_OTHER'],
  },
  filled('form-22-rich-text', 'The rich text that some readers draw says another dose than the value.', undefined, {
    record: text('/Ff 33554432 /RV (<body>5 mg</body>)'),
    edit: (field) => field.replace('<body>5 mg</body>', '<body>50 mg</body>'),
  }),
  {
    id: 'form-23-lock-of-an-heir',
    story: 'A lock names dose.morning, which inherits its value; the value of dose is changed.',
    make: async (lab) => {
      const record = craftedRecord({
        [at.form]: '<< /Fields [19 0 R] >>',
        [at.page]: page,
        19: `<< /FT /Tx /T (dose) /V (5 mg) /Kids [${formAt.field} 0 R] >>`,
        [formAt.field]: `<< ${widget} /T (morning) /Parent 19 0 R /DA (/F1 12 Tf 0 g) >>`,
      });
      const locked = await insiderSigns(await lab.certify(2, record), {
        signer: lab.insider,
        signature:
          '/Reference [<< /Type /SigRef /TransformMethod /FieldMDP /TransformParams << /Type /TransformParams /V /1.2 /Action /Include /Fields [(dose.morning)] >> >>]',
      });
      return append(locked, { objects: { 19: (await objectText(locked, 19)).replace('(5 mg)', '(50 mg)') } });
    },
    codes: ['CHANGED_LOCKED_FIELD', 'CHANGED_FIELD'],
  },
  filled(
    'form-24-list-box',
    'A list box keeps its value and marks another line.',
    look('/Tx BMC 0.6 0.75 0.85 rg 0 0 100 10 re f BT 0 g /F1 8 Tf 2 12 Td (5 mg) Tj 0 -10 Td (50 mg) Tj ET EMC'),
    {
      record: withField(
        `<< ${widget} /FT /Ch /T (dose) /V (5 mg) /Opt [(5 mg) (50 mg)] /AP << /N ${formAt.appearance} 0 R >> >>`,
        {
          [formAt.appearance]: look(
            '/Tx BMC 0.6 0.75 0.85 rg 0 10 100 10 re f BT 0 g /F1 8 Tf 2 12 Td (5 mg) Tj 0 -10 Td (50 mg) Tj ET EMC',
          ),
        },
      ),
    },
  ),
  filled('form-25-look-under-the-mouse', 'A second look appears under the mouse.', undefined, {
    edit: (field) => field.replace(`/N ${formAt.appearance} 0 R`, `/N ${formAt.appearance} 0 R /R 40 0 R`),
    objects: { 40: look(write('50 mg')) },
  }),
  filled(
    'form-26-unreadable-look-of-another-value',
    'A blank is put behind the value, and a font without meaning draws another one.',
    look(
      '/Tx BMC q BT /F9 12 Tf 2 5 Td <00050000> Tj ET Q EMC',
      '/BBox [0 0 100 20] /Resources << /Font << /F9 40 0 R >> >> ',
    ),
    {
      edit: value('5 mg '),
      objects: {
        40: '<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>',
      },
    },
  ),
  filled(
    'form-28-six-turned-into-nine',
    'The value is 6, and its look is turned upside down.',
    look('/Tx BMC q BT /F1 12 Tf 2 5 Td (6) Tj ET Q EMC', `/BBox [0 0 100 20] /Matrix [-1 0 0 -1 100 20] ${FONT}`),
    { edit: value('6') },
  ),
  filled(
    'form-29-too-small-to-be-seen',
    'The box of the look is made so large that the value is a dot.',
    look(write('5 mg'), `/BBox [0 0 10000 2000] ${FONT}`),
  ),
  {
    id: 'form-27-name-in-other-letters',
    story: 'A later signature’s field has the locked name of an earlier one, in another encoding.',
    make: async (lab: Lab) => {
      const certified = await lab.certify(2);
      const locked = await insiderSigns(certified, {
        signer: lab.insider,
        signature:
          '/Reference [<< /Type /SigRef /TransformMethod /FieldMDP /TransformParams << /Type /TransformParams /V /1.2 /Action /Include /Fields [(chief)] >> >>]',
      });
      return insiderSigns(locked, { signer: lab.insider, name: '\xef\xbb\xbfchief' });
    },
    codes: ['CHANGED_LOCKED_FIELD', 'CHANGED_FIELD'],
  },
]);

function plantedLook(): Uint8Array {
  return withField(`<< ${widget} /FT /Tx /T (dose) /V (5 mg) /AP << /N ${formAt.appearance} 0 R >> /X 33 0 R >>`, {
    [formAt.appearance]: look(write('5 mg')),
    33: look(
      '/Im Do BT 3 Tr /F1 12 Tf 2 5 Td (5 mg) Tj ET',
      `/BBox [0 0 100 20] /Resources << /Font << /F1 ${at.font} 0 R >> /XObject << /Im 34 0 R >> >> `,
    ),
    34: pixel,
  });
}
