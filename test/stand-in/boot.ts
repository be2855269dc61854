/** Entry of the stand-in executable: reads Electron's command line, makes `electron` resolvable, runs the app's main. */
import inspector from 'node:inspector';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { refuseWhatBoringSslLacks } from './boringssl.ts';
import { state, versions } from './process-state.ts';

const args = process.argv.slice(2);
const exe = process.env['STANDIN_EXE'] ?? process.argv[1] ?? 'electron';
const preRequire: string[] = [];
const switches = new Map<string, string>();
let appArgument: string | undefined;
for (let i = 0; i < args.length; i++) {
  const argument = args[i] ?? '';
  if (argument === '-r' || argument === '--require') preRequire.push(args[++i] ?? '');
  else if (argument.startsWith('--')) {
    const [key = '', ...value] = argument.slice(2).split('=');
    switches.set(key, value.join('='));
  } else appArgument ??= argument;
}
if (switches.has('version')) {
  console.log(`v${versions.electron}`);
  process.exit();
}

const electronUrl = new URL('./electron.ts', import.meta.url).href;
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'electron' || specifier === 'electron/main' || specifier === 'electron/common') {
      return { url: electronUrl, shortCircuit: true };
    }
    return next(specifier, context);
  },
});

const target = resolve(appArgument ?? '.');
let main = target;
let root = dirname(target);
let pkg: Record<string, string> = { name: 'Electron', version: versions.electron };
if (existsSync(join(target, 'package.json')) && statSync(target).isDirectory()) {
  root = target;
  pkg = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as Record<string, string>;
  main = resolve(target, pkg['main'] ?? 'index.js');
} else if (!extname(main)) main += '.js';

process.argv = [exe, ...args];
process.execArgv = [];
state.boot = { exe, root, pkg, switches };
for (const [key, value] of Object.entries(versions)) {
  Object.defineProperty(process.versions, key, { value, enumerable: true });
}
Object.assign(process, { type: 'browser', defaultApp: true, resourcesPath: join(dirname(exe), 'resources') });

const inspect = switches.get('inspect') ?? switches.get('inspect-brk');
if (inspect !== undefined) inspector.open(Number(inspect || 9229)); // prints "Debugger listening on ws://…"
if (switches.has('inspect-brk')) inspector.waitForDebugger();

const { start } = await import('./start.ts');
if (process.env['STANDIN_OPENSSL'] !== '1') refuseWhatBoringSslLacks();
const require = createRequire(join(root, 'x.js'));
for (const module of preRequire) require(module);
// Electron shows a dialog here; a test wants to see it end.
process.on('uncaughtException', (e) => {
  console.error('Uncaught Exception:\n', e);
  process.exit(1);
});
// `ready` comes after the main module has been loaded, as in Electron.
await import(pathToFileURL(main).href);
await start();
