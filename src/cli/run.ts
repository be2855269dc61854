/** Runs one command and turns whatever happens into words, a code and an exit status; a stack trace never leaves this file. */
import { asYqError, type YqError } from '#core/errors/index.ts';
import { checkLanguageOption, chooseLanguage, parseInvocation, UsageError, type Invocation } from './arguments.ts';
import { audit } from './commands/audit.ts';
import { diagnose } from './commands/diagnose.ts';
import { exportGrading } from './commands/export.ts';
import { evidence } from './commands/evidence.ts';
import { extend } from './commands/extend.ts';
import { fields } from './commands/fields.ts';
import { seal } from './commands/seal.ts';
import { sign } from './commands/sign.ts';
import { tokens } from './commands/tokens.ts';
import { verify } from './commands/verify.ts';
import { EXIT, wireError } from './outcome.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { helpText, type CommandName } from './usage.ts';

type Command = (invocation: Invocation, terminal: Terminal) => Promise<number>;
const commands: Readonly<Record<CommandName, Command>> = {
  tokens,
  sign,
  fields,
  export: exportGrading,
  extend,
  seal,
  verify,
  evidence,
  audit,
  diagnose,
};

export interface CliProcess {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `args` without node and script; gives the exit status. Never rejects. */
export async function runCli(args: readonly string[], { stdin, stdout, stderr, env }: CliProcess): Promise<number> {
  const lang = chooseLanguage(args, env, Intl.DateTimeFormat().resolvedOptions().locale);
  const terminal = processTerminal({ stdin, stdout, stderr }, env, { lang, json: args.includes('--json') });
  try {
    const parsed = parseInvocation(args);
    if (parsed.kind === 'help') {
      stdout.write(helpText(lang, parsed.command));
      return args.length === 0 ? EXIT.usage : EXIT.ok;
    }
    checkLanguageOption(parsed.invocation);
    return await commands[parsed.invocation.command](parsed.invocation, terminal);
  } catch (e) {
    if (e instanceof UsageError) {
      stderr.write(`yiqian: ${e.words[lang]}\n`);
      const topic = e.command === undefined ? '' : `${e.command} `;
      stderr.write(`${{ zh: '用法见', en: 'See' }[lang]}: yiqian ${topic}--help\n`);
      return EXIT.usage;
    }
    reportError(asYqError(e, 'INTERNAL'), terminal, stderr);
    return EXIT.failed;
  }
}

function reportError(error: YqError, terminal: Terminal, stderr: NodeJS.WritableStream): void {
  const { what, next } = error.text(terminal.lang);
  if (terminal.json) {
    terminal.printJson({ error: wireError(error) });
    return;
  }
  stderr.write(`${what}\n${next}\n(${error.message})\n`);
}
