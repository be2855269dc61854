/** Where the password of an encrypted PDF comes from: a file, standard input, or the terminal without echo. Never an argument. */
import { readFile, stat } from 'node:fs/promises';
import { isYqError } from '#core/errors/index.ts';
import { fileSource, readPdf } from '#core/pdf/index.ts';
import { UsageError } from './arguments.ts';
import type { Terminal } from './terminal.ts';

/** The first line of the file, without its line end; undefined when no file was named. */
export async function readPassword(file: string | undefined, terminal: Terminal): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const firstLine = (text: string): string => text.replace(/^\ufeff/, '').split(/\r?\n/, 1)[0] ?? '';
  if (file === '-') return firstLine(await terminal.readAll());
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`密码文件“${file}”读不出来。`, `The password file "${file}" cannot be read.`);
  });
  const { mode } = await stat(file);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    terminal.warn({
      zh: `密码文件“${file}”别的用户也能读；请用 chmod 600 收紧权限。`,
      en: `Other users can read the password file "${file}"; tighten it with chmod 600.`,
    });
  }
  return firstLine(text);
}

/**
 * The password for one document: from the file, else asked for where there is a terminal and the document needs one.
 * @throws PDF_ENCRYPTED, PDF_PASSWORD and whatever else reading the document may end in, before anybody types a PIN
 */
export async function passwordFor(
  document: string,
  file: string | undefined,
  terminal: Terminal,
): Promise<string | undefined> {
  const given = await readPassword(file, terminal);
  const source = await fileSource(document);
  try {
    await readPdf(source, { password: given });
    return given;
  } catch (e) {
    if (!isYqError(e) || e.code !== 'PDF_ENCRYPTED' || !terminal.interactive) throw e;
    const typed = await terminal.askHidden({ zh: '请输入 PDF 文件的密码：', en: 'Password of the PDF: ' });
    await readPdf(source, { password: typed });
    return typed;
  } finally {
    await source.close();
  }
}
