/** qpdf, MuPDF and poppler asked about a file's structure and its signatures. */
import { spawnSync } from 'node:child_process';

const run = (command: string, args: readonly string[]): { stdout: string; stderr: string; failed: boolean } => {
  const { stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 });
  return { stdout: stdout ?? '', stderr: stderr ?? '', failed: error !== undefined };
};

const absent = ['qpdf', 'mutool', 'pdfsig', 'pdftoppm'].filter((tool) => run(tool, ['--version']).failed);
export const toolsMissing = absent.length === 0 ? undefined : `${absent.join(', ')} not installed`;
if (toolsMissing !== undefined) console.warn(`SKIPPED: PDF structure with qpdf, MuPDF and poppler: ${toolsMissing}`);

/** How many lines each of the two complains in. @param password of an encrypted file */
export function complaints(file: string, password = ''): { readonly qpdf: number; readonly mutool: number } {
  // Both complain on standard error, and say there nothing else.
  const lines = ({ stderr }: { stderr: string }): number => stderr.split('\n').filter((l) => l.trim() !== '').length;
  return {
    qpdf: lines(run('qpdf', ['--check', `--password=${password}`, file])),
    mutool: lines(run('mutool', ['info', '-p', password, file])),
  };
}

export interface SeenSignature {
  readonly field: string;
  readonly valid: boolean;
  readonly wholeFile: boolean;
}

/** What poppler's pdfsig says of each signature, in its order. @param passwords options such as `-upw`, `secret` */
export function pdfsig(file: string, ...passwords: readonly string[]): SeenSignature[] {
  return run('pdfsig', ['-nocert', ...passwords, file])
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

export function render(tool: 'poppler' | 'mupdf', file: string, page: number, dpi: number, password = ''): Shown {
  const { stdout } =
    tool === 'poppler'
      ? spawnSync('pdftoppm', ['-upw', password, '-r', String(dpi), ...only(page), '-cropbox', file], big)
      : spawnSync(
          'mutool',
          ['draw', '-q', '-p', password, '-r', String(dpi), '-F', 'ppm', '-o', '-', file, String(page)],
          big,
        );
  const header = /^P6\s+(?:#.*\s+)?(\d+)\s+(\d+)\s+255\s/.exec(stdout.subarray(0, 100).toString('latin1'));
  if (header === null) throw new Error(`${tool} showed nothing of page ${page}`);
  return {
    width: Number(header[1]),
    height: Number(header[2]),
    samples: new Uint8Array(stdout.subarray(header[0].length)),
  };
}
const only = (page: number): string[] => ['-f', String(page), '-l', String(page)];
const big = { maxBuffer: 256 << 20, timeout: 60_000 };
