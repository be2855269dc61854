import path from 'node:path';
import { modules } from '../setup/places.mjs';
import { run as runProgram } from '../setup/run.mjs';
import { prepareTools } from './prepare.mjs';

/** TypeScript 7; the package named `typescript` is 6, which typescript-eslint's parser still needs. */
export const tsc = path.join(modules, '@typescript/native/bin/tsc');

export async function run() {
  await prepareTools();
  return (await runProgram(process.execPath, [tsc, '--noEmit', '-p', '.'])).code;
}
