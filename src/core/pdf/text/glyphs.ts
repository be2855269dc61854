/** What a string in a font comes to: texts and advances. */
import { YqError } from '#core/errors/index.ts';
import { PdfStream, type PdfDict } from '../objects.ts';
import type { PdfFile } from '../types.ts';
import { CMap } from './cmap.ts';

export interface Glyph {
  /** Undefined when the document does not say. */
  readonly text: string | undefined;
  /** Movement along the line, 1 is the font size; downwards and negative in vertical writing. */
  readonly advance: number;
  /** Width of the glyph itself, 1 is the font size. */
  readonly width: number;
  /** A single-byte code 32, to which word spacing applies (9.3.3). */
  readonly wordSpace: boolean;
}

export interface TextFont {
  readonly vertical: boolean;
  glyphs(string: Uint8Array): readonly Glyph[];
}

/** /ToUnicode; undefined when there is none that can be read. */
export async function toUnicode(file: PdfFile, font: PdfDict): Promise<CMap | undefined> {
  try {
    const stream = await file.resolve(font.get('ToUnicode'));
    return stream instanceof PdfStream ? CMap.parse(await file.streamData(stream)) : undefined;
  } catch (error) {
    if (error instanceof YqError) return undefined;
    throw error;
  }
}

/** Writers put U+0000 and U+FFFD where they don't know. */
export const usable = (text: string | undefined): string | undefined =>
  text === undefined || text === '' || /[\u0000\ufffd]/.test(text) ? undefined : text;
