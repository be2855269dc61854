import path from 'node:path';
import { ensureSoftToken } from '../setup/built.mjs';
import { root } from '../setup/places.mjs';
import { runNode } from '../setup/run.mjs';
import { ensurePrograms } from '../setup/system.mjs';
import { prepareTools } from './prepare.mjs';

export async function run(args) {
  await prepareTools();
  await ensureSoftToken();
  await ensurePrograms(
    ['openssl', 'java', '/usr/share/java/bcpkix.jar', '/usr/share/java/pdfbox2.jar'],
    'the peers that our speed is measured against',
    { optional: true },
  );
  return (await runNode(path.join(root, 'test/bench/bench.ts'), args)).code;
}
