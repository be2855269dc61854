/** The set-up steps in their order; each command asks for what it needs. */
import { ensureBuilt, ensureSoftToken } from '../setup/built.mjs';
import { ensureShell } from '../setup/electron.mjs';
import { ensureNodeModules } from '../setup/node-modules.mjs';

export async function prepareTools() {
  await ensureNodeModules();
}

/** All that the desk needs. Gives 'real' or 'stand-in'. */
export async function prepareDesk({ download }) {
  await ensureNodeModules();
  await ensureSoftToken();
  const shell = await ensureShell({ download });
  await ensureBuilt();
  return shell;
}
