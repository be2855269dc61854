/**
 * The desk's own main process (src/main/index.ts as it stands), without Chromium, driven by the process that forked it. Fast to start and
 * cheap to kill: hundreds of deaths in minutes. Its group is its own, so one signal takes it with its token hosts.
 *
 * From the parent: {id, page, name, input}, a call of a window. To it: {id, reply} · {event, page, payload} · {ready}.
 */
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { refuseWhatBoringSslLacks } from '../../stand-in/boringssl.ts';
import { state, versions } from '../../stand-in/process-state.ts';
import { point } from '../points/death.ts';

interface Order {
  readonly id: number;
  /** Which page calls: `index` or `patient`. */
  readonly page: string;
  readonly name: string;
  readonly input: unknown;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));
const home = resolve(process.env['YIQIAN_HOME']!);
const userData = join(home, 'desk');
const fromParent = process.send!.bind(process);
/** A parent that is gone is seen by 'disconnect'. */
const tell = (message: object): void => void fromParent(message, undefined, {}, () => undefined);

state.boot = {
  exe: process.execPath,
  root,
  pkg: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, string>,
  switches: new Map([['user-data-dir', userData]]),
};
for (const [key, value] of Object.entries(versions)) {
  Object.defineProperty(process.versions, key, { value, enumerable: true });
}
Object.assign(process, { type: 'browser', defaultApp: true, resourcesPath: join(root, 'resources') });
process.on('disconnect', () => process.exit(0));

const electronUrl = new URL('./electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' || specifier === 'electron/main'
      ? { url: electronUrl, shortCircuit: true }
      : next(specifier, context),
});
const { audience, showing } = await import('./window.ts');
const { ipcMain } = await import('../../stand-in/ipc-main.ts');
const { app } = await import('../../stand-in/app.ts');
audience.told = (page, channel, payload) => {
  const event = channel.replace(/^event:/, '');
  const step = (payload as { step?: string; state?: string } | null) ?? {};
  if (event === 'sign:progress') point(`told ${event} ${step.step ?? ''} ${step.state ?? ''}`);
  tell({ event, page, payload });
};
process.on('message', (order: Order) => {
  const answer = async (): Promise<unknown> => {
    const sender = showing(order.page);
    if (!sender) throw new Error(`no window shows ${order.page}`);
    const handler = sender.ipc._handlers.get(order.name) ?? ipcMain._handlers.get(order.name);
    if (!handler) throw new Error(`nobody answers ${order.name}`);
    return handler({ sender, senderFrame: sender.mainFrame, frameId: 1, processId: 1 }, order.input);
  };
  answer().then(
    (reply) => {
      tell({ id: order.id, reply });
    },
    (e: unknown) => {
      tell({ id: order.id, failed: e instanceof Error ? (e.stack ?? e.message) : String(e) });
    },
  );
});
process.on('uncaughtException', (e) => {
  console.error('Uncaught Exception:\n', e);
  process.exit(1);
});
refuseWhatBoringSslLacks();
await import('../../../src/main/index.ts');
app._becomeReady();
// The app opens in later turns of the loop; from then on its window can call.
while (!showing('index')) await new Promise((turn) => setImmediate(turn));
tell({ ready: true });
