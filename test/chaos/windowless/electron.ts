/** The `electron` module of a main process that has no Chromium: the stand-in's parts but windows and utility processes, which are our own. */
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { utilityProcess as forked } from '../../stand-in/utility-process.ts';
import { watchHost } from '../points/token-host.ts';
import { showing } from './window.ts';

// Names below win over the stand-in's.
export * from '../../stand-in/electron.ts';
export { BrowserWindow } from './window.ts';

export const webContents = {
  fromId: (id: number) => ['index', 'patient'].map(showing).find((c) => c?.id === id),
  getAllWebContents: () => ['index', 'patient'].flatMap((page) => showing(page) ?? []),
};

/** The bundles that electron.vite.config.ts makes, and the sources they are made of: nothing needs to be built to be killed. */
const sources: Readonly<Record<string, string>> = {
  'token-host.js': 'src/token-host/main.ts',
  'verify-worker.js': 'src/core/verify/folder/worker.ts',
  'sign-worker.js': 'src/main/batch/work/worker.ts',
};

const points = new URL('../points/in-process.ts', import.meta.url).href;

export const utilityProcess = {
  fork: (modulePath: string, args?: readonly string[], options?: Parameters<typeof forked.fork>[2]) => {
    const source = sources[basename(modulePath)];
    if (source === undefined) throw new Error(`no source is known of the bundle ${basename(modulePath)}`);
    const chaos = Object.entries(process.env).filter(([name]) => name.startsWith('CHAOS_'));
    const child = forked.fork(fileURLToPath(new URL(`../../../${source}`, import.meta.url)), args ?? [], {
      ...options,
      env: { ...(options?.env ?? process.env), ...Object.fromEntries(chaos) },
      execArgv: ['--import', points, ...(options?.execArgv ?? [])],
    });
    return source.includes('token-host') ? watchHost(child) : child;
  },
};
