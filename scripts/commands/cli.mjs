import path from 'node:path';
import { root } from '../setup/places.mjs';
import { runNode } from '../setup/run.mjs';
import { prepareTools } from './prepare.mjs';

export async function run(args) {
  await prepareTools();
  return (await runNode(path.join(root, 'src/cli/main.ts'), args, { cwd: process.env.INIT_CWD ?? process.cwd() })).code;
}
