/**
 * Stands before the signing worker in a test: the worker's own file calls can be made to never come back. Nothing of this is in the product.
 * HOLD_ENTRY: the worker. HOLD_CONTROL: a file with {name, after}; while it is there, a call of `name` is held, with `after` once it is
 * carried out, and told by a file beside it.
 */
import { existsSync, promises as fs, readFileSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { pathToFileURL } from 'node:url';

const control = process.env.HOLD_CONTROL;
const handle = await fs.open(process.execPath);
const owners = { rename: fs, truncate: Object.getPrototypeOf(handle), chmod: Object.getPrototypeOf(handle) };
await handle.close();

for (const [name, owner] of Object.entries(owners)) {
  const real = owner[name];
  owner[name] = async function (...args) {
    if (!existsSync(control)) return real.apply(this, args);
    const wanted = JSON.parse(readFileSync(control, 'utf8'));
    if (wanted.name !== name) return real.apply(this, args);
    if (wanted.after) await real.apply(this, args);
    writeFileSync(`${control}.held`, '');
    return new Promise(() => {});
  };
}
syncBuiltinESMExports();
await import(pathToFileURL(process.env.HOLD_ENTRY).href);
