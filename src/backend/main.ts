/**
 * `node src/backend/main.ts [--home DIR] [--port N] [--keys FILE] [--phone DIR] [--only cosign] [--proxy ADDRESS] [--ward] [--reset]`: sets up the demo where needed and serves it on loopback. The
 * first line on stdout is JSON with the address; --keys names where the CA's keys live (ca/key-settings.ts); --only cosign serves co-signing and phones alone, as a further process beside a whole
 * backend on the same home; --proxy (repeatable) names who may say where a request comes from; all else that is said goes to stderr. Ends cleanly on SIGTERM and SIGINT.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createBackend, type Backend } from './backend.ts';
import { vaultFromFile } from './ca/key-settings.ts';
import type { KeyVault } from './ca/keys.ts';
import { backendDir, provisionDemo } from './demo/provision.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    home: { type: 'string' },
    port: { type: 'string', default: '0' },
    keys: { type: 'string' },
    phone: { type: 'string' },
    only: { type: 'string' },
    proxy: { type: 'string', multiple: true },
    /** The whole ward: keys of its other staff in soft-token/ward, records in every state of their life. */
    ward: { type: 'boolean', default: false },
    reset: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  say(
    'node src/backend/main.ts [--home DIR] [--port N] [--keys FILE] [--phone DIR] [--only cosign] [--proxy ADDRESS] [--ward] [--reset]',
  );
  process.exit(0);
}
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  say(`--port wants a number from 0 to 65535, not ${values.port}`);
  process.exit(64);
}
const checkout = fileURLToPath(new URL('../../', import.meta.url));
const home = path.resolve(values.home ?? process.env['YIQIAN_HOME'] ?? path.join(checkout, '.yiqian'));

const isAlone = values.only !== undefined;
if (isAlone && (values.only !== 'cosign' || values.ward || values.reset)) {
  say('--only wants cosign, and neither --ward nor --reset beside it');
  process.exit(64);
}
if (isAlone && !existsSync(path.join(backendDir(home), 'ca', 'issuing.pem'))) {
  say('--only cosign goes beside a whole backend: start that one on this home first');
  process.exit(66);
}
if (!isAlone) await provisionDemo({ home, log: say, ward: values.ward, reset: values.reset, ...(await vault()) });
const backend = await listen(port);
process.stdout.write(`${JSON.stringify({ url: backend.url, backendId: backend.rooms.backendId })}\n`);
say(
  `${isAlone ? 'Co-signing' : 'Reference backend'} on ${backend.url} · data in ${path.relative(process.cwd(), home) || '.'} · Ctrl+C ends it`,
);

let ending = false;
const end = (): void => {
  if (ending) return;
  ending = true;
  backend.close().then(
    () => process.exit(0),
    (e: unknown) => {
      say(`closing failed: ${String(e)}`);
      process.exit(1);
    },
  );
};
process.on('SIGTERM', end);
process.on('SIGINT', end);

/** A port that is taken is no reason not to start: the address is told on stdout anyway. */
async function listen(wanted: number): Promise<Backend> {
  const phoneDir = path.resolve(values.phone ?? path.join(checkout, 'out', 'phone'));
  const settings = {
    dataDir: backendDir(home),
    log: say,
    phoneDir,
    ...(isAlone && { only: 'cosign' as const }),
    ...(values.proxy !== undefined && { proxies: values.proxy }),
  };
  try {
    return await createBackend({ ...settings, ...(await vault()), port: wanted });
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw e;
    say(`Port ${wanted} is taken; another one is used.`);
    return createBackend({ ...settings, ...(await vault()), port: 0 });
  }
}

/** Opened anew for the set-up and for the server: each closes its own. */
async function vault(): Promise<{ vault?: KeyVault }> {
  if (values.keys === undefined) return {};
  return { vault: await vaultFromFile(path.resolve(values.keys), path.join(backendDir(home), 'keys')) };
}
