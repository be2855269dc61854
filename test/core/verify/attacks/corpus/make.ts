/**
 * Writes the attack corpus for anybody's verifier: `npm run attacks -- --out DIR`. One PDF per attack, the honest files they were made
 * from, the certificates to trust, and index.json with what each file does and what must be said of it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attacks, honestSeal, Lab, sealTrust } from './index.ts';
import type { Certificate } from '#core/pki/index.ts';

const out = process.argv[2];
if (out === undefined) throw new Error('make.ts DIR');
await mkdir(join(out, 'honest'), { recursive: true });
const lab = await Lab.open();
const honest = {
  signed: await lab.signed(),
  'signed-twice': await lab.signedTwice(),
  'signed-form': await lab.signedForm(),
  'certified-p1': await lab.certify(1),
  'certified-p2': await lab.certify(2),
  'certified-p3': await lab.certify(3),
  'sealed-attribute': await honestSeal(lab, 'attribute'),
  'sealed-contents': await honestSeal(lab, 'contents'),
};
for (const [name, bytes] of Object.entries(honest)) await writeFile(join(out, 'honest', `${name}.pdf`), bytes);
const entries = [];
for (const attack of attacks) {
  await writeFile(join(out, `${attack.id}.pdf`), await attack.make(lab));
  const { id, family, story, verdict, codes } = attack;
  const crls = attack.trust?.(lab).crls ?? [];
  for (const crl of crls) await writeFile(join(out, `${id}.crl`), crl);
  entries.push({ file: `${id}.pdf`, family, story, verdict, codes, ...(crls.length > 0 ? { crl: `${id}.crl` } : {}) });
}
const pem = (list: readonly Certificate[] = []): string => list.map((c) => c.toPem()).join('');
const { roots, intermediates, sealMakers } = sealTrust(lab);
await writeFile(join(out, 'root.pem'), pem([...lab.trust.roots, ...roots]));
await writeFile(join(out, 'intermediates.pem'), pem(intermediates));
await writeFile(join(out, 'seal-makers.pem'), pem(sealMakers));
await writeFile(
  join(out, 'index.json'),
  `${JSON.stringify({ honest: Object.keys(honest).map((name) => `honest/${name}.pdf`), trust: 'root.pem', intermediates: 'intermediates.pem', sealMakers: 'seal-makers.pem', attacks: entries }, null, 2)}\n`,
);
console.log(`${entries.length} attacks, ${Object.keys(honest).length} honest files in ${out}`);
