/** The reference backend with its demo data and soft token, started once per worker in a data directory of its own. */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './electron.ts';

export interface Hospital {
  readonly url: string;
  readonly home: string;
  /** What the desk is told; `tokenState` points it at the demo doctor's key. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder in which the soft token keeps its state and looks for faults. */
  readonly tokenState: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  dispose(): Promise<void>;
}

export const demoPin = '123456';

/** `ward`: the other staff's keys too, in a second token folder, and records in every state of their life. */
export async function openHospital({ ward = false }: { readonly ward?: boolean } = {}): Promise<Hospital> {
  const home = mkdtempSync(join(tmpdir(), 'yq-hospital-'));
  const node = join(root, 'node_modules/.bin/node');
  let port = 0;
  let child: ReturnType<typeof spawn> | undefined;
  const start = async (): Promise<void> => {
    const entry = join(root, 'src/backend/main.ts');
    const args = [entry, '--home', home, '--port', String(port), ...(ward ? ['--ward'] : [])];
    const started = spawn(node, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    let errors = '';
    started.stderr.on('data', (d: Buffer) => (errors += d.toString()));
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: started.stdout }).once('line', (line) =>
        resolve((JSON.parse(line) as { url: string }).url),
      );
      started.once('exit', (code) => reject(new Error(`the backend ended with ${code}: ${errors.slice(-2000)}`)));
    });
    port = Number(new URL(url).port);
  };
  const stop = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null) return;
    await new Promise<void>((resolve) => {
      running.once('exit', () => resolve());
      running.kill('SIGTERM');
    });
  };
  await start();
  const url = `http://127.0.0.1:${port}`;
  const tokenState = join(home, 'soft-token', 'state');
  const driver = (state: string) => ({
    profile: 'yiqian-soft',
    path: join(home, 'soft-token', 'libyiqian-soft.so'),
    env: { YIQIAN_SOFT_TOKEN_DIR: state },
  });
  const drivers = [driver(tokenState), ...(ward ? [driver(join(home, 'soft-token', 'ward'))] : [])];
  return {
    url,
    home,
    tokenState,
    env: { YIQIAN_BACKEND_URL: url, YIQIAN_DRIVERS: JSON.stringify(drivers) },
    start,
    stop,
    async dispose() {
      await stop();
      rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

/** The roots that the hospital's IT would have put into the desk's trust folder. */
export const trustHospital = (hospital: Hospital, deskHome: string): void => {
  cpSync(join(hospital.home, 'trust'), join(deskHome, 'trust'), { recursive: true });
};
