/** What is made from the sources: the soft token and the app. Each is made again only when its sources have changed. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bin, home, root } from './places.mjs';
import { run } from './run.mjs';
import { SetupError, step } from './say.mjs';
import { ensurePrograms } from './system.mjs';

/** The soft token: a PKCS#11 module for tests and demonstration, in plain C. */
export async function ensureSoftToken(dataHome = home) {
  await ensurePrograms(['cc'], 'to build the soft token that stands in for a USB key');
  const { buildSoftToken } = await import('../../resources/soft-token/build.mjs');
  const outDir = path.join(dataHome, 'soft-token');
  mkdirSync(outDir, { recursive: true });
  if (existsSync(path.join(outDir, 'libyiqian-soft.so'))) return buildSoftToken({ outDir }); // looks at its own stamp
  return step('soft token', 'a PKCS#11 module for tests and demonstration only', async () =>
    buildSoftToken({ outDir }),
  );
}

/** out/main, out/preload, out/renderer by electron-vite; out/phone, the page on phones, by vite. Each alone where its sources alone changed. */
export async function ensureBuilt() {
  const common = ['resources', 'package-lock.json', 'tsconfig.json'];
  await ensureBundle({
    stamp: '.sources',
    sources: ['src', 'electron.vite.config.ts', ...common],
    but: [path.join('src', 'phone')],
    what: 'the app',
    detail: 'electron-vite: main, preload, renderer',
    command: ['electron-vite', 'build'],
  });
  await ensureBundle({
    stamp: '.sources-phone',
    sources: ['src/core', 'src/phone', 'phone.vite.config.ts', ...common],
    but: [],
    what: 'the phone’s page',
    detail: 'vite: what the backend serves below /phone/',
    command: ['vite', 'build', '-c', 'phone.vite.config.ts'],
  });
}

async function ensureBundle({ stamp: name, sources, but, what, detail, command: [program, ...args] }) {
  const now = fingerprint(sources, but);
  const stamp = path.join(root, 'out', name);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  await step(what, detail, async () => {
    const { code, output } = await run(bin(program), args, { capture: true });
    if (code !== 0) throw new SetupError(`${program} could not build ${what}:\n${output.slice(-4000)}`);
  });
  writeFileSync(stamp, now);
}

function fingerprint(paths, but) {
  const hash = createHash('sha256');
  const visit = (relative) => {
    if (but.includes(relative)) return;
    const full = path.join(root, relative);
    if (!existsSync(full)) return;
    let entries;
    try {
      entries = readdirSync(full).sort();
    } catch {
      hash.update(relative).update(readFileSync(full));
      return;
    }
    for (const e of entries) visit(path.join(relative, e));
  };
  for (const p of paths) visit(p);
  return hash.digest('hex');
}
