/**
 * What a form draws, apart from where and how large: its operators with names followed to the objects they stand for, and the text it
 * shows. A strip and the whole picture it is cut from come to the same.
 */
import { createHash, toHex } from '#core/crypto/index.ts';
import { ContentLexer, isArray, PdfDict, PdfName, PdfRef, PdfStream } from '#core/pdf/index.ts';
import type { Operand, PdfFile, PdfObject } from '#core/pdf/index.ts';

const MAX_OPERATORS = 200_000;
const MAX_DEPTH = 8;
/** Which resource an operator's name means. */
const CATEGORY: Readonly<Record<string, string>> = { Do: 'XObject', Tf: 'Font', gs: 'ExtGState', sh: 'Shading' };
/** Placing and saving: a drawing is the same wherever it stands. */
const PLACING: ReadonlySet<string> = new Set(['q', 'Q', 'cm', 'Td', 'TD', 'Tm', 'TL', 'Tc']);

/** A digest of the drawing; undefined when it can't be read or is too much. */
export async function drawingOf(file: PdfFile, form: PdfRef): Promise<string | undefined> {
  try {
    const out: string[] = [];
    return (await collect(file, form, out, 0))
      ? toHex(
          createHash('sha256')
            .update(encoder.encode(out.join('\n')))
            .digest(),
        )
      : undefined;
  } catch {
    return undefined;
  }
}

const encoder = new TextEncoder();

async function collect(file: PdfFile, written: PdfRef, out: string[], depth: number): Promise<boolean> {
  const form = await file.resolve(written);
  if (!(form instanceof PdfStream) || depth > MAX_DEPTH) return false;
  const resources = await file.resolve(form.dict.get('Resources'));
  const lexer = new ContentLexer(await file.streamData(form));
  for (let operator = lexer.next(); operator !== undefined; operator = lexer.next()) {
    if (out.length > MAX_OPERATORS) return false;
    if (PLACING.has(operator)) continue;
    const category = CATEGORY[operator];
    const [first] = lexer.operands;
    const target =
      category !== undefined && first instanceof PdfName
        ? await entry(file, resources, category, first.value)
        : undefined;
    if (operator === 'Do' && target instanceof PdfRef && (await isForm(file, target))) {
      if (!(await collect(file, target, out, depth + 1))) return false;
      continue;
    }
    const what = target === undefined ? texts(lexer.operands) : target instanceof PdfRef ? `${target.num} R` : 'direct';
    out.push(`${operator} ${what}`);
  }
  return true;
}

async function isForm(file: PdfFile, ref: PdfRef): Promise<boolean> {
  const object = await file.resolve(ref);
  return object instanceof PdfStream && object.dict.name('Subtype') === 'Form';
}

async function entry(
  file: PdfFile,
  resources: PdfObject,
  category: string,
  key: string,
): Promise<PdfObject | undefined> {
  const entries = resources instanceof PdfDict ? await file.resolve(resources.get(category)) : null;
  return entries instanceof PdfDict ? entries.get(key) : undefined;
}

/** Operands as written; a font's size goes with its name, which was followed. */
function texts(operands: readonly Operand[]): string {
  return operands
    .map((operand): string => {
      if (operand instanceof Uint8Array) return toHex(operand);
      if (operand instanceof PdfName) return `/${operand.value}`;
      if (typeof operand === 'number') return String(operand);
      return isArray(operand as PdfObject) ? `[${texts(operand as readonly Operand[])}]` : '';
    })
    .join(' ');
}
