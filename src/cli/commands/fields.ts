/** `fields IN.pdf`: lists the signature fields; with `--add` makes empty ones, before anybody signs. */
import { dirname } from 'node:path';
import type { Language } from '#core/errors/index.ts';
import {
  fileSource,
  readPdf,
  signatureFieldStates,
  type NewSignatureField,
  type PlacementMm,
} from '#core/pdf/index.ts';
import { cleanLeftovers, inputError, prepareFields } from '#core/signing/index.ts';
import { UsageError, type Invocation } from '../arguments.ts';
import { EXIT } from '../outcome.ts';
import { passwordFor } from '../password.ts';
import { readNewField } from '../placement.ts';
import type { Terminal } from '../terminal.ts';

export async function fields({ operands, text, flags, lists }: Invocation, terminal: Terminal): Promise<number> {
  const [source = ''] = operands;
  const added = lists['add'] ?? [];
  const { out } = text;
  if (added.length === 0) {
    if (out !== undefined)
      throw new UsageError('--out 要和 --add 一起用。', '--out goes together with --add.', 'fields');
    const password = await passwordFor(source, text['password-file'], terminal);
    await show(source, password, terminal);
    return EXIT.ok;
  }
  const wanted = added.map(newField);
  if (out === undefined || out === '') throw new UsageError('缺少 --out。', '--out is missing.', 'fields');
  const password = await passwordFor(source, text['password-file'], terminal);
  await cleanLeftovers(dirname(out));
  const result = await prepareFields({
    source,
    target: out,
    fields: wanted,
    replace: flags['force'] === true,
    ...(password === undefined ? {} : { password }),
  });
  if (terminal.json) terminal.printJson(result);
  else {
    terminal.print(`${{ zh: '已添加签名域', en: 'Fields added' }[terminal.lang]}: ${result.target}`);
    for (const name of result.emptyFields) terminal.print(`  ${name}`);
  }
  return EXIT.ok;
}

function newField(written: string): NewSignatureField {
  const { name, page, x, y, size } = readNewField(written);
  return { name, placement: { page, x, y, width: size.widthMm, height: size.heightMm } };
}

async function show(path: string, password: string | undefined, terminal: Terminal): Promise<void> {
  const source = await fileSource(path).catch((e: unknown) => Promise.reject(inputError(e, path)));
  try {
    const list = await signatureFieldStates(await readPdf(source, { password }));
    if (terminal.json) return terminal.printJson({ fields: list });
    const { lang } = terminal;
    if (list.length === 0) terminal.print({ zh: '没有签名域。', en: 'No signature fields.' }[lang]);
    for (const { name, signed, placement } of list) {
      const state = signed ? { zh: '已签署', en: 'signed' }[lang] : { zh: '空白', en: 'empty' }[lang];
      terminal.print(`${name} · ${state} · ${placement === undefined ? invisible(lang) : written(name, placement)}`);
    }
  } finally {
    await source.close();
  }
}

const invisible = (lang: Language): string => ({ zh: '不可见', en: 'invisible' })[lang];

/** As `--add` takes it. */
function written(name: string, { page, x, y, width, height }: PlacementMm): string {
  return `${name}@${page}:${[x, y, width, height].map((n) => Math.round(n * 100) / 100).join(',')}`;
}
