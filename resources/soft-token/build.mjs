// Builds the soft token. Plain Node 20 or newer, no packages: it runs in the set-up, before anything else is there.
//   node resources/soft-token/build.mjs OUT_DIR [--force] [--sanitize]
// Exit codes: 0 built or up to date, 1 the compiler failed, 2 wrong arguments, 3 no C compiler found.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const windows = process.platform === 'win32';

export const EXIT_NO_COMPILER = 3;
export const LIBRARY_NAME = windows ? 'yiqian-soft.dll' : 'libyiqian-soft.so';

const WARNINGS = ['-std=gnu11', '-O2', '-g', '-Wall', '-Wextra', '-Wshadow', '-fvisibility=hidden'];
const LINUX = [
  '-fPIC',
  '-shared',
  `-Wl,--version-script=${join(here, 'exports.map')}`,
  '-Wl,-Bsymbolic',
  // nodelete: a driver that is unmapped while one of its threads still runs takes the process down
  '-Wl,-z,relro,-z,now,-z,nodelete,--no-undefined',
  '-pthread',
];
const WINDOWS = ['-shared', '-static-libgcc', '-lbcrypt'];
const SANITIZE = ['-fsanitize=address,undefined', '-fno-sanitize-recover=undefined', '-fno-omit-frame-pointer'];

/** The first C compiler that answers, of $CC, cc, gcc, clang; undefined when there is none. */
export function findCompiler(environment = process.env) {
  const candidates = [environment.CC, 'cc', 'gcc', 'clang'].filter((name) => name !== undefined && name !== '');
  return candidates.find((name) => {
    const [command, ...rest] = name.split(' ');
    return spawnSync(command, [...rest, '--version'], { stdio: 'ignore', env: environment }).status === 0;
  });
}

function sourceFiles() {
  const directory = join(here, 'src');
  return readdirSync(directory)
    .filter((name) => /\.[ch]$/.test(name))
    .sort()
    .map((name) => join(directory, name));
}

/** Names the build: sources, flags, compiler. A library with the same stamp is up to date. */
function stampOf(compiler, flags) {
  const hash = createHash('sha256').update(JSON.stringify([compiler, flags, process.arch, process.platform]));
  for (const file of [...sourceFiles(), join(here, 'exports.map')])
    hash.update(file.slice(here.length)).update(readFileSync(file));
  return hash.digest('hex');
}

export class NoCompilerError extends Error {
  constructor() {
    super(
      'No C compiler found (looked for $CC, cc, gcc, clang). The soft token needs one.\n' +
        'On Debian or Ubuntu: apt-get install gcc libc6-dev. Then run the set-up again.\n' +
        '没有找到 C 编译器（$CC、cc、gcc、clang），无法编译软件密钥。请先安装 gcc 和 libc6-dev，再重新运行。',
    );
    this.name = 'NoCompilerError';
    this.exitCode = EXIT_NO_COMPILER;
  }
}

/**
 * Builds the library into `outDir` unless it is up to date.
 * @param {{outDir: string, force?: boolean, sanitize?: boolean, environment?: NodeJS.ProcessEnv}} options
 * @returns {{path: string, built: boolean, compiler: string, milliseconds: number}}
 * @throws {NoCompilerError} when there is no C compiler; Error with the compiler's words when it fails.
 */
export function buildSoftToken({ outDir, force = false, sanitize = false, environment = process.env }) {
  const started = Date.now();
  const path = join(outDir, LIBRARY_NAME);
  const stampFile = `${path}.stamp`;
  const compiler = findCompiler(environment);
  if (compiler === undefined) throw new NoCompilerError();
  const flags = [...WARNINGS, ...(windows ? WINDOWS : LINUX), ...(sanitize ? SANITIZE : [])];
  const stamp = stampOf(compiler, flags);
  const upToDate = existsSync(path) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
  if (upToDate && !force) return { path, built: false, compiler, milliseconds: Date.now() - started };

  mkdirSync(outDir, { recursive: true });
  // A process may have the old library mapped: write beside it and rename, never into it.
  const temporary = join(outDir, `.${LIBRARY_NAME}.${process.pid}`);
  const [command, ...rest] = compiler.split(' ');
  const sources = sourceFiles().filter((file) => file.endsWith('.c'));
  const result = spawnSync(command, [...rest, ...sources, ...flags, '-o', temporary], {
    encoding: 'utf8',
    env: environment,
  });
  if (result.status !== 0) {
    rmSync(temporary, { force: true });
    throw new Error(`${compiler} failed to build the soft token:\n${result.stderr || result.error?.message || ''}`);
  }
  renameSync(temporary, path);
  writeFileSync(stampFile, stamp);
  return { path, built: true, compiler, milliseconds: Date.now() - started };
}

function main(argv) {
  const directories = argv.filter((argument) => !argument.startsWith('--'));
  if (directories.length !== 1) {
    console.error('usage: node build.mjs OUT_DIR [--force] [--sanitize]');
    return 2;
  }
  try {
    const { path, built, compiler, milliseconds } = buildSoftToken({
      outDir: directories[0],
      force: argv.includes('--force'),
      sanitize: argv.includes('--sanitize'),
    });
    console.log(
      built ? `soft token built by ${compiler} in ${milliseconds} ms: ${path}` : `soft token is up to date: ${path}`,
    );
    return 0;
  } catch (error) {
    console.error(error.message);
    return error.exitCode ?? 1;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = main(process.argv.slice(2));
