/** `npm start`: set-up, backend, desk. Without a display it says so and runs the demo instead. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { startBackend } from '../setup/backend-process.mjs';
import { childEnv, home, modules, root } from '../setup/places.mjs';
import { note, say } from '../setup/say.mjs';
import { deskEnv } from '../setup/desk-env.mjs';
import { prepareDesk } from './prepare.mjs';
import * as demo from './demo.mjs';

const hasDisplay = () =>
  process.platform === 'win32' ||
  process.platform === 'darwin' ||
  Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

export async function run(args) {
  if (!hasDisplay()) {
    note(
      'There is no display here (DISPLAY and WAYLAND_DISPLAY are not set), so no window can be opened. Running the demo instead.',
    );
    return demo.run(args);
  }
  const shell = await prepareDesk({ download: true });
  const backend = await startBackend({ args: ['--ward'] });
  const executable =
    shell === 'real'
      ? path.join(modules, 'electron/dist', process.platform === 'win32' ? 'electron.exe' : 'electron')
      : path.join(root, 'test/stand-in/electron');
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  say('');
  say('  The desk opens. Sign in with the demo key 李医师: PIN 123456. Close the window to end.');
  say(
    '  The keys of 周主任, 赵医师, 方实习 and 吴护士 are there too, with the same PIN: sign what goes up, try a consent form.',
  );
  say(
    `  Signing by phone: enrol one under 密钥; here ${backend.url}/phone/ in a browser window plays the phone, since no phone reaches this PC's loopback.`,
  );
  say(`  Data: ${path.relative(process.cwd(), home) || '.'}   backend: ${backend.url}`);
  say('');
  const desk = spawn(executable, [...asRoot, root, `--user-data-dir=${path.join(home, 'desk')}`], {
    cwd: root,
    env: childEnv({ ...deskEnv(backend.url, home, { ward: true }), YIQIAN_HEADED: '1' }),
    stdio: 'inherit',
  });
  const end = () => desk.kill('SIGTERM');
  process.on('SIGINT', end).on('SIGTERM', end);
  const code = await new Promise((resolve) => desk.on('exit', (c) => resolve(c ?? 0)));
  await backend.stop();
  return code;
}
