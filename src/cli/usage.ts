/** What the command line understands: one table of commands and options, from which parsing and --help both come. */
import type { Language } from '#core/errors/index.ts';
import { PLACEMENT_OPTIONS } from './placement-options.ts';
import { SEAL_OPTIONS, SEAL_USE_OPTIONS } from './seal-options.ts';

export interface Words {
  readonly zh: string;
  readonly en: string;
}

export interface OptionSpec extends Words {
  readonly type: 'string' | 'boolean';
  /** Shown in the help behind the option's name. */
  readonly value?: string;
  /** May be given more than once. */
  readonly multiple?: boolean;
}

export interface CommandSpec extends Words {
  /** How the arguments are written, without options. */
  readonly operands: string;
  readonly minOperands: number;
  readonly maxOperands: number;
  readonly options: Readonly<Record<string, OptionSpec>>;
}

const text = (value: string, zh: string, en: string): OptionSpec => ({ type: 'string', value, zh, en });
const flag = (zh: string, en: string): OptionSpec => ({ type: 'boolean', zh, en });

/** Of every command that reads a PDF. */
export const PASSWORD_FILE: OptionSpec = text(
  'FILE',
  '存有 PDF 打开密码的文件，“-”为标准输入',
  'file that holds the password of an encrypted PDF, "-" for standard input',
);

/** Options of every command. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  json: flag('结果以 JSON 输出', 'print the result as JSON'),
  lang: text('zh|en', '输出语言（默认取自 LANG）', 'language of the output (default: from LANG)'),
  help: flag('显示本说明', 'show this help'),
};

export const COMMANDS = {
  tokens: {
    zh: '列出驱动、密钥和证书',
    en: 'list drivers, tokens and certificates',
    operands: '',
    minOperands: 0,
    maxOperands: 0,
    options: {},
  },
  sign: {
    zh: '用密钥签署一份 PDF',
    en: 'sign a PDF with a token',
    operands: 'IN.pdf',
    minOperands: 1,
    maxOperands: 1,
    options: {
      out: text('OUT.pdf', '签署后的文件（必填）', 'the signed file (required)'),
      token: text(
        'NAME',
        '密钥的名称、序列号或标识（只有一把时可省）',
        'label, serial or id of the token (may be left out when there is one)',
      ),
      key: text(
        'SERIAL',
        '签名证书的序列号（只有一张时可省）',
        'serial number of the signing certificate (may be left out when there is one)',
      ),
      'pin-file': text(
        'FILE',
        '存有 PIN 的文件，“-”为标准输入；不给则在终端询问',
        'file that holds the PIN, "-" for standard input; else asked on the terminal',
      ),
      'password-file': PASSWORD_FILE,
      image: text('PNG', '签章或手写签名图片', 'picture of a seal or of handwriting'),
      ...SEAL_USE_OPTIONS,
      ...PLACEMENT_OPTIONS,
      reason: text('TEXT', '签署原因', 'reason for signing'),
      location: text('TEXT', '签署地点', 'place of signing'),
      tsa: text('URL', '时间戳服务地址', 'address of the time stamp service'),
      level: text(
        'b|t|lt|lta',
        '签名级别：b 不加时间戳，t 加时间戳，lt 补入验证资料，lta 再加存档时间戳（默认：有 --tsa 为 t，否则为 b）',
        'level: b without a time stamp, t with one, lt with validation data, lta with an archive time stamp over that (default: t with --tsa, else b)',
      ),
      trust: text(
        'DIR',
        '受信任证书所在文件夹（默认 YIQIAN_HOME/trust）',
        'folder of trusted certificates (default: YIQIAN_HOME/trust)',
      ),
      force: flag('允许覆盖已有的输出文件', 'allow replacing an existing output file'),
    },
  },
  extend: {
    zh: '让已签署的 PDF 长期有效：补入验证资料，加盖或续期存档时间戳',
    en: 'make signed PDF files last: validation data, archive time stamp, renewal',
    operands: 'FILE|FOLDER…',
    minOperands: 1,
    maxOperands: 100_000,
    options: {
      level: text(
        'lt|lta',
        'lt：补入验证资料；lta（默认）：再加盖存档时间戳',
        'lt: add validation data; lta (default): and an archive time stamp over it',
      ),
      out: text('OUT.pdf', '一份文件的输出', 'the output of one file'),
      'out-dir': text('DIR', '多份文件的输出文件夹', 'folder of the output of several files'),
      'in-place': flag('就地替换原文件', 'replace the files themselves'),
      'renew-within': text(
        'DAYS',
        '存档时间戳在这些天之后才需续期的文件不动',
        'leave files alone whose archive time stamp need not be renewed within so many days',
      ),
      tsa: text('URL', '时间戳服务地址（lta 必填）', 'address of the time stamp service (required for lta)'),
      'tsa-digest': text('sm3|sha256', '时间戳的摘要算法（默认 sm3）', 'digest for the time stamp (default: sm3)'),
      'password-file': PASSWORD_FILE,
      trust: text(
        'DIR',
        '受信任证书所在文件夹（默认 YIQIAN_HOME/trust）',
        'folder of trusted certificates (default: YIQIAN_HOME/trust)',
      ),
      force: flag('允许覆盖已有的输出文件', 'allow replacing existing output files'),
    },
  },
  fields: {
    zh: '列出签名域；在第一个人签署之前添加空白签名域',
    en: 'list signature fields; add empty ones before anybody signs',
    operands: 'IN.pdf',
    minOperands: 1,
    maxOperands: 1,
    options: {
      add: {
        ...text(
          'NAME@PAGE:X,Y,W,H',
          '添加一个空白签名域（毫米，可多次使用）',
          'add an empty field, lengths in mm (may be used more than once)',
        ),
        multiple: true,
      },
      out: text('OUT.pdf', '添加后的文件', 'the file with the added fields'),
      'password-file': PASSWORD_FILE,
      force: flag('允许覆盖已有的输出文件', 'allow replacing an existing output file'),
    },
  },
  seal: {
    zh: '电子印章：制作、查看、验证',
    en: 'electronic seals: make, show, verify',
    operands: 'make|show|verify [X.esl…]',
    minOperands: 1,
    maxOperands: 1000,
    options: SEAL_OPTIONS,
  },
  verify: {
    zh: '验证 PDF 中的全部签名；文件夹则逐个验证',
    en: 'verify every signature in PDF files, or in all PDFs below a folder',
    operands: 'FILE|DIR…',
    minOperands: 1,
    maxOperands: 100_000,
    options: {
      csv: text('FILE.csv', '另存一张表', 'write a table of all files too'),
      report: text('FILE.pdf', '另存 PDF 验证报告（只限一个文件）', 'write a report as PDF too (one file only)'),
      'password-file': PASSWORD_FILE,
      trust: text(
        'DIR',
        '受信任证书所在文件夹（默认 YIQIAN_HOME/trust）',
        'folder of trusted certificates (default: YIQIAN_HOME/trust)',
      ),
    },
  },
  evidence: {
    zh: '知情同意的证据包：查看抬头；由证据保管人打开，并与签署的文件核对',
    en: 'evidence of a consent form: show its header; opened by the escrow holder, held against the signed form',
    operands: 'show|open PACKAGE.p7m',
    minOperands: 2,
    maxOperands: 2,
    options: {
      key: text('FILE', '证据保管私钥文件（PKCS#8，open 必填）', 'file of the escrow key, PKCS#8 (required for open)'),
      out: text('DIR', '存放打开后内容的新文件夹（open 必填）', 'new folder for what is inside (required for open)'),
      pdf: text('FORM.pdf', '签署的同意书，核对二者是否属于同一次签署', 'the signed form that it is held against'),
      backend: text(
        'URL',
        '在病历服务登记这次打开；登记不成则不打开',
        'record service that is told of the opening; unless it is, nothing is opened',
      ),
      'secret-file': text(
        'FILE',
        '存有病历服务管理密钥的文件，“-”为标准输入',
        'file that holds the administration secret of the record service, "-" for standard input',
      ),
      holder: text('NAME', '打开的人（有 --backend 时必填）', 'who opens it (required with --backend)'),
      purpose: text('TEXT', '打开的事由（有 --backend 时必填）', 'why it is opened (required with --backend)'),
      trust: text(
        'DIR',
        '受信任证书所在文件夹（默认 YIQIAN_HOME/trust）',
        'folder of trusted certificates (default: YIQIAN_HOME/trust)',
      ),
    },
  },
  audit: {
    zh: '审计记录：验证一份导出文件或病历服务的副本；从病历服务导出',
    en: 'audit record: verify an export or the record service’s copy; export from the record service',
    operands: 'verify|export [FILE.jsonl]',
    minOperands: 1,
    maxOperands: 2,
    options: {
      backend: text(
        'URL',
        '病历服务地址：验证它的副本，或用它的副本核对文件',
        'record service whose copy is verified, or held against the file',
      ),
      'secret-file': text(
        'FILE',
        '存有病历服务管理密钥的文件，“-”为标准输入',
        'file that holds the administration secret of the record service, "-" for standard input',
      ),
      desk: text('ID', '只看这一条链（默认全部）', 'only this chain (default: all)'),
      out: text('FILE.jsonl', 'export 的输出文件', 'output of export'),
      trust: text(
        'DIR',
        '受信任证书所在文件夹（默认 YIQIAN_HOME/trust）',
        'folder of trusted certificates (default: YIQIAN_HOME/trust)',
      ),
      force: flag('允许覆盖已有的输出文件', 'allow replacing an existing output file'),
    },
  },
  export: {
    zh: '从病历服务导出分级评价所数的签名记录与修改记录',
    en: 'export what grading inspections count: signature and modification records of the record service',
    operands: '',
    minOperands: 0,
    maxOperands: 0,
    options: {
      grading: flag(
        '电子病历分级评价 01.06.5、01.06.6（必填）',
        'grading of EMR systems, 01.06.5 and 01.06.6 (required)',
      ),
      backend: text('URL', '病历服务地址（必填）', 'record service (required)'),
      'secret-file': text(
        'FILE',
        '存有病历服务管理密钥的文件，“-”为标准输入',
        'file that holds the administration secret of the record service, "-" for standard input',
      ),
      from: text('YYYY-MM-DD', '签署或修改日期起（医院时间，UTC+8）', 'signed or changed from this day (UTC+8)'),
      to: text('YYYY-MM-DD', '止于这一天的末尾', 'up to the end of this day'),
      out: text(
        'FILE.csv|FILE.json',
        '输出文件；CSV 时另有 FILE-modifications.csv 与 FILE-summary.csv',
        'output; with CSV also FILE-modifications.csv and FILE-summary.csv',
      ),
      force: flag('允许覆盖已有的输出文件', 'allow replacing an existing output file'),
    },
  },
  diagnose: {
    zh: '检查本机：运行环境、驱动、密钥、信任证书、网络',
    en: 'check this machine: runtime, drivers, tokens, trust, network',
    operands: '',
    minOperands: 0,
    maxOperands: 0,
    options: {
      tsa: text('URL', '同时检查此时间戳服务', 'check this time stamp service too'),
      trust: text(
        'DIR',
        '受信任证书所在文件夹（默认 YIQIAN_HOME/trust）',
        'folder of trusted certificates (default: YIQIAN_HOME/trust)',
      ),
    },
  },
} as const satisfies Readonly<Record<string, CommandSpec>>;

export type CommandName = keyof typeof COMMANDS;

export const isCommand = (name: string): name is CommandName => Object.hasOwn(COMMANDS, name);

const EXIT_CODES: readonly (readonly [number, string, string])[] = [
  [0, '成功；verify：全部有效；audit verify：没有改动', 'success; verify: all PASSED; audit verify: no fault'],
  [1, '失败；verify：有无效的；audit verify：有改动', 'failure; verify: any FAILED; audit verify: a fault'],
  [
    2,
    'verify：有无法确定的；sign：已签署，但未达到所要的级别；audit verify：没有时间戳或副本可以证明',
    'verify: any INDETERMINATE; sign: signed, but below the level asked for; audit verify: no time stamp or copy proves it',
  ],
  [3, 'verify、audit verify：有读不出来的文件', 'verify, audit verify: a file could not be read'],
  [64, '用法不对', 'bad usage'],
];

export function helpText(lang: Language, command?: CommandName): string {
  return command === undefined ? generalHelp(lang) : commandHelp(lang, command);
}

function generalHelp(lang: Language): string {
  const title = { zh: '医签命令行', en: 'Yiqian on the command line' }[lang];
  const usage = { zh: '用法', en: 'Usage' }[lang];
  const commands = { zh: '命令', en: 'Commands' }[lang];
  const more = { zh: '某个命令的选项：yiqian 命令 --help', en: 'Options of a command: yiqian COMMAND --help' }[lang];
  const rows = Object.entries(COMMANDS).map(([name, spec]): [string, string] => [name, spec[lang]]);
  const codes = EXIT_CODES.map(([code, zh, en]): [string, string] => [String(code), { zh, en }[lang]]);
  return [
    title,
    '',
    `${usage}: yiqian COMMAND [OPTIONS]`,
    '',
    `${commands}:`,
    ...columns(rows),
    '',
    `${{ zh: '退出码', en: 'Exit codes' }[lang]}:`,
    ...columns(codes),
    '',
    more,
    '',
  ].join('\n');
}

function commandHelp(lang: Language, command: CommandName): string {
  const spec: CommandSpec = COMMANDS[command];
  const rows = Object.entries({ ...spec.options, ...COMMON_OPTIONS }).map(([name, option]): [string, string] => [
    `--${name}${option.value === undefined ? '' : ` ${option.value}`}`,
    option[lang],
  ]);
  const usage = { zh: '用法', en: 'Usage' }[lang];
  const operands = spec.operands === '' ? '' : ` ${spec.operands}`;
  return [
    spec[lang],
    '',
    `${usage}: yiqian ${command}${operands} [OPTIONS]`,
    '',
    `${{ zh: '选项', en: 'Options' }[lang]}:`,
    ...columns(rows),
    '',
  ].join('\n');
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
