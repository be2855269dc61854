/** Every word on the phone comes from the catalogue, in both languages, and every word of the catalogue is on a screen. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from '../../src/phone/i18n/en.ts';
import { zh } from '../../src/phone/i18n/zh.ts';

type Tree = { readonly [key: string]: string | Tree };
const leaves = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([k, v]) =>
    typeof v === 'string' ? [[path + k, v] as [string, string]] : leaves(v, `${path}${k}.`),
  );
const [zhWords, enWords] = [new Map(leaves(zh)), new Map(leaves(en))];
const places = (s: string) => [...s.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort();

const root = join(import.meta.dirname, '../../src/phone');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((f) => /\.tsx?$/.test(f) && !f.startsWith('i18n'))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

describe('the catalogues', () => {
  it('have the same keys', () => expect([...enWords.keys()].sort()).toEqual([...zhWords.keys()].sort()));
  it('have no empty word', () => expect([...zhWords, ...enWords].filter(([, v]) => v.trim() === '')).toEqual([]));
  it('have the same places in both languages', () => {
    const differ = [...zhWords].filter(([k, v]) => `${places(enWords.get(k) ?? '')}` !== `${places(v)}`);
    expect(differ).toEqual([]);
  });
  it('en is English but for what names the other language', () => {
    const others = ['settings.zh', 'settings.language'];
    expect([...enWords].filter(([k, v]) => /\p{Script=Han}/u.test(v) && !others.includes(k))).toEqual([]);
  });
  it('hold nothing that no screen says', () => {
    const all = sources.map((s) => s.text).join('\n');
    const computed = [...all.matchAll(/`([\w.]+\.)\$\{/g)].map((m) => m[1] ?? '');
    const isSaid = (k: string): boolean =>
      new RegExp(`['"\`]${k.replaceAll('.', '\\.')}['"\`]`).test(all) || computed.some((p) => k.startsWith(p));
    expect([...zhWords.keys()].filter((k) => !isSaid(k))).toEqual([]);
  });
});

it('no Chinese word stands outside the catalogue but our mark', () => {
  const spoken = sources.flatMap(({ file, text }) =>
    text
      .split('\n')
      .filter((line) => !/^\s*(\/?\*|\/\/)/.test(line) && /\p{Script=Han}/u.test(line.replace(/\/\*.*?\*\//g, '')))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(spoken).toEqual(['parts/Frame.tsx: 医', 'parts/Frame.tsx: <br />签']);
});
