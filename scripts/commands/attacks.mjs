import path from 'node:path';
import { root } from '../setup/places.mjs';
import { runNode } from '../setup/run.mjs';
import { fail } from '../setup/say.mjs';
import { prepareTools } from './prepare.mjs';

/** The attack corpus for anybody's verifier: one PDF per attack, what it was made from, and what must be said of it. */
export async function run(args) {
  const at = args.indexOf('--out');
  const out = at < 0 ? undefined : args[at + 1];
  if (out === undefined) {
    fail('npm run attacks -- --out DIR');
    return 64;
  }
  await prepareTools();
  return (await runNode(path.join(root, 'test/core/verify/attacks/corpus/make.ts'), [path.resolve(out)])).code;
}
