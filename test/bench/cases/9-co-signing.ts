/** Signing by two parties: a device here, the service in a process of its own, loopback HTTP between them. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { randomBytes } from '#core/crypto/index.ts';
import type { HttpClient } from '#core/pki/types.ts';
import { cosignProvider, type Token } from '#core/token/index.ts';
import { markAtMost, median, type BenchCase } from '../framework.ts';
import { opensslSm2 } from '../peers.ts';

const PIN = '246810';
/** Size of a SignerInfo's signed attributes. */
const MESSAGE = 300;
const KEYS = 4;
const PER_KEY = 600;

const http: HttpClient = async ({ url, method, headers, body }) => {
  const response = await fetch(url, {
    method,
    ...(headers && { headers }),
    ...(body && { body: new Uint8Array(body) }),
  });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer()),
  };
};

interface Service {
  readonly url: string;
  code(): Promise<string>;
  close(): Promise<void>;
}

async function startService(home: string): Promise<Service> {
  const entry = new URL('../../../src/backend/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [entry, '--home', home, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => {
      resolve((JSON.parse(line) as { url: string }).url);
    });
    child.once('exit', (code) => {
      reject(new Error(`the backend ended with ${code}`));
    });
  });
  const secret = readFileSync(join(home, 'backend', 'admin-secret'), 'utf8').trim();
  return {
    url,
    async code() {
      const response = await fetch(`${url}/api/v1/cosign/codes`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ personId: '10023' }),
      });
      return ((await response.json()) as { code: string }).code;
    },
    close: () =>
      new Promise((resolve) => {
        child.once('exit', () => {
          resolve();
        });
        child.kill('SIGTERM');
      }),
  };
}

export default {
  name: 'Co-signing (cosign)',
  async run() {
    const home = mkdtempSync(join(tmpdir(), 'yq-bench-cosign-'));
    const service = await startService(home);
    try {
      const tokens: { token: Token; keyId: string }[] = [];
      for (let i = 0; i < KEYS; i++) {
        const dir = join(home, `device${i}`);
        mkdirSync(dir);
        const same = (bytes: Uint8Array): Promise<Uint8Array> => Promise.resolve(bytes.slice());
        const protector = { protect: same, unprotect: same };
        const provider = cosignProvider({ dir, url: service.url, http, protector, now: () => new Date() });
        const { id } = await provider.enrol({ code: await service.code(), pin: PIN, deviceName: `bench ${i}` });
        const token = await provider.open(id);
        await token.login(PIN);
        tokens.push({ token, keyId: (await token.certificates())[0]?.keyId ?? '' });
      }
      const [first] = tokens;
      if (first === undefined) throw new Error('no key');
      const sign = (): Promise<Uint8Array> => first.token.signMessage(first.keyId, randomBytes(MESSAGE));
      const times: number[] = [];
      for (let i = 0; i < 120; i++) {
        const begin = performance.now();
        await sign();
        if (i >= 20) times.push(performance.now() - begin);
      }
      const p50 = median(times);
      const p99 = [...times].sort((a, b) => a - b)[98] ?? Number.NaN;
      const batchBegin = performance.now();
      await Promise.all(Array.from({ length: 200 }, sign));
      const batch = performance.now() - batchBegin;
      const begin = performance.now();
      await Promise.all(
        tokens.map(({ token, keyId }) =>
          Promise.all(Array.from({ length: PER_KEY }, () => token.signMessage(keyId, randomBytes(MESSAGE)))),
        ),
      );
      const rate = (KEYS * PER_KEY * 1000) / (performance.now() - begin);
      const openssl = opensslSm2().sign;
      const one = { name: 'one signature of OpenSSL, in process', value: openssl && 1000 / openssl };
      const speed = { name: 'OpenSSL speed sm2, signs alone', value: openssl };
      return [
        {
          name: 'One co-signature over loopback, p50, both sides’ checks included',
          unit: 'ms',
          value: p50,
          peers: [one],
          mark: markAtMost(25, p50, '≤ 25 ms'),
        },
        { name: 'the same, p99', unit: 'ms', value: p99, peers: [] },
        { name: 'Batch of 200 with one key', unit: 'ms', value: batch, peers: [] },
        {
          name: 'Service: signatures a second, one process, devices on the other core',
          unit: '/s',
          value: rate,
          peers: [speed],
          mark: { text: '≥ 400 /s', reached: rate >= 400 },
        },
      ];
    } finally {
      await service.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    }
  },
} satisfies BenchCase;
