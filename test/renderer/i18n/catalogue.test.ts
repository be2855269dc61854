/** Every word on screen comes from the catalogue, in both languages, and every word of the catalogue is on screen somewhere. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { en } from '../../../src/renderer/i18n/en.ts';
import { zh } from '../../../src/renderer/i18n/zh.ts';

type Tree = { readonly [key: string]: string | Tree };
const leaves = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([k, v]) =>
    typeof v === 'string' ? [[path + k, v] as [string, string]] : leaves(v, `${path}${k}.`),
  );
const [zhWords, enWords] = [new Map(leaves(zh)), new Map(leaves(en))];
const places = (s: string) => [...s.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort();

const root = join(import.meta.dirname, '../../../src/renderer');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((f) => /\.tsx?$/.test(f) && !f.startsWith('i18n'))
  .map((f) => ({ file: f, text: readFileSync(join(root, f), 'utf8') }));

describe('the catalogues', () => {
  it('have the same keys', () => expect([...enWords.keys()].sort()).toEqual([...zhWords.keys()].sort()));
  it('have no empty word', () => expect([...zhWords, ...enWords].filter(([, v]) => v.trim() === '')).toEqual([]));
  it.each([...zhWords])('%s has the same places in both languages', (key, word) => {
    expect(places(enWords.get(key) ?? '')).toEqual(places(word));
  });
  it('en is English but for the name of the other language', () => {
    expect([...enWords].filter(([k, v]) => /\p{Script=Han}/u.test(v) && k !== 'settings.zh')).toEqual([]);
  });
  it('hold nothing that no screen says', () => {
    const all = sources.map((s) => s.text).join('\n');
    const computed = [...all.matchAll(/[`'"]([\w.-]*)\$\{/g)].map((m) => m[1] ?? '').filter((p) => p.includes('.'));
    const unused = [...zhWords.keys()].filter(
      (k) => !new RegExp(`['"\`]${k.replaceAll('.', '\\.')}['"\`]`).test(all) && !computed.some((p) => k.startsWith(p)),
    );
    expect(unused).toEqual([]);
  });
});

describe('no key is asked for that the catalogue does not have', () => {
  /** `t('a.b')` whole; `t(`a.${x}`)` by its beginning. */
  const asked = sources.flatMap(({ file, text }) =>
    [...text.matchAll(/\bt\(\s*(['`])([^'`$]+)(\$\{)?/g)].map((m) => ({
      file,
      key: m[2] ?? '',
      open: m[3] !== undefined,
    })),
  );
  it('reads the sources', () => expect(asked.length).toBeGreaterThan(200));
  it('finds each', () => {
    const keys = [...zhWords.keys()];
    const missing = asked.filter(({ key, open }) => (open ? !keys.some((k) => k.startsWith(key)) : !zhWords.has(key)));
    expect(missing.filter((m) => m.key.includes('.')).map((m) => `${m.file}: ${m.key}`)).toEqual([]);
  });
});

describe('no Chinese word stands outside the catalogue', () => {
  it.each(sources.map((s) => s.file).filter((f) => f.endsWith('.ts')))('%s', (file) => {
    const text = sources.find((s) => s.file === file)?.text ?? '';
    expect(spoken(file, text)).toEqual([]);
  });
});

/** Words in JSX text, and in attributes and properties that a person reads. */
function spoken(file: string, text: string): string[] {
  const found: string[] = [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const words = (s: string) => /\p{Script=Han}/u.test(s) || /[A-Za-z]{3,}/.test(s);
  const visit = (n: ts.Node): void => {
    if (ts.isJsxText(n) && words(n.text) && n.parent.getText().match(/^<(kbd|Mark)/) === null)
      found.push(n.text.trim());
    if (
      ts.isJsxAttribute(n) &&
      n.initializer &&
      ts.isStringLiteral(n.initializer) &&
      /^(title|alt|placeholder|label|aria-label|text|okText)$/.test(n.name.getText()) &&
      words(n.initializer.text)
    ) {
      found.push(n.initializer.text);
    }
    if ((ts.isStringLiteral(n) || ts.isNoSubstitutionTemplateLiteral(n)) && /\p{Script=Han}/u.test(n.text))
      found.push(n.text);
    if (
      ts.isTemplateExpression(n) &&
      [n.head, ...n.templateSpans.map((s) => s.literal)].some((p) => /\p{Script=Han}/u.test(p.text))
    )
      found.push(n.getText());
    ts.forEachChild(n, visit);
  };
  visit(source);
  return found;
}

it('finds a hard-coded word when there is one', () => {
  expect(
    spoken('x.tsx', 'const a = <b title="Close it">签署<i>Sign now</i><kbd>Enter</kbd></b>; const c = "退回";'),
  ).toEqual(['Close it', '签署', 'Sign now', '退回']);
});

describe('no word is written into a component', () => {
  it.each(sources.map((s) => s.file).filter((f) => f.endsWith('.tsx')))('%s', (file) => {
    const text = sources.find((s) => s.file === file)?.text ?? '';
    const allowed = relative('shell', file) === 'Rail.tsx' ? ['医', '签'] : [];
    expect(spoken(file, text).filter((w) => !allowed.includes(w))).toEqual([]);
  });
});
