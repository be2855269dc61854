/** Child processes of the scripts. */
import { spawn } from 'node:child_process';
import { childEnv, root, shippedNode } from './places.mjs';
import { SetupError } from './say.mjs';

/** Runs a program to its end; gives exit code and, with `capture`, what it wrote. */
export function run(program, args, { capture = false, env = {}, cwd = root, timeout } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: childEnv(env),
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      shell: process.platform === 'win32' && program.endsWith('.cmd'),
      ...(timeout === undefined ? {} : { timeout, killSignal: 'SIGKILL' }),
    });
    let output = '';
    child.stdout?.on('data', (d) => (output += d));
    child.stderr?.on('data', (d) => (output += d));
    const forward = (signal) => child.kill(signal);
    process.on('SIGINT', forward).on('SIGTERM', forward);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      resolve({ code: code ?? (signal === null ? 1 : 128), output });
    });
  });
}

/** Runs one of our TypeScript or JavaScript files on the shipped Node. */
export function runNode(file, args = [], options = {}) {
  const node = shippedNode();
  if (node === undefined) throw new SetupError('Node 24 is not there. Run `npm run setup` first.');
  return run(node, [file, ...args], options);
}
