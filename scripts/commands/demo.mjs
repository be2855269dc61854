/** `npm run demo -- --out DIR [--records N]`: the main job, unattended, through the real app. Has a data folder of its own, made anew each time. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { startBackend } from '../setup/backend-process.mjs';
import { ensureSoftToken } from '../setup/built.mjs';
import { deskEnv } from '../setup/desk-env.mjs';
import { home, root } from '../setup/places.mjs';
import { runNode } from '../setup/run.mjs';
import { SetupError } from '../setup/say.mjs';
import { prepareDesk } from './prepare.mjs';

export async function run(args) {
  const at = args.indexOf('--out');
  const named = at < 0 ? 'demo-out' : args[at + 1];
  if (named === undefined || named.startsWith('--'))
    throw new SetupError('Say where to: npm run demo -- --out DIR', 64);
  const out = path.resolve(process.env.INIT_CWD ?? process.cwd(), named);
  const records = args.indexOf('--records');
  const count = records < 0 ? [] : ['--records', String(args[records + 1])];
  const shell = await prepareDesk({ download: false });
  const dataHome = path.join(home, 'demo');
  rmSync(dataHome, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  await ensureSoftToken(dataHome);
  const backend = await startBackend({ dataHome });
  try {
    const { code } = await runNode(path.join(root, 'scripts/demo/demo.ts'), ['--out', out, ...count], {
      env: { ...deskEnv(backend.url, dataHome), YIQIAN_ELECTRON: shell },
    });
    return code;
  } finally {
    await backend.stop();
  }
}
