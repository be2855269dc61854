/** Where the desk keeps its things on this machine (docs/design/001): YIQIAN_HOME, else `.yiqian` in the program's folder. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Certificate, type TrustMaterial } from '#core/pki/index.ts';
import type { Terminal } from './terminal.ts';

/** The folder that holds `resources/` and `src/`. */
export const PROGRAM_FOLDER = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

export const homeFolder = (env: Terminal['env']): string =>
  resolve(env['YIQIAN_HOME'] ?? join(PROGRAM_FOLDER, '.yiqian'));

export const trustFolder = (env: Terminal['env'], given: string | undefined): string =>
  given === undefined ? join(homeFolder(env), 'trust') : resolve(given);

/** The font of appearances: packaged under resources/fonts, in a checkout the font package's own file. */
export function signingFontPath(): string {
  const packaged = join(PROGRAM_FOLDER, 'resources', 'fonts', 'NotoSansSC_400Regular.ttf');
  if (existsSync(packaged)) return packaged;
  return createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf');
}

export interface TrustFolder {
  readonly folder: string;
  readonly exists: boolean;
  readonly trust: TrustMaterial;
  /** Files that hold neither a certificate nor a revocation list. */
  readonly unreadable: readonly string[];
}

/** Below the trust folder: who may make seals. Where the folder is, only they may; without it, whoever the roots reach. */
const SEAL_MAKERS = 'seal-makers';

const CERTIFICATE_FILE = /\.(pem|crt|cer|der)$/i;
const CRL_FILE = /\.crl$/i;
const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g;

/**
 * Reads a folder of trusted certificates: self-issued ones are roots, others help to build chains, `.crl` files are revocation
 * lists. An absent folder trusts nobody.
 */
export async function readTrust(folder: string): Promise<TrustFolder> {
  const roots: Certificate[] = [];
  const intermediates: Certificate[] = [];
  const crls: Uint8Array[] = [];
  const unreadable: string[] = [];
  const read = async (below: string, take: (certificate: Certificate) => void): Promise<void> => {
    const names = existsSync(join(folder, below)) ? (await readdir(join(folder, below))).sort() : [];
    for (const name of names) {
      const path = join(folder, below, name);
      try {
        if (CRL_FILE.test(name)) crls.push(...pemOrDer(await readFile(path), 'X509 CRL'));
        if (!CERTIFICATE_FILE.test(name)) continue;
        for (const der of pemOrDer(await readFile(path), 'CERTIFICATE')) take(Certificate.parse(der));
      } catch {
        unreadable.push(join(below, name));
      }
    }
  };
  await read('', (certificate) => {
    const selfIssued = Buffer.from(certificate.issuerDer).equals(certificate.subjectDer);
    (selfIssued ? roots : intermediates).push(certificate);
  });
  const sealMakers: Certificate[] = [];
  await read(SEAL_MAKERS, (certificate) => sealMakers.push(certificate));
  const named = existsSync(join(folder, SEAL_MAKERS));
  const trust = { roots, intermediates, crls, ...(named && { sealMakers }) };
  return { folder, exists: existsSync(folder), trust, unreadable };
}

function pemOrDer(bytes: Uint8Array, label: string): Uint8Array[] {
  const text = Buffer.from(bytes).toString('latin1');
  if (!text.includes('-----BEGIN ')) return [new Uint8Array(bytes)];
  const blocks = [...text.matchAll(PEM_BLOCK)].filter((match) => match[1] === label);
  return blocks.map(([block]) => new Uint8Array(Buffer.from(block.replace(/-----[^-]+-----/g, ''), 'base64')));
}
