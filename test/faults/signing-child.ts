/**
 * Signs a record and stops for good at one point, so that the test can kill it there.
 * Arguments: folder (with record.pdf), point. Writes root.pem beside the record, prints `at POINT`.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signPdf } from '#core/signing/index.ts';
import { makePki, requestOf, tsaClient, tsaSettings } from '../core/signing/material.ts';

const [folder = '', point = ''] = process.argv.slice(2);
const pki = await makePki('ec-p256');
await writeFile(join(folder, 'root.pem'), pki.root.toPem());
await signPdf(
  requestOf(join(folder, 'record.pdf'), join(folder, 'signed.pdf'), await pki.issue('Doctor'), pki.trust, {
    tsa: tsaSettings(pki.trust, 'sha256'),
    http: tsaClient(await pki.issueTsa()),
    atPoint: async (reached) => {
      if (reached !== point) return;
      process.stdout.write(`at ${reached}\n`);
      await new Promise(() => setInterval(() => undefined, 1000));
    },
  }),
);
