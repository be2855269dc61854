/** qpdf, MuPDF and poppler asked about a file's structure and its signatures. */
import { spawnSync } from 'node:child_process';

const run = (command: string, args: readonly string[]): { stdout: string; stderr: string; failed: boolean } => {
  const { stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 });
  return { stdout: stdout ?? '', stderr: stderr ?? '', failed: error !== undefined };
};

const absent = ['qpdf', 'mutool', 'pdfsig', 'pdftoppm'].filter((tool) => run(tool, ['--version']).failed);
export const toolsMissing = absent.length === 0 ? undefined : `${absent.join(', ')} not installed`;
if (toolsMissing !== undefined) console.warn(`SKIPPED: PDF structure with qpdf, MuPDF and poppler: ${toolsMissing}`);

/** How many lines each of the two complains in. */
export function complaints(file: string): { readonly qpdf: number; readonly mutool: number } {
  const check = run('qpdf', ['--check', file]);
  const warnings = `${check.stdout}\n${check.stderr}`
    .split('\n')
    .filter((line) => /WARNING|ERROR|\berror:/i.test(line));
  const info = run('mutool', ['info', file])
    .stderr.split('\n')
    .filter((line) => line.trim() !== '');
  return { qpdf: warnings.length, mutool: info.length };
}

export interface SeenSignature {
  readonly field: string;
  readonly valid: boolean;
  readonly wholeFile: boolean;
}

/** What poppler's pdfsig says of each signature, in its order. */
export function pdfsig(file: string): SeenSignature[] {
  return run('pdfsig', ['-nocert', file])
    .stdout.split(/^Signature #\d+:$/m)
    .slice(1)
    .map((text) => ({
      field: /Signature Field Name: (.*)/.exec(text)?.[1] ?? '',
      valid: text.includes('Signature Validation: Signature is Valid'),
      wholeFile: text.includes('Total document signed'),
    }));
}

/** A page as poppler or MuPDF shows it: RGB samples, rows from the top. */
export interface Shown {
  readonly width: number;
  readonly height: number;
  readonly samples: Uint8Array;
}

export function render(tool: 'poppler' | 'mupdf', file: string, page: number, dpi: number): Shown {
  const { stdout } =
    tool === 'poppler'
      ? spawnSync('pdftoppm', ['-r', String(dpi), '-f', String(page), '-l', String(page), '-cropbox', file], big)
      : spawnSync('mutool', ['draw', '-q', '-r', String(dpi), '-F', 'ppm', '-o', '-', file, String(page)], big);
  const header = /^P6\s+(?:#.*\s+)?(\d+)\s+(\d+)\s+255\s/.exec(stdout.subarray(0, 100).toString('latin1'));
  if (header === null) throw new Error(`${tool} showed nothing of page ${page}`);
  return {
    width: Number(header[1]),
    height: Number(header[2]),
    samples: new Uint8Array(stdout.subarray(header[0].length)),
  };
}
const big = { maxBuffer: 256 << 20, timeout: 60_000 };
