import path from 'node:path';
import { root } from '../setup/places.mjs';
import { runNode } from '../setup/run.mjs';
import { prepareTools } from './prepare.mjs';

/** Every parser over mutated inputs: -- [--seconds N] [--seed S] [TARGET …]. */
export async function run(args) {
  await prepareTools();
  return (await runNode(path.join(root, 'test/fuzz/fuzz.ts'), args)).code;
}
