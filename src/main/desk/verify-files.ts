/** Files to be judged: chosen in a dialog or dropped on the window. Each is read once; what is judged is what is then shown. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { bytesSource } from '#core/pdf/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import { verifyPdf } from '#core/verify/index.ts';
import type { CallOutput } from '#shared/ipc.ts';
import { viewOf, type DocumentStore } from './documents.ts';
import type { DeskPorts } from './ports.ts';
import { reportView } from './views.ts';

type Judged = CallOutput<'verify:paths'>;

/** A dropped folder gives its PDFs, one level deep. */
const MAX_FILES = 1000;
/** Bytes; larger files are for the command line, which streams. */
const MAX_BYTES = 512 * 1024 * 1024;

export interface VerifyFiles {
  choose(): Promise<Judged>;
  paths(paths: readonly string[]): Promise<Judged>;
  exportReport(handle: string): Promise<{ path: string | null }>;
  saveAs(handle: string): Promise<{ path: string | null }>;
}

async function expand(paths: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const info = await stat(path).catch(() => undefined);
    if (!info) throw new YqError('SIGN_INPUT', { params: { file: basename(path) } });
    if (info.isDirectory()) {
      const names = (await readdir(path)).filter((n) => extname(n).toLowerCase() === '.pdf').sort();
      files.push(...names.map((n) => join(path, n)));
    } else files.push(path);
  }
  return files.slice(0, MAX_FILES);
}

export function createVerifyFiles(
  ports: DeskPorts,
  documents: DocumentStore,
  trust: () => Promise<TrustMaterial>,
): VerifyFiles {
  const judge = async (path: string): Promise<Judged[number]> => {
    const name = basename(path);
    const info = await stat(path).catch(() => undefined);
    if (!info?.isFile()) throw new YqError('SIGN_INPUT', { params: { file: name } });
    if (info.size > MAX_BYTES) throw new YqError('PDF_LIMIT', { params: { where: `${info.size} bytes` } });
    const bytes = new Uint8Array(
      await readFile(path).catch((cause: unknown) => {
        throw new YqError('SIGN_INPUT', { params: { file: name }, cause });
      }),
    );
    const held = documents.add(name, bytes);
    held.report = reportView(await verifyPdf(bytesSource(bytes), { name, trust: await trust(), at: ports.now() }));
    return { document: viewOf(held), report: held.report };
  };
  const paths = async (given: readonly string[]): Promise<Judged> => {
    const judged: Judged = [];
    for (const path of await expand(given)) judged.push(await judge(path));
    return judged;
  };
  const find = (handle: string) => {
    const held = documents.get(handle);
    if (!held) throw new YqError('DOCUMENT_CLOSED');
    return held;
  };
  const save = async (suggested: string, kind: 'pdf' | 'json', content: Uint8Array | string) => {
    const path = await ports.dialogs.saveFile(suggested, kind);
    if (path === undefined) return { path: null };
    try {
      await writeFile(path, content);
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? 'I/O';
      throw new YqError('SIGN_OUTPUT', { params: { file: basename(path), reason }, cause });
    }
    return { path };
  };
  return {
    choose: async () => paths(await ports.dialogs.openPdfFiles()),
    paths,
    exportReport: async (handle) => {
      const held = find(handle);
      if (!held.report) throw new YqError('DOCUMENT_CLOSED', { detail: 'no report' });
      const suggested = `${basename(held.name, extname(held.name))}-report.json`;
      return save(suggested, 'json', `${JSON.stringify(held.report, null, 2)}\n`);
    },
    saveAs: async (handle) => {
      const held = find(handle);
      return save(held.name, 'pdf', held.bytes);
    },
  };
}
