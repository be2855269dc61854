/** The PDF files that operands mean: files as they are named, and everything that ends in .pdf below a folder. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';

export interface PdfOperand {
  readonly path: string;
  /** Where it goes below an output folder: its name, or its way from the folder that was named. */
  readonly name: string;
}

/** In order of name within each folder. What cannot be looked at stays in the list: opening it will say why. */
export async function pdfFiles(operands: readonly string[]): Promise<readonly PdfOperand[]> {
  const files: PdfOperand[] = [];
  for (const operand of operands) {
    const isFolder = await stat(operand).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) files.push({ path: operand, name: basename(operand) });
    else files.push(...(await below(operand)));
  }
  return files;
}

async function below(folder: string): Promise<readonly PdfOperand[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.pdf$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path, name: relative(folder, path) }));
}
