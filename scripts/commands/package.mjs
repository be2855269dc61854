import { bin } from '../setup/places.mjs';
import { ensureBuilt } from '../setup/built.mjs';
import { run as runProgram } from '../setup/run.mjs';
import { SetupError } from '../setup/say.mjs';
import { prepareTools } from './prepare.mjs';

export async function run([target]) {
  const flags = { linux: ['--linux'], win: ['--win'] }[target];
  if (flags === undefined) throw new SetupError('Say which: npm run package:linux or npm run package:win', 64);
  await prepareTools();
  await ensureBuilt();
  return (await runProgram(bin('electron-builder'), [...flags, '--publish', 'never'])).code;
}
