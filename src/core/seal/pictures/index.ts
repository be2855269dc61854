/**
 * Seals drawn as vector, for demo, training and a hospital's own trust domain. Whose name stands in one is the caller's to answer for:
 * a seal for demo says so in itself (演示).
 */
import { departmentSeal } from './department.ts';
import { glyphSource } from './glyphs.ts';
import { handwriting } from './handwriting.ts';
import { nameSeal } from './name.ts';
import { roundSeal } from './round.ts';
import type { DrawnSeal, SealDrawing, SealFonts } from './types.ts';

export type { DrawnSeal, SealDrawing, SealFonts } from './types.ts';

/** @throws PDF_TEXT_FONT naming a character that the font lacks */
export function drawSeal(drawing: SealDrawing, fonts: SealFonts): DrawnSeal {
  const text = glyphSource(fonts.text);
  switch (drawing.kind) {
    case 'round':
      return roundSeal(drawing, text);
    case 'department':
      return departmentSeal(drawing, text);
    case 'name':
      return nameSeal(drawing, text);
    case 'handwriting':
      return handwriting(drawing, fonts.hand === undefined ? text : glyphSource(fonts.hand));
  }
}
