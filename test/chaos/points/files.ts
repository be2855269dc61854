/** Points in the file calls of the process: node:fs and node:fs/promises, wrapped from outside; nothing of this is in the product. */
import fs from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { basename, extname } from 'node:path';
import { account, point } from './death.ts';
import { syncedLog } from './synced-log.ts';

type Call = (this: unknown, ...args: unknown[]) => unknown;
type Owner = Record<string, Call>;

/** Folder whose files count; what lies elsewhere (the program itself, its fonts) does not. */
let root = '';
const counts = (path: unknown): path is string =>
  typeof path === 'string' && path.startsWith(root) && !path.includes('/logs/') && !path.includes('standin');

/** What kind of file it is, without its name: names are random, kinds are comparable between runs. */
export function kindOf(path: string): string {
  const name = basename(path);
  if (name.endsWith('.part')) return 'draft';
  if (name.endsWith('.shown.pdf')) return 'shown';
  if (extname(name) === '') return 'folder';
  return name.startsWith('.') ? `hidden ${extname(name)}` : extname(name).slice(1);
}

const sizeOf = (path: string): number => {
  try {
    return fs.lstatSync(path).size;
  } catch {
    return 0;
  }
};

/** After a call, with what it was given: keeps the account of what is synced. */
type Account = (path: string, args: readonly unknown[]) => void;
const nothing: Account = () => undefined;
const made: Account = (path) => {
  account('made', path);
};
const renamed: Account = (path, args) => {
  account('renamed', path, String(args[1]));
};
const removed: Account = (path) => {
  account('removed', path);
};

const byPath: Readonly<Record<string, Account>> = {
  mkdir: nothing,
  writeFile: made,
  appendFile: (path) => {
    account('wrote', path, 0);
  },
  rename: renamed,
  link: renamed,
  copyFile: (_path, args) => {
    account('made', String(args[1]));
  },
  unlink: removed,
  rm: removed,
};

function wrap(owner: Owner, name: string, label: string, keep: Account): void {
  const real = owner[name];
  if (typeof real !== 'function') return;
  owner[name] = function (...args) {
    const path = args[0];
    if (!counts(path)) return real.apply(this, args);
    const words = `file ${label} ${kindOf(label === 'rename' || label === 'link' ? String(args[1]) : path)}`;
    point(`${words} before`);
    const after = (value: unknown): unknown => {
      keep(path, args);
      point(`${words} after`);
      return value;
    };
    const result = real.apply(this, args);
    return result instanceof Promise ? result.then(after) : after(result);
  };
}

const paths = new WeakMap<object, string>();

function wrapHandle(handle: FileHandle): void {
  const owner = Object.getPrototypeOf(handle) as Owner;
  const method = (name: string, keep: Account): void => {
    const real = owner[name]!;
    owner[name] = async function (...args) {
      const path = paths.get(this as object);
      if (path === undefined) return real.apply(this, args);
      const words = `file ${name} ${kindOf(path)}`;
      point(`${words} before`);
      const result = await real.apply(this, args);
      keep(path, args);
      point(`${words} after`);
      return result;
    };
  };
  for (const name of ['write', 'writeFile', 'truncate', 'appendFile']) {
    const real = owner[name]!;
    owner[name] = function (...args) {
      const path = paths.get(this as object);
      if (path !== undefined) account('wrote', path, sizeOf(path));
      return real.apply(this, args);
    };
    method(name, nothing);
  }
  method('chmod', nothing);
  for (const name of ['sync', 'datasync']) {
    method(name, (path) => {
      if (path.endsWith('-wal')) syncedLog(path);
      else account('synced', path);
    });
  }
}

/** What is written and synced by number: the paths of open files. */
function watchNumbers(): void {
  const sync = fs as unknown as Owner;
  const open = new Map<number, string>();
  const { openSync, closeSync, fsyncSync } = sync as Record<'openSync' | 'closeSync' | 'fsyncSync', Call>;
  sync['openSync'] = function (...args) {
    const path = args[0];
    const isNew = counts(path) && !fs.existsSync(path);
    const file = openSync.apply(this, args) as number;
    if (counts(path)) open.set(file, path);
    if (isNew) account('made', String(path));
    return file;
  };
  sync['fsyncSync'] = function (...args) {
    const path = open.get(Number(args[0]));
    if (path === undefined) return fsyncSync.apply(this, args);
    point(`file sync ${kindOf(path)} before`);
    fsyncSync.apply(this, args);
    account('synced', path);
    point(`file sync ${kindOf(path)} after`);
  };
  sync['closeSync'] = function (...args) {
    open.delete(Number(args[0]));
    return closeSync.apply(this, args);
  };
}

/** To be called before anything else is loaded: who has imported a function already keeps the real one. */
export async function watchFiles(folder: string): Promise<void> {
  root = folder;
  watchNumbers();
  const promises = fs.promises as unknown as Owner;
  const probe = await fs.promises.open(process.execPath);
  wrapHandle(probe);
  await probe.close();
  const open = promises['open']!;
  promises['open'] = async function (...args) {
    const path = args[0];
    if (!counts(path)) return open.apply(this, args);
    const isNew = !fs.existsSync(path);
    const words = `file open ${kindOf(path)}`;
    point(`${words} before`);
    const handle = (await open.apply(this, args)) as FileHandle;
    paths.set(handle, path);
    if (isNew) account('made', path);
    point(`${words} after`);
    return handle;
  };
  for (const [name, keep] of Object.entries(byPath)) {
    wrap(promises, name, name, keep);
    wrap(fs as unknown as Owner, `${name}Sync`, name, keep);
  }
  // `fs/promises` is the same object as fs.promises; the ESM names of both are made anew.
  createRequire(import.meta.url)('node:fs/promises');
  syncBuiltinESMExports();
}
