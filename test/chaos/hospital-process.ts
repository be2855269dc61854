/** The reference backend with demo data and soft token in a process group of its own: stopped, started, killed at a point or from outside. */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Hospital } from '../e2e/hospital.ts';
import { arm, pointsPassed, struckAt, type Arming, type Passed } from './points/death.ts';
import type { Death } from './desk-process.ts';

export interface HospitalProcess extends Hospital {
  /** Folder of the backend's own data. */
  readonly data: string;
  arm(arming: Arming): void;
  points(): Passed;
  kill(why?: string): Promise<Death>;
  /** Settles when it is gone, however. */
  readonly died: Promise<Death>;
  readonly running: boolean;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `prepare` works on the data while nobody serves them. */
export async function openHospitalProcess(
  prepare: (home: string) => Promise<void> = () => Promise.resolve(),
): Promise<HospitalProcess> {
  const home = mkdtempSync(join(tmpdir(), 'yq-chaos-hospital-'));
  const shared = mkdtempSync(join(tmpdir(), 'yq-chaos-points-'));
  let port = 0;
  let child: ChildProcess | undefined;
  let died: Promise<Death> = Promise.resolve({ at: undefined, point: 'never started', lost: [] });
  let killed = 'from outside';

  const start = async (): Promise<void> => {
    killed = 'from outside';
    arm(shared, { at: 0, how: 'kill' });
    const started = fork(join(root, 'src/backend/main.ts'), ['--home', home, '--port', String(port)], {
      execPath: join(root, 'node_modules/.bin/node'),
      execArgv: [
        '--disable-warning=ExperimentalWarning',
        '--import',
        new URL('./points/in-process.ts', import.meta.url).href,
      ],
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, CHAOS_FOLDER: shared, CHAOS_ROOT: join(home, 'backend'), NODE_OPTIONS: '', VITEST: '' },
    });
    child = started;
    let errors = '';
    started.stderr?.on('data', (d: Buffer) => (errors = (errors + d.toString()).slice(-20_000)));
    died = new Promise((resolve) => {
      started.once('exit', () => {
        try {
          process.kill(-started.pid!, 'SIGKILL');
        } catch {
          // None of the group is left.
        }
        child = undefined;
        resolve(struckAt(shared) ?? { at: undefined, point: killed, lost: [] });
      });
    });
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: started.stdout! }).once('line', (line) =>
        resolve((JSON.parse(line) as { url: string }).url),
      );
      started.once('exit', (code, signal) =>
        reject(new Error(`the backend ended with ${code ?? signal}: ${errors.slice(-2000)}`)),
      );
    });
    const at = Number(new URL(url).port);
    if (port !== 0 && at !== port) throw new Error(`the backend came back on another port: ${at} after ${port}`);
    port = at;
  };
  const stop = async (): Promise<void> => {
    child?.kill('SIGTERM');
    await died;
  };

  await start();
  await stop();
  await prepare(home);
  await start();
  const tokenState = join(home, 'soft-token', 'state');
  const driver = {
    profile: 'yiqian-soft',
    path: join(home, 'soft-token', 'libyiqian-soft.so'),
    env: { YIQIAN_SOFT_TOKEN_DIR: tokenState },
  };
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    home,
    data: join(home, 'backend'),
    tokenState,
    env: { YIQIAN_BACKEND_URL: url, YIQIAN_DRIVERS: JSON.stringify([driver]) },
    start,
    stop,
    arm: (arming) => {
      arm(shared, arming);
    },
    points: () => pointsPassed(shared),
    async kill(why = 'from outside') {
      killed = why;
      if (child?.pid !== undefined) {
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          // It is dying by itself.
        }
      }
      return died;
    },
    get died() {
      return died;
    },
    get running() {
      return child !== undefined;
    },
    async dispose() {
      await stop();
      for (const folder of [home, shared])
        rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}
