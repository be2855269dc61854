import path from 'node:path';
import { ensureBuilt, ensureSoftToken } from '../setup/built.mjs';
import { ensureShell } from '../setup/electron.mjs';
import { root } from '../setup/places.mjs';
import { runNode } from '../setup/run.mjs';
import { prepareTests } from './test.mjs';

/** Kills desk and backend at random points, pulls keys, breaks the network: -- [--kills N] [--seed N] [--flow NAME] [--cases N]. */
export async function run(args) {
  await prepareTests();
  await ensureShell({ download: false });
  await ensureSoftToken();
  await ensureBuilt();
  return (await runNode(path.join(root, 'test/chaos/run.ts'), args)).code;
}
