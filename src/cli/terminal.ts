/** The terminal as the commands see it, so that tests can hand in their own. Results go to `out`, everything else to `err`. */
import { YqError, type Language } from '#core/errors/index.ts';
import type { Words } from './usage.ts';

export interface Terminal {
  readonly lang: Language;
  readonly json: boolean;
  readonly interactive: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  print(line: string): void;
  /** One machine-readable result. */
  printJson(value: unknown): void;
  note(words: Words): void;
  warn(words: Words): void;
  askHidden(prompt: Words): Promise<string>;
  readAll(): Promise<string>;
}

interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

export function processTerminal(
  { stdin, stdout, stderr }: Streams,
  env: Terminal['env'],
  { lang, json }: { readonly lang: Language; readonly json: boolean },
): Terminal {
  return {
    lang,
    json,
    env,
    interactive: stdin.isTTY === true,
    print: (line) => stdout.write(`${printable(line)}\n`),
    printJson: (value) => stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    note: (words) => {
      if (!json) stderr.write(`${printable(words[lang])}\n`);
    },
    warn: (words) => stderr.write(`${{ zh: '注意', en: 'Note' }[lang]}: ${printable(words[lang])}\n`),
    askHidden: (prompt) => askHidden(stdin, stderr, prompt[lang]),
    readAll: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array | string));
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}

/** Controls of terminals, ends of lines and of writing directions. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Names in files and certificates are written by strangers: they must not be able to write lines of their own. */
export const printable = (line: string): string =>
  line.replace(UNPRINTABLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

const ENTER = new Set(['\r', '\n', '\u0004']);
const ERASE = new Set(['\u007f', '\b']);
const INTERRUPT = '\u0003';

function askHidden(stdin: NodeJS.ReadStream, stderr: NodeJS.WritableStream, prompt: string): Promise<string> {
  stderr.write(prompt);
  return new Promise((resolve, reject) => {
    let typed = '';
    const wasRaw = stdin.isRaw;
    const finish = (): void => {
      stdin.off('data', onData);
      stdin.setRawMode(wasRaw);
      stdin.pause();
      stderr.write('\n');
    };
    const onData = (data: string): void => {
      for (const key of data) {
        if (key === INTERRUPT) {
          finish();
          return reject(new YqError('SIGN_CANCELLED'));
        }
        if (ENTER.has(key)) {
          finish();
          return resolve(typed);
        }
        typed = ERASE.has(key) ? typed.slice(0, -1) : typed + key;
      }
    };
    stdin.setRawMode(true);
    stdin.setEncoding('utf8');
    stdin.on('data', onData);
    stdin.resume();
  });
}
