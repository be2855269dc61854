/**
 * npm run bench [-- [--json FILE] [--only TEXT] [TEXT]]: runs every case of ./cases whose name has that text and prints each figure beside its peers', measured in the
 * same run, with the mark it should reach. Exit 1 when a mark is missed.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { ratioTo, type BenchCase, type Figure } from './framework.ts';

const { values: options, positionals } = parseArgs({
  options: { json: { type: 'string' }, only: { type: 'string' } },
  allowPositionals: true,
});
const wanted = (options.only ?? positionals[0] ?? '').toLowerCase();

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2));
const state = (mark: Figure['mark']): string =>
  mark === undefined
    ? ''
    : `${mark.reached === undefined ? 'not judged' : mark.reached ? 'reached' : 'MISSED'}: ${mark.text}`;

function row(figure: Figure): string[] {
  const ratio = ratioTo(figure.value, figure.peers[0]);
  return [
    figure.name,
    `${number(figure.value)} ${figure.unit}`,
    figure.peers.map(({ name, value }) => `${name} ${value === undefined ? '–' : number(value)}`).join(', '),
    ratio === undefined ? '' : `× ${ratio.toFixed(2)}`,
    state(figure.mark),
  ];
}

function table(figures: readonly Figure[]): string {
  const rows = [['what', 'ours', 'peers', 'ratio', 'mark'], ...figures.map(row)];
  const widths = (rows[0] as string[]).map((_, column) =>
    Math.max(...rows.map((cells) => (cells[column] as string).length)),
  );
  return rows
    .map((cells) =>
      cells
        .map((cell, i) => cell.padEnd(widths[i] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function opensslVersion(): string | undefined {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

const figures: Figure[] = [];
for (const file of readdirSync(new URL('cases/', import.meta.url)).sort()) {
  const { default: benchCase } = (await import(new URL(`cases/${file}`, import.meta.url).href)) as {
    default: BenchCase;
  };
  if (!benchCase.name.toLowerCase().includes(wanted)) continue;
  console.error(`${benchCase.name} …`);
  figures.push(...(await benchCase.run()));
}
console.log(table(figures));
if (options.json !== undefined) {
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, openssl: opensslVersion() };
  writeFileSync(options.json, `${JSON.stringify({ date: new Date().toISOString(), machine, figures }, null, 2)}\n`);
}
if (figures.some(({ mark }) => mark?.reached === false)) process.exitCode = 1;
