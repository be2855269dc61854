/** A paper sheet drawn with pdf-lib. Lengths in mm from the top left corner; type sizes in points. */
import fontkit from '@cantoo/fontkit';
import {
  PDFArray,
  PDFDocument,
  PDFNumber,
  PDFOperator,
  PDFOperatorNames,
  rgb,
  beginText,
  endText,
  setFillingColor,
  setFontAndSize,
  setTextMatrix,
  type PDFFont,
  type PDFPage,
  type RGB,
} from 'pdf-lib';
import { YqError } from '#core/errors/index.ts';
import { fontBytes, type Weight } from './fonts.ts';
import { breakLines, pieces, type Line } from './text-lines.ts';

export const MM = 72 / 25.4;
export const INK = rgb(0.09, 0.1, 0.11);
export const GREY = rgb(0.42, 0.44, 0.46);

export interface TextStyle {
  readonly size: number;
  readonly weight?: Weight;
  readonly color?: RGB;
  /** Points added between characters. */
  readonly spacing?: number;
}

export class Paper {
  readonly document: PDFDocument;
  readonly #fonts: Readonly<Record<Weight, PDFFont>>;
  readonly #keys = new Map<PDFPage, Map<Weight, ReturnType<PDFPage['node']['newFontDictionary']>>>();
  readonly #characters = new Map<PDFFont, ReadonlySet<number>>();
  readonly width: number;
  readonly height: number;

  private constructor(document: PDFDocument, fonts: Record<Weight, PDFFont>, width: number, height: number) {
    this.document = document;
    this.#fonts = fonts;
    this.width = width;
    this.height = height;
  }

  static async a4(orientation: 'portrait' | 'landscape', title: string, made: Date): Promise<Paper> {
    const document = await PDFDocument.create();
    document.registerFontkit(fontkit as unknown as Parameters<PDFDocument['registerFontkit']>[0]);
    document.setTitle(title);
    document.setProducer('示范医院电子病历系统');
    document.setCreator('示范医院电子病历系统');
    document.setCreationDate(made);
    document.setModificationDate(made);
    document.setLanguage('zh-CN');
    const fonts = {
      regular: await document.embedFont(fontBytes('regular'), { subset: true }),
      bold: await document.embedFont(fontBytes('bold'), { subset: true }),
    };
    const [width, height] = orientation === 'portrait' ? [210, 297] : [297, 210];
    return new Paper(document, fonts, width, height);
  }

  page(): PDFPage {
    return this.document.addPage([this.width * MM, this.height * MM]);
  }

  async bytes(): Promise<Uint8Array> {
    return this.document.save({ useObjectStreams: true });
  }

  /** Points. */
  widthOf(text: string, style: TextStyle): number {
    const font = this.#fonts[style.weight ?? 'regular'];
    return font.widthOfTextAtSize(text, style.size) + (style.spacing ?? 0) * Math.max(0, [...text].length - 1);
  }

  lines(text: string, style: TextStyle, measure: number, firstIndent: number, justify = true): Line[] {
    const all = pieces(text, (t) => this.widthOf(t, style));
    return breakLines(all, measure * MM, firstIndent * MM, justify);
  }

  /** Baseline at y. */
  text(
    page: PDFPage,
    x: number,
    y: number,
    text: string,
    style: TextStyle,
    align: 'left' | 'center' | 'right' = 'left',
  ): void {
    const width = this.widthOf(text, style) / MM;
    const left = align === 'left' ? x : align === 'center' ? x - width / 2 : x - width;
    const characters = (style.spacing ?? 0) === 0 ? [text] : [...text];
    const line: Line = { pieces: characters.map((c) => ({ text: c, width: 0 })), gap: style.spacing ?? 0, indent: 0 };
    this.line(page, left, y, line, style);
  }

  /** Shows a broken line with one TJ, so that a viewer's search finds words across pieces. */
  line(page: PDFPage, x: number, y: number, line: Line, style: TextStyle): void {
    const weight = style.weight ?? 'regular';
    const font = this.#fonts[weight];
    const shown = PDFArray.withContext(this.document.context);
    for (const [i, piece] of line.pieces.entries()) {
      if (i > 0 && line.gap !== 0) shown.push(PDFNumber.of(Number(((-line.gap * 1000) / style.size).toFixed(2))));
      shown.push(font.encodeText(this.#known(piece.text, font)));
    }
    const left = x * MM + line.indent;
    page.pushOperators(
      beginText(),
      setFillingColor(style.color ?? INK),
      setFontAndSize(this.#key(page, weight), style.size),
      setTextMatrix(1, 0, 0, 1, round(left), round((this.height - y) * MM)),
      PDFOperator.of(PDFOperatorNames.ShowTextAdjusted, [shown]),
      endText(),
    );
  }

  rule(page: PDFPage, x1: number, y1: number, x2: number, y2: number, points = 0.6, color: RGB = INK): void {
    page.drawLine({
      start: { x: x1 * MM, y: (this.height - y1) * MM },
      end: { x: x2 * MM, y: (this.height - y2) * MM },
      thickness: points,
      color,
    });
  }

  /** A character that the font lacks would be printed as a box. */
  #known(text: string, font: PDFFont): string {
    let known = this.#characters.get(font);
    if (known === undefined) {
      known = new Set(font.getCharacterSet());
      this.#characters.set(font, known);
    }
    for (const c of text)
      if (!known.has(c.codePointAt(0) ?? 0)) throw new YqError('RECORD_TEXT_UNPRINTABLE', { params: { character: c } });
    return text;
  }

  #key(page: PDFPage, weight: Weight): ReturnType<PDFPage['node']['newFontDictionary']> {
    let keys = this.#keys.get(page);
    if (keys === undefined) {
      keys = new Map();
      this.#keys.set(page, keys);
    }
    let key = keys.get(weight);
    if (key === undefined) {
      key = page.node.newFontDictionary(weight === 'bold' ? 'B' : 'R', this.#fonts[weight].ref);
      keys.set(weight, key);
    }
    return key;
  }
}

const round = (n: number): number => Math.round(n * 100) / 100;
