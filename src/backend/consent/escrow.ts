/**
 * The escrow certificate: evidence is sealed to it and opened by its holder alone. Its key is a file that only the owner can read. A hospital
 * that keeps the key elsewhere puts its certificate at ca/escrow.pem before the first start; the backend needs no more than that.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { requireEscrow } from '#core/consent/index.ts';
import { Certificate } from '#core/pki/index.ts';
import type { Authority } from '../ca/authority.ts';
import { fileKeys } from '../ca/keys.ts';

export interface EscrowSettings {
  /** Folder of the certificates. */
  readonly dir: string;
  /** Folder of the key files. */
  readonly keys: string;
  readonly authority: Authority;
  readonly organization: string;
  readonly clock: () => Date;
}

export interface Escrow {
  readonly certificate: Certificate;
  readonly chain: readonly Certificate[];
}

const DAY_MS = 86_400_000;
const YEARS = 10;

/** @throws CONSENT_ESCROW_CERTIFICATE when the certificate that is there is none to seal to */
export async function openEscrow(settings: EscrowSettings): Promise<Escrow> {
  const { dir, keys, authority, organization, clock } = settings;
  const file = path.join(dir, 'escrow.pem');
  const stored = await readFile(file, 'utf8').catch((e: NodeJS.ErrnoException) => {
    if (e.code === 'ENOENT') return undefined;
    throw e;
  });
  if (stored !== undefined) {
    const [certificate, ...chain] = Certificate.parseAll(stored);
    if (certificate === undefined) throw new Error(`${file} holds no certificate`);
    requireEscrow(certificate, clock());
    return { certificate, chain: chain.length > 0 ? chain : authority.chain('sm2') };
  }
  const key = await fileKeys(keys).key('escrow', 'sm2');
  const now = clock().getTime();
  const { certificate, chain } = await authority.certify('sm2', {
    subject: [
      ['C', 'CN'],
      ['O', organization],
      ['OU', '知情同意证据保管'],
      ['CN', `${organization} 证据保管`],
    ],
    publicKey: key.publicKey,
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + YEARS * 365.25 * DAY_MS),
    keyUsage: ['keyEncipherment', 'dataEncipherment'],
  });
  await writeFile(`${file}.new`, certificate.toPem(), { mode: 0o644, flush: true });
  await rename(`${file}.new`, file);
  return { certificate, chain };
}
