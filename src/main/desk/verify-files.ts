/**
 * Files to be judged: chosen in a dialog or dropped on the window. They stay on the disk, however large; a worker judges them, and
 * what is shown afterwards is read from the same file, as long as nobody has changed it.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { isYqError, YqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import type { VerifyReport } from '#core/verify/types.ts';
import { reportJson, reportPdf } from '#core/report/index.ts';
import type { Judged, JudgePool } from '#core/verify/folder/index.ts';
import type { CallInput, CallOutput } from '#shared/ipc.ts';
import { sourceOf, viewOf, type DocumentStore, type HeldDocument, type HeldFile } from './documents.ts';
import { attach } from './judged.ts';
import { pinFile, type PinnedFile } from './pinned-file.ts';
import type { DeskPorts } from './ports.ts';
import { saveCopy, saveFile } from './save.ts';

type JudgedFiles = CallOutput<'verify:paths'>;
type JudgedFile = JudgedFiles[number];

/** A dropped folder gives its PDFs, one level deep. */
const MAX_FILES = 1000;

export interface VerifyFiles {
  choose(): Promise<JudgedFiles>;
  paths(paths: readonly string[]): Promise<JudgedFiles>;
  judge(path: string): Promise<JudgedFile>;
  /** Judges a file without holding it for the window. */
  report(path: string): Promise<VerifyReport>;
  /** Judges an encrypted file again. Throws PDF_PASSWORD when the password does not open it. */
  unlock(handle: string, password: string): Promise<JudgedFile>;
  /** URL of the document up to the end of one of its revisions, 1-based. */
  revision(handle: string, revision: number): Promise<{ url: string }>;
  exportReport(input: CallInput<'verify:exportReport'>): Promise<{ path: string | null }>;
  saveAs(handle: string): Promise<{ path: string | null }>;
}

export interface VerifyFilesDeps {
  readonly ports: DeskPorts;
  readonly documents: DocumentStore;
  readonly trust: () => Promise<TrustMaterial>;
  readonly pool: JudgePool;
  /** TTF of the PDF report. */
  readonly font: () => Promise<Uint8Array>;
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

export function createVerifyFiles({ ports, documents, trust, pool, font }: VerifyFilesDeps): VerifyFiles {
  const judgePinned = async (file: PinnedFile, password?: string): Promise<Judged> => {
    const judged = await pool.judge({
      path: file.path,
      name: basename(file.path),
      size: file.size,
      trust: await trust(),
      at: ports.now(),
      ...(password !== undefined && { password }),
    });
    await file.check();
    return judged;
  };
  /** A file that was just being written is looked at once more, then given up. */
  const pinAndJudge = async (path: string): Promise<{ file: PinnedFile; judged: Judged }> => {
    const file = await pinFile(path);
    try {
      return { file, judged: await judgePinned(file) };
    } catch (e) {
      if (!isYqError(e) || e.code !== 'DOCUMENT_CHANGED') throw e;
      const again = await pinFile(path);
      return { file: again, judged: await judgePinned(again) };
    }
  };
  const judge = async (path: string): Promise<JudgedFile> => {
    const { file, judged } = await pinAndJudge(path);
    const held = documents.addFile(basename(path), file, judged.report.sm3);
    return { document: viewOf(held), report: attach(documents, held, judged.report, judged.revisionEnds) };
  };
  const paths = async (given: readonly string[]): Promise<JudgedFiles> =>
    Promise.all((await expand(given)).map((path) => judge(path)));
  const find = (handle: string): HeldDocument | HeldFile => {
    const held = documents.find(handle);
    if (!held) throw new YqError('DOCUMENT_CLOSED');
    return held;
  };
  return {
    choose: async () => paths(await ports.dialogs.openPdfFiles()),
    paths,
    judge,
    report: async (path) => (await pinAndJudge(path)).judged.report,
    async unlock(handle, password) {
      const held = find(handle);
      if (!('file' in held)) throw new YqError('IPC_REJECTED', { detail: 'records are not encrypted' });
      const { report, revisionEnds } = await judgePinned(held.file, password);
      const refused = report.findings.find((f) => f.code === 'PDF_PASSWORD' || f.code === 'PDF_ENCRYPTED');
      if (refused)
        throw new YqError('PDF_PASSWORD', { ...(refused.detail !== undefined && { detail: refused.detail }) });
      held.password = password;
      return { document: viewOf(held), report: attach(documents, held, report, revisionEnds) };
    },
    async revision(handle, revision) {
      const held = find(handle);
      const end = held.revisionEnds?.[revision - 1];
      if (end === undefined) throw new YqError('IPC_REJECTED', { detail: `no revision ${revision}` });
      // So that a changed file is said here, and not by an empty page.
      if ('file' in held) await held.file.check();
      return { url: documents.addFront(handle, end) };
    },
    async exportReport({ handle, kind }) {
      const held = find(handle);
      if (!held.judged) throw new YqError('DOCUMENT_CLOSED', { detail: 'no report' });
      const suggested = `${basename(held.name, extname(held.name))}-report.${kind}`;
      const content =
        kind === 'json'
          ? reportJson(held.judged)
          : await reportPdf(held.judged, {
              language: ports.settings.get().language,
              font: await font(),
              // With the evidence that is needed to check it without us.
              source: sourceOf(held),
              ...('password' in held && held.password !== undefined && { password: held.password }),
              judgedBy: `医签 Yiqian ${ports.versions.app}`,
            });
      return saveFile(ports, suggested, kind, content);
    },
    async saveAs(handle) {
      const held = find(handle);
      return saveCopy(ports, held.name, sourceOf(held), held.sm3);
    },
  };
}
