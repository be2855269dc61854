/** Annotations under P3 that pretend to be notes and marks: they hide text, write figures with lines, or uncover what was hidden. */
import { at, craftedRecord, stream, textAt, withAnnotation } from '../crafted.ts';
import { family, type AttackPlan } from './attack.ts';
import { pageWith } from './lab.ts';
import { append, objectText } from './tools.ts';

const NOTE = 60;
const look = (content: string, entries = ''): string =>
  stream(content, `/Type /XObject /Subtype /Form /BBox [0 0 72 30] ${entries}`);
const QUADS = '/QuadPoints [58 720 130 720 58 690 130 690]';
const mark = (subtype: string): string => `/Subtype /${subtype} /Rect [58 690 130 720] ${QUADS} /F 4`;
const CODES = ['ANNOTATION_SHOWS_CONTENT', 'ANNOTATION_COVERS_CONTENT', 'CHANGED_ANNOTATION'];

const marked = (
  id: string,
  story: string,
  annotation: string,
  appearance?: string,
  record?: () => Uint8Array,
): AttackPlan => ({
  id,
  story,
  verdict: 'INDETERMINATE',
  make: async (lab) => {
    const certified = await lab.certify(3, record?.());
    return append(certified, {
      objects: {
        [at.page]: await withAnnotation(certified, at.page, NOTE),
        [NOTE]: `<< /Type /Annot /P ${at.page} 0 R ${annotation} ${appearance === undefined ? '' : '/AP << /N 61 0 R >>'} >>`,
        ...(appearance === undefined ? {} : { 61: appearance }),
      },
    });
  },
  codes: CODES,
});

/** Before certifying, a note's own picture hides 50 mg behind 5 mg. */
const hidingNote = (): Uint8Array =>
  craftedRecord({
    [at.page]: pageWith(`${NOTE} 0 R`),
    [at.content]: stream(textAt('50 mg')),
    [NOTE]: `<< /Type /Annot /Subtype /Text /F 4 /Rect [58 690 130 720] /Contents (x) /P ${at.page} 0 R /AP << /N 61 0 R >> >>`,
    61: look(
      '1 g 0 0 72 30 re f 0 g BT /F1 20 Tf 2 10 Td (5 mg) Tj ET',
      `/Resources << /Font << /F1 ${at.font} 0 R >> >> `,
    ),
  });

export const marks = family('certification', [
  marked(
    'cert-17-thick-underline',
    'Under P3 an underline as thick as the text is white.',
    mark('Underline'),
    look('30 w 1 G 0 15 m 72 15 l S'),
  ),
  marked(
    'cert-18-highlight-that-only-says-multiply',
    'A highlight sets Multiply, takes it back, and paints white.',
    mark('Highlight'),
    look(
      '/A gs /B gs 1 g 0 0 72 30 re f',
      '/Resources << /ExtGState << /A << /BM /Multiply >> /B << /BM /Normal >> >> >> ',
    ),
  ),
  marked(
    'cert-19-black-highlight',
    'A highlight blends as it should, but in black.',
    mark('Highlight'),
    look('/A gs 0 g 0 0 72 30 re f', '/Resources << /ExtGState << /A << /BM /Multiply >> >> >> '),
  ),
  marked(
    'cert-20-black-highlight-drawn-by-the-reader',
    'The same without a look of its own: the colour is black.',
    `${mark('Highlight')} /C [0 0 0]`,
  ),
  marked(
    'cert-21-mark-elsewhere',
    'A mark’s rectangle is in the margin, its points lie over the form field.',
    '/Subtype /Highlight /Rect [500 100 560 120] /QuadPoints [60 660 160 660 60 640 160 640] /C [0 0 0] /F 4',
  ),
  marked(
    'cert-22-figure-drawn-by-a-note',
    'A note’s icon is a nought and stands in the gap behind the figure.',
    '/Subtype /Text /Rect [72 698 76 716] /Contents (x) /F 4',
    look('2 w 10 2 m 60 2 l 60 28 l 10 28 l h S'),
  ),
  marked(
    'cert-23-figure-drawn-by-a-mark',
    'An underline’s look draws a nought behind the figure.',
    mark('Underline'),
    look('1 w 14 10 m 20 10 l 20 24 l 14 24 l h S'),
  ),
  {
    id: 'shadow-14-note-taken-away',
    story: 'A note that was certified hides a dose; under P3, which lets notes go, it is removed.',
    verdict: 'FAILED',
    make: async (lab) => {
      const certified = await lab.certify(3, hidingNote());
      const page = (await objectText(certified, at.page)).replace(`${NOTE} 0 R`, '');
      return append(certified, { objects: { [at.page]: page } });
    },
    codes: ['CHANGED_ANNOTATION'],
  },
  {
    id: 'shadow-15-note-gets-a-small-icon',
    story: 'The same note loses its picture and becomes an icon in the margin.',
    verdict: 'FAILED',
    make: async (lab) => {
      const certified = await lab.certify(3, hidingNote());
      const note = (await objectText(certified, NOTE))
        .replace(/\/Rect\s*\[[^\]]*\]/, '/Rect [500 700 520 720]')
        .replace(/\/AP\s*<<[^>]*>>/, '');
      return append(certified, { objects: { [NOTE]: note } });
    },
    codes: ['CHANGED_ANNOTATION'],
  },
]);
