/** node_modules from the lock file, and the C++ tools that the one native module (pkcs11js) is built with. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bin, modules, root, shippedNode } from './places.mjs';
import { run } from './run.mjs';
import { SetupError, note, step } from './say.mjs';
import { ensurePrograms } from './system.mjs';

const stamp = path.join(modules, '.yiqian-lock');

export async function ensureNodeModules() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const done = existsSync(stamp) && readFileSync(stamp, 'utf8') === lock;
  if (done && existsSync(bin('electron-vite')) && shippedNode() !== undefined) return;
  await ensurePrograms(['g++', 'make', 'python3'], 'to build pkcs11js, the bridge to the tokens’ drivers');
  await step('npm packages', 'about a minute; Electron’s Node 24, React, the signing libraries', async () => {
    const npm = process.env.npm_execpath;
    const args = ['ci', '--no-fund', '--no-audit', '--loglevel=error'];
    const env = headersOfThisNode();
    const { code, output } = npm?.endsWith('.js')
      ? await run(process.execPath, [npm, ...args], { capture: true, env })
      : await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { capture: true, env });
    if (code !== 0) throw new SetupError(`npm could not install the packages:\n${output.slice(-4000)}`);
  });
  if (shippedNode() === undefined) {
    throw new SetupError(
      `The npm registry gave no Node 24 for ${process.platform} ${process.arch}. Install Node 24 yourself and run again.`,
    );
  }
  if (!existsSync(path.join(modules, 'pkcs11js/build/Release/pkcs11.node'))) {
    note('pkcs11js was not built by npm (install scripts are switched off?); building it now.');
    const { code, output } = await run(bin('node-gyp'), ['rebuild'], {
      capture: true,
      cwd: path.join(modules, 'pkcs11js'),
      env: headersOfThisNode(),
    });
    if (code !== 0) throw new SetupError(`pkcs11js could not be built:\n${output.slice(-3000)}`);
  }
  mkdirSync(modules, { recursive: true });
  writeFileSync(stamp, lock);
}

/** Where Node came with its own headers, node-gyp need not download any. pkcs11js is N-API: one build serves every Node and Electron. */
function headersOfThisNode() {
  const prefix = path.dirname(path.dirname(process.execPath));
  const there = existsSync(path.join(prefix, 'include/node/node_api.h'));
  return there && process.env.npm_config_nodedir === undefined ? { npm_config_nodedir: prefix } : {};
}
