/** A program that dies while its driver hangs: tells the host process's pid, then logs in and never comes back. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { loadProfiles, pkcs11Provider, type SpawnHost } from '#core/token/index.ts';

const [library = '', state = '', tokenId = ''] = process.argv.slice(2);
const root = join(import.meta.dirname, '../..');

let pid: number | undefined;
const spawnHost: SpawnHost = ({ env }) => {
  const child = fork(join(root, 'src/token-host/main.ts'), [], {
    env: { ...process.env, ...env },
    serialization: 'advanced',
  });
  pid = child.pid;
  return {
    post: (message) => void child.send(message as object),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  };
};

const provider = pkcs11Provider({
  drivers: [{ id: 'soft', path: library, profile: 'yiqian-soft', env: { YIQIAN_SOFT_TOKEN_DIR: state } }],
  profiles: loadProfiles(join(root, 'resources/vendor-profiles')),
  spawnHost,
  deadlines: { login: 600_000 },
});
const token = await provider.open(tokenId);
const login = token.login('123456');
setTimeout(() => process.send?.(pid ?? 0), 200);
await login;
