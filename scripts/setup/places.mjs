/** Where things lie: the checkout, the data folder, the Node that ships. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const home = path.resolve(process.env.YIQIAN_HOME ?? path.join(root, '.yiqian'));
export const modules = path.join(root, 'node_modules');
export const bin = (name) => path.join(modules, '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

const platform = process.platform === 'win32' ? 'win' : process.platform;

/** The Node of Electron's major version; undefined before node_modules exist or where the registry has none for this machine. */
export function shippedNode() {
  const folder = path.join(modules, `node-${platform}-${process.arch}`, 'bin');
  const file = path.join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(file)) return file;
  return Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : undefined;
}

/** Environment for children: our tools and our Node first on PATH, the data folder named. */
export function childEnv(extra = {}) {
  const node = shippedNode();
  const first = [node === undefined ? undefined : path.dirname(node), path.join(modules, '.bin')].filter(Boolean);
  return { ...process.env, YIQIAN_HOME: home, PATH: [...first, process.env.PATH].join(path.delimiter), ...extra };
}
