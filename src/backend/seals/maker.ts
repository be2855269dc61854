/** The seal maker of this backend: an organisation's signing certificate under the SM2 issuing CA. For a demonstration, and it says so. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Certificate, createCertificateRequest, type Signer } from '#core/pki/index.ts';
import type { Rooms } from '../rooms.ts';

/** File below the CA's folder, and name of the key. */
export const SEAL_MAKER = 'seal-maker';
const DAYS = 5 * 365;

/** Key and certificate are made on the first call; the certificate is issued anew when it has expired or does not fit the key. */
export async function openSealMaker(rooms: Rooms, dataDir: string, organization: string): Promise<Signer> {
  const key = await rooms.vault.key(SEAL_MAKER, 'sm2');
  const folder = path.join(dataDir, 'ca');
  const file = path.join(folder, `${SEAL_MAKER}.pem`);
  const stored = await readFile(file, 'utf8').catch((e: NodeJS.ErrnoException) => {
    if (e.code === 'ENOENT') return undefined;
    throw e;
  });
  const kept = stored === undefined ? undefined : Certificate.parse(stored);
  const fits = kept !== undefined && Buffer.compare(kept.publicKey.spki, key.publicKey.spki) === 0;
  const certificate = fits && kept.notAfter > rooms.clock() ? kept : await issue();
  const chain = rooms.hierarchies.filter((h) => h.kind === 'sm2').map((h) => h.issuing.certificate);
  return { certificate, chain, digest: key.digest, sign: (bytes) => key.sign(bytes) };

  async function issue(): Promise<Certificate> {
    const request = await createCertificateRequest(
      {
        subject: [
          ['C', 'CN'],
          ['O', organization],
          ['CN', `${organization} 制章中心（演示）`],
        ],
      },
      key,
    );
    const issued = await rooms.authority.issue(request, { days: DAYS });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(file, issued.certificate.toPem(), { mode: 0o644, flush: true });
    return issued.certificate;
  }
}
