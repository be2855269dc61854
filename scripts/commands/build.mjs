import { ensureBuilt } from '../setup/built.mjs';
import { prepareTools } from './prepare.mjs';

export async function run() {
  await prepareTools();
  await ensureBuilt();
  return 0;
}
