/** The PDFs below a folder. */
import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { YqError } from '#core/errors/index.ts';

export interface FolderFile {
  /** Path below the folder, with `/` between its parts on every system. */
  readonly name: string;
  readonly path: string;
  /** Bytes, when it was listed. */
  readonly size: number;
}

export interface WalkOptions {
  readonly signal?: AbortSignal;
  /** Files after which the walk ends; default 100 000. */
  readonly limit?: number;
}

const MAX_FILES = 100_000;

/**
 * Every `*.pdf` below `folder`, in order of name. Links are not followed: one that points upwards would never end. Folders below that
 * cannot be read are left out; `folder` itself must be readable (FOLDER_UNREADABLE). Throws SIGN_CANCELLED when aborted.
 */
export async function listPdfFiles(folder: string, options: WalkOptions = {}): Promise<readonly FolderFile[]> {
  const { signal, limit = MAX_FILES } = options;
  const files: FolderFile[] = [];
  const walk = async (below: string): Promise<void> => {
    const entries = await readdir(join(folder, below), { withFileTypes: true }).catch((cause: unknown) => {
      if (below !== '') return [];
      const reason = (cause as NodeJS.ErrnoException).code ?? 'I/O';
      throw new YqError('FOLDER_UNREADABLE', { params: { folder: basename(folder), reason }, cause });
    });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (signal?.aborted) throw new YqError('SIGN_CANCELLED');
      if (files.length >= limit) return;
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) await walk(name);
      else if (entry.isFile() && extname(entry.name).toLowerCase() === '.pdf') {
        const path = join(folder, name);
        const size = await stat(path).then(
          (s) => s.size,
          () => 0, // gone meanwhile: the judge will say so
        );
        files.push({ name, path, size });
      }
    }
  };
  await walk('');
  return files;
}
