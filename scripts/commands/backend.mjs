import path from 'node:path';
import { ensureSoftToken } from '../setup/built.mjs';
import { home, root } from '../setup/places.mjs';
import { runNode } from '../setup/run.mjs';
import { prepareTools } from './prepare.mjs';

export async function run(args) {
  await prepareTools();
  await ensureSoftToken();
  const port = args.includes('--port') ? [] : ['--port', '8765'];
  return (await runNode(path.join(root, 'src/backend/main.ts'), ['--home', home, ...port, ...args])).code;
}
