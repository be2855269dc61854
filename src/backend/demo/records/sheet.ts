/** The sheet that records and consent forms are drawn on, in the demo hospital's fonts. Lengths in mm from the top left corner; type sizes in points. */
import { Paper } from '#core/consent/index.ts';
import { fontBytes } from './fonts.ts';

export { GREY, INK, MM, type Paper, type TextStyle } from '#core/consent/index.ts';

export const demoPaper = (orientation: 'portrait' | 'landscape', title: string, made: Date): Promise<Paper> =>
  Paper.a4({
    orientation,
    title,
    made,
    producer: '示范医院电子病历系统',
    fonts: { regular: fontBytes('regular'), bold: fontBytes('bold') },
  });
