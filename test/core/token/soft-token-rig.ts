/** A soft token of its own for a test file: built library, fresh state, fault injection, provider over a real token-host process. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  forkHost,
  loadProfiles,
  pkcs11Provider,
  type AdministrableProvider,
  type Pkcs11Options,
  type Token,
  type TokenInfo,
} from '#core/token/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
export const profiles = loadProfiles(join(root, 'resources/vendor-profiles'));

export const PIN = '123456';
export const SO_PIN = '12345678';

/** Built once per machine and change: the build's own stamp makes the second call cheap. */
export function softTokenLibrary(options: readonly string[] = []): string {
  const directory = join(tmpdir(), `yiqian-test-soft-token-${process.getuid?.() ?? 0}${options.join('')}`);
  execFileSync(process.execPath, [join(root, 'resources/soft-token/build.mjs'), directory, ...options], {
    stdio: 'pipe',
  });
  return join(directory, 'libyiqian-soft.so');
}

export class SoftTokenRig {
  readonly state: string;
  readonly library: string;
  readonly #providers: AdministrableProvider[] = [];
  #controls = 0;

  constructor(library = softTokenLibrary()) {
    this.library = library;
    this.state = mkdtempSync(join(tmpdir(), 'yiqian-token-'));
  }

  get env(): Record<string, string> {
    return { YIQIAN_SOFT_TOKEN_DIR: this.state };
  }

  /** module.conf: which vendor to pose as. Before the provider's first call. */
  pose(lines: readonly string[]): void {
    writeFileSync(join(this.state, 'module.conf'), `${lines.join('\n')}\n`);
  }

  /** The control file; a new file every time, so that no change can hide behind the clock's grain. */
  control(...lines: readonly string[]): void {
    const next = join(this.state, `control.${this.#controls++}`);
    writeFileSync(next, `${lines.join('\n')}\n`);
    renameSync(next, join(this.state, 'control'));
  }

  addSlot(slot: number): void {
    if (!existsSync(join(this.state, `slot${slot}`))) mkdirSync(join(this.state, `slot${slot}`));
  }

  provider(options: Partial<Pkcs11Options> = {}, profile = 'yiqian-soft'): AdministrableProvider {
    const provider = pkcs11Provider({
      drivers: [{ id: 'soft', path: this.library, profile, env: this.env }],
      profiles,
      spawnHost: forkHost(),
      pollMs: 50,
      ...options,
    });
    this.#providers.push(provider);
    return provider;
  }

  /** An initialised token with one key pair; gives the key's id. */
  async personalise(
    provider: AdministrableProvider,
    slot = 0,
  ): Promise<{ info: TokenInfo; keyId: string; publicKey: Uint8Array }> {
    const admin = provider.admin({ driver: 'soft', slot });
    const info = await admin.initialize({ label: `TEST ${slot}`, soPin: SO_PIN, userPin: PIN });
    const { ckaId, publicKey } = await admin.generateSm2KeyPair({ pin: PIN, label: 'signing key' });
    return { info, keyId: Buffer.from(ckaId).toString('hex').toUpperCase(), publicKey };
  }

  async close(): Promise<void> {
    for (const provider of this.#providers) await provider.close();
    rmSync(this.state, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

export async function loggedIn(provider: AdministrableProvider, tokenId: string): Promise<Token> {
  const token = await provider.open(tokenId);
  await token.login(PIN);
  return token;
}

/** The code of the YqError that the work is rejected with; 'resolved' when it is not. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'resolved',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
}

/** Waits for something that another process brings about; gives up loudly. */
export async function until(what: string, done: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await done())) {
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
