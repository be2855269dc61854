/** Co-signing services in processes of their own, to be killed and started again, and devices that speak with them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { HttpClient } from '#core/pki/types.ts';
import { cosignProvider, type CosignProvider, type Protector } from '#core/token/index.ts';

export const PIN = '246810';
export const PERSON = '10023';
const root = fileURLToPath(new URL('../../', import.meta.url));

interface Said {
  readonly url: string;
  /** Bearer of a session of the one person; a process for co-signing alone gives none. */
  readonly session?: string;
}

/** First line of a child: where it is reached. */
function saidBy(child: ChildProcess): Promise<Said> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error('no stdout');
    createInterface({ input: child.stdout }).once('line', (line) => {
      resolve(JSON.parse(line) as Said);
    });
    child.once('exit', (code) => {
      reject(new Error(`the service ended with ${code}`));
    });
  });
}

const ends = new WeakMap<ChildProcess, Promise<void>>();

/** Ends it at once, and waits until it has ended; however often it is asked. */
export function kill(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const end =
    ends.get(child) ??
    new Promise<void>((resolve) => {
      child.once('exit', () => {
        resolve();
      });
      child.kill('SIGKILL');
    });
  ends.set(child, end);
  return end;
}

/** A service process; started again it is reached where it was. */
export class ServiceProcess {
  readonly #home: string;
  readonly #alone: boolean;
  #child: ChildProcess | undefined;
  #url = '';
  #session = '';

  /** @param alone co-signing alone, by the program that a hospital starts, behind a proxy on this machine; else a whole backend with one person and nothing else */
  constructor(home: string, { alone = false } = {}) {
    this.#home = home;
    this.#alone = alone;
  }

  get url(): string {
    return this.#url;
  }

  /** Bearer of the one person, with a whole backend. */
  get session(): string {
    return this.#session;
  }

  /** The process that runs now: what is to be killed is looked up before it is replaced. */
  get child(): ChildProcess | undefined {
    return this.#child;
  }

  /** @param ahead ms by which the clock of a whole backend is ahead */
  async start(ahead = 0): Promise<void> {
    const port = this.#url === '' ? '0' : new URL(this.#url).port;
    const args = this.#alone
      ? [
          join(root, 'src/backend/main.ts'),
          '--home',
          this.#home,
          '--only',
          'cosign',
          '--proxy',
          '127.0.0.1',
          '--port',
          port,
        ]
      : [join(root, 'test/faults/cosign-service.ts'), join(this.#home, 'backend'), port, String(ahead)];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const { url, session = '' } = await saidBy(this.#child);
    this.#url = url;
    this.#session = session;
  }

  kill(): Promise<void> {
    return kill(this.#child);
  }
}

export interface Home {
  readonly dir: string;
  /** File of the store. */
  readonly store: string;
  /** The administrator's bearer. */
  secret(): string;
  /** A folder for a device's key. */
  folder(name: string): string;
  remove(): void;
}

export function makeHome(): Home {
  const dir = mkdtempSync(join(tmpdir(), 'yq-cosign-kill-'));
  return {
    dir,
    store: join(dir, 'backend', 'backend.sqlite'),
    secret: () => readFileSync(join(dir, 'backend', 'admin-secret'), 'utf8').trim(),
    folder: (name) => {
      mkdirSync(join(dir, name), { recursive: true });
      return join(dir, name);
    },
    remove: () => rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  };
}

export const http: HttpClient = async ({ url, method = 'POST', headers, body }) => {
  const answer = await fetch(url, {
    method,
    ...(headers && { headers }),
    ...(method !== 'GET' && { body: new Uint8Array(body ?? []) }),
  });
  return { status: answer.status, headers: {}, body: new Uint8Array(await answer.arrayBuffer()) };
};

const same = (bytes: Uint8Array): Promise<Uint8Array> => Promise.resolve(bytes.slice());
/** No machine's own store stands between a test and its file. */
export const openProtector: Protector = { protect: same, unprotect: same };

export const device = (dir: string, url: string, over: HttpClient = http): CosignProvider =>
  cosignProvider({ dir, url, http: over, protector: openProtector, now: () => new Date() });

/** A one-time code from the administrator. */
export async function enrolmentCode(home: Home, url: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/cosign/codes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${home.secret()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ personId: PERSON }),
  });
  return ((await answer.json()) as { code: string }).code;
}
