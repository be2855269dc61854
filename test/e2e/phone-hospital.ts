/** A hospital for phones: its page is served, its clock can be moved, codes are given out by IT. Everything it said is kept. */
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './electron.ts';
import type { Hospital } from './hospital.ts';

export interface PhoneHospital extends Hospital {
  /** The file of the service's store. */
  readonly store: string;
  /** Everything the service said on its error output. */
  readonly said: () => string;
  /** From now on the service's clock is so many ms ahead of ours. */
  ahead(ms: number): Promise<void>;
  /** As IT does it, with the person before him. */
  enrolCode(personId: string): Promise<string>;
  /** What the administrator does to a key. */
  administer(keyId: string, act: 'suspend' | 'resume' | 'unlock' | 'revoke'): Promise<void>;
}

export async function openPhoneHospital(records = 0): Promise<PhoneHospital> {
  const phoneDir = join(root, 'out/phone');
  if (!existsSync(join(phoneDir, 'index.html'))) throw new Error('Build the app first: npm run build');
  const home = mkdtempSync(join(tmpdir(), 'yq-phone-hospital-'));
  let port = 0;
  let toAdd = records;
  let said = '';
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const started = fork(join(root, 'test/e2e/moved-backend.ts'), [home, String(port), String(toAdd), phoneDir], {
      execPath: join(root, 'node_modules/.bin/node'),
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child = started;
    toAdd = 0;
    started.stderr!.on('data', (d: Buffer) => (said += d.toString()));
    const { url } = await new Promise<{ url: string }>((resolve, reject) => {
      started.once('message', (m) => resolve(m as { url: string }));
      started.once('exit', (code) => reject(new Error(`the backend ended with ${code}: ${said.slice(-2000)}`)));
    });
    port = Number(new URL(url).port);
  };
  const stop = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const gone = new Promise<void>((resolve) => running.once('exit', () => resolve()));
    running.kill('SIGTERM');
    await gone;
  };
  await start();
  const url = `http://127.0.0.1:${port}`;
  const tokenState = join(home, 'soft-token', 'state');
  const driver = {
    profile: 'yiqian-soft',
    path: join(home, 'soft-token', 'libyiqian-soft.so'),
    env: { YIQIAN_SOFT_TOKEN_DIR: tokenState },
  };
  const asAdministrator = async (path: string, body: object): Promise<unknown> => {
    const secret = readFileSync(join(home, 'backend', 'admin-secret'), 'utf8').trim();
    const answer = await fetch(`${url}/api/v1/cosign${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return {
    url,
    home,
    tokenState,
    store: join(home, 'backend', 'backend.sqlite'),
    said: () => said,
    env: { YIQIAN_BACKEND_URL: url, YIQIAN_DRIVERS: JSON.stringify([driver]) },
    start,
    stop,
    async ahead(ms) {
      const running = child;
      if (running === undefined) throw new Error('the backend does not run');
      const moved = new Promise((resolve) => running.once('message', resolve));
      running.send({ ahead: ms });
      await moved;
    },
    enrolCode: async (personId) => ((await asAdministrator('/codes', { personId })) as { code: string }).code,
    administer: async (keyId, act) =>
      void (await asAdministrator(`/keys/${keyId}/administer`, { act, reason: '演示' })),
    async dispose() {
      await stop();
      rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}
