/** The reference backend as a child of the set-up: started, awaited, ended with its parent. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { childEnv, home, root, shippedNode } from './places.mjs';
import { SetupError, step } from './say.mjs';

/** Starts the backend on a free loopback port; its first line on stdout is JSON with its address. */
export async function startBackend({ dataHome = home, args = [] } = {}) {
  const child = spawn(shippedNode(), [path.join(root, 'src/backend/main.ts'), '--home', dataHome, ...args], {
    cwd: root,
    env: childEnv({ YIQIAN_HOME: dataHome }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (d) => (errors = (errors + d).slice(-4000)));
  const url = await step(
    'reference backend',
    'work list, time stamps, demo CA; loopback only',
    () =>
      new Promise((resolve, reject) => {
        let text = '';
        child.stdout.on('data', (d) => {
          text += d;
          for (const line of text.split('\n').slice(0, -1)) {
            if (!line.startsWith('{')) continue;
            const { url } = JSON.parse(line);
            if (typeof url === 'string') resolve(url);
          }
        });
        child.on('exit', (code) => reject(new SetupError(`The backend ended with code ${code}:\n${errors}`)));
      }),
  );
  const stop = () =>
    new Promise((resolve) => {
      if (child.exitCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 5000).unref();
    });
  process.once('exit', () => child.kill('SIGKILL'));
  return { url, stop, logs: () => errors };
}
