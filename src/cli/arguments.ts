/** Parses the arguments by the table of usage.ts. Every mistake is a UsageError with one clear line in both languages. */
import { parseArgs } from 'node:util';
import type { Language } from '#core/errors/index.ts';
import {
  COMMANDS,
  COMMON_OPTIONS,
  isCommand,
  type CommandName,
  type CommandSpec,
  type OptionSpec,
  type Words,
} from './usage.ts';

export class UsageError extends Error {
  readonly words: Words;
  readonly command: CommandName | undefined;
  constructor(zh: string, en: string, command?: CommandName) {
    super(en);
    this.words = { zh, en };
    this.command = command;
  }
}

export interface Invocation {
  readonly command: CommandName;
  readonly operands: readonly string[];
  readonly text: Readonly<Record<string, string | undefined>>;
  readonly flags: Readonly<Record<string, boolean | undefined>>;
  /** Of options that may be given more than once. */
  readonly lists: Readonly<Record<string, readonly string[] | undefined>>;
}

export type Parsed =
  | { readonly kind: 'help'; readonly command: CommandName | undefined }
  | { readonly kind: 'run'; readonly invocation: Invocation };

/** `args` without node and script. Throws UsageError. */
export function parseInvocation(args: readonly string[]): Parsed {
  const [first, ...rest] = args;
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    const topic = rest.find((a) => !a.startsWith('-'));
    return { kind: 'help', command: topic !== undefined && isCommand(topic) ? topic : undefined };
  }
  if (first.startsWith('-')) {
    // `--lang en verify x.pdf` is what people type too: options before the command move behind it.
    const at = args.findIndex((a, i) => isCommand(a) && args[i - 1] !== '--out');
    const command = args[at];
    if (command === undefined) {
      if (args.some((a) => a === '--help' || a === '-h')) return { kind: 'help', command: undefined };
      throw new UsageError(`没有命令：${first}。`, `No command was given: ${first}.`);
    }
    return parseInvocation([command, ...args.slice(0, at), ...args.slice(at + 1)]);
  }
  if (!isCommand(first)) throw new UsageError(`没有“${first}”这个命令。`, `There is no command "${first}".`);
  return parseCommand(first, rest);
}

function parseCommand(command: CommandName, args: readonly string[]): Parsed {
  const spec: CommandSpec = COMMANDS[command];
  const known = { ...spec.options, ...COMMON_OPTIONS };
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  );
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({
      args: joinNegative(args, known).map((a) => (a === '-h' ? '--help' : a)),
      options,
      allowPositionals: true,
      strict: true,
    });
  } catch (e) {
    throw new UsageError(...explain(e, args, known), command);
  }
  const text: Record<string, string | undefined> = {};
  const flags: Record<string, boolean | undefined> = {};
  const lists: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(parsed.values)) {
    if (typeof value === 'string') text[name] = value;
    if (typeof value === 'boolean') flags[name] = value;
    if (Array.isArray(value)) lists[name] = value.map(String);
  }
  if (flags['help']) return { kind: 'help', command };
  const count = parsed.positionals.length;
  if (count < spec.minOperands) {
    throw new UsageError(`缺少参数：${spec.operands}。`, `Missing argument: ${spec.operands}.`, command);
  }
  if (count > spec.maxOperands) {
    const extra = parsed.positionals[spec.maxOperands] ?? '';
    throw new UsageError(`多余的参数：${extra}。`, `Unexpected argument: ${extra}.`, command);
  }
  return { kind: 'run', invocation: { command, operands: parsed.positionals, text, flags, lists } };
}

/** A negative number is a value, not an option: `--offset -5,0`, `--hit -1`. */
function joinNegative(args: readonly string[], known: Readonly<Record<string, OptionSpec>>): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1) ?? '';
    const takesText = before.startsWith('--') && known[before.slice(2)]?.type === 'string';
    if (takesText && /^-\d/.test(arg)) joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function explain(e: unknown, args: readonly string[], known: Readonly<Record<string, unknown>>): [string, string] {
  const code = typeof e === 'object' && e !== null && 'code' in e ? e.code : undefined;
  const nameOf = (arg: string): string => arg.replace(/^--?/, '').replace(/=.*$/s, '');
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    // A mistyped option is named, but never its value: somebody may have tried to hand over a PIN.
    const bad = args.find((a) => a.startsWith('-') && a !== '-' && !Object.hasOwn(known, nameOf(a))) ?? '';
    if (nameOf(bad) === 'pin') {
      return [
        'PIN 不能写在命令行上（别的程序看得到）；请用 --pin-file，或在终端输入。',
        'A PIN may not stand on the command line, where other programs can read it; use --pin-file or type it when asked.',
      ];
    }
    if (nameOf(bad) === 'password') {
      return [
        '密码不能写在命令行上（别的程序看得到）；请用 --password-file，或在终端输入。',
        'A password may not stand on the command line, where other programs can read it; use --password-file.',
      ];
    }
    return [`没有选项“--${nameOf(bad)}”。`, `There is no option "--${nameOf(bad)}".`];
  }
  const bad = args.find((a, i) => a.startsWith('--') && Object.hasOwn(known, nameOf(a)) && lacksValue(args[i + 1], a));
  return [`选项“${bad ?? ''}”缺少值或写法不对。`, `Option "${bad ?? ''}" lacks its value or is written wrongly.`];
}

const lacksValue = (next: string | undefined, arg: string): boolean =>
  arg.includes('=') || next === undefined || (next.startsWith('-') && next !== '-');

/** `--lang`, else the environment as gettext reads it, else the system's own language. */
export function chooseLanguage(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  systemLocale: string,
): Language {
  const at = args.findIndex((a) => a === '--lang' || a.startsWith('--lang='));
  const given = at < 0 ? undefined : args[at] === '--lang' ? args[at + 1] : args[at]?.slice('--lang='.length);
  if (given === 'zh' || given === 'en') return given;
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || systemLocale;
  return /^zh/i.test(locale) ? 'zh' : 'en';
}

export function checkLanguageOption(invocation: Invocation): void {
  const lang = invocation.text['lang'];
  if (lang !== undefined && lang !== 'zh' && lang !== 'en') {
    throw new UsageError(`--lang 只能是 zh 或 en。`, `--lang is either zh or en.`, invocation.command);
  }
}
