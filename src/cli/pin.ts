/** Where the PIN comes from: a file, standard input, or the terminal without echo. Never an argument, never the environment. */
import { readFile, stat } from 'node:fs/promises';
import { UsageError } from './arguments.ts';
import type { Terminal } from './terminal.ts';

const firstLine = (text: string): string => text.split(/\r?\n/, 1)[0] ?? '';

export async function readPin(file: string | undefined, label: string, terminal: Terminal): Promise<string> {
  const pin = file === undefined ? await askPin(label, terminal) : await pinFromFile(file, terminal);
  if (pin === '') throw new UsageError('PIN 是空的。', 'The PIN is empty.', 'sign');
  return pin;
}

async function pinFromFile(file: string, terminal: Terminal): Promise<string> {
  if (file === '-') return firstLine(await terminal.readAll());
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`PIN 文件“${file}”读不出来。`, `The PIN file "${file}" cannot be read.`, 'sign');
  });
  const mode = (await stat(file)).mode;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    terminal.warn({
      zh: `PIN 文件“${file}”别的用户也能读；请用 chmod 600 收紧权限。`,
      en: `Other users can read the PIN file "${file}"; tighten it with chmod 600.`,
    });
  }
  return firstLine(text);
}

async function askPin(label: string, terminal: Terminal): Promise<string> {
  if (!terminal.interactive) {
    throw new UsageError(
      '没有终端可以询问 PIN；请用 --pin-file（“-”为标准输入）。',
      'There is no terminal to ask for the PIN; use --pin-file ("-" for standard input).',
      'sign',
    );
  }
  return await terminal.askHidden({ zh: `请输入密钥“${label}”的 PIN：`, en: `PIN of token "${label}": ` });
}
