#!/usr/bin/env node
/**
 * The one door of `npm run …`. Runs on the Node that is there (20 or newer) before node_modules exist, does the set-up a command needs, then hands over to
 * the Node that Electron ships (24), which comes from the npm registry with the other packages.
 */
import { say, fail, SetupError } from './setup/say.mjs';

const commands = {
  setup: ['everything the desk, the demo and the tests need', () => import('./commands/setup.mjs')],
  start: ['the desk on the reference backend with demo records', () => import('./commands/start.mjs')],
  demo: ['the main job, unattended, through the real app: -- --out DIR', () => import('./commands/demo.mjs')],
  backend: ['the reference backend alone', () => import('./commands/backend.mjs')],
  cli: [
    'the command line: -- tokens | sign | seal | fields | extend | verify | evidence | audit | export | diagnose',
    () => import('./commands/cli.mjs'),
  ],
  build: ['main, preload and renderer into out/', () => import('./commands/build.mjs')],
  test: ['every suite', () => import('./commands/test.mjs')],
  bench: ['speed, each figure beside a peer', () => import('./commands/bench.mjs')],
  attacks: ['the attack corpus for any verifier: -- --out DIR', () => import('./commands/attacks.mjs')],
  fuzz: ['every parser over mutated inputs: -- --seconds N', () => import('./commands/fuzz.mjs')],
  chaos: [
    'kills, pulled keys and network faults, judged from outside: -- --kills N',
    () => import('./commands/chaos.mjs'),
  ],
  lint: ['ESLint with the import rule per room, and Prettier', () => import('./commands/lint.mjs')],
  typecheck: ['TypeScript 7, strict', () => import('./commands/typecheck.mjs')],
  package: ['installers: linux | win', () => import('./commands/package.mjs')],
};

const [name, ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
if (command === undefined) {
  say(
    `Commands:\n${Object.entries(commands)
      .map(([k, [what]]) => `  npm run ${k.padEnd(10)} ${what}`)
      .join('\n')}`,
  );
  process.exit(name === undefined || name === 'help' ? 0 : 64);
}

try {
  const { run } = await command[1]();
  process.exitCode = await run(args);
} catch (e) {
  if (!(e instanceof SetupError)) throw e;
  fail(e.message);
  process.exitCode = e.exitCode;
}
