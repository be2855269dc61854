import { bin } from '../setup/places.mjs';
import { run as runProgram } from '../setup/run.mjs';
import { prepareTools } from './prepare.mjs';

export async function run(args) {
  await prepareTools();
  const lint = await runProgram(bin('eslint'), ['--max-warnings=0', '.', ...args]);
  const format = await runProgram(bin('prettier'), [
    '--check',
    '--log-level=warn',
    'src',
    'test',
    'scripts',
    '*.mjs',
    '*.ts',
  ]);
  return lint.code || format.code;
}
