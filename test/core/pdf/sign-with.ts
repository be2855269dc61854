/** Signs a document in memory: the pdf room's increment, filled with a CMS of the pki room. */
import { digest } from '#core/crypto/index.ts';
import { bytesSource, prepareSignature, readPdf } from '#core/pdf/index.ts';
import type { SignatureFieldRequest } from '#core/pdf/index.ts';
import { buildSignedData, type Signer } from '#core/pki/index.ts';

export const signingTime = new Date('2030-01-02T03:04:05Z');

export async function signWith(
  original: Uint8Array,
  signer: Signer,
  request: Partial<SignatureFieldRequest> = {},
  password?: string,
): Promise<Uint8Array> {
  const prepared = await prepareSignature(await readPdf(bytesSource(original), { password }), {
    subFilter: 'ETSI.CAdES.detached',
    claimedTime: signingTime,
    contentsSize: 6000,
    ...request,
  });
  const bytes = new Uint8Array(Buffer.concat([original, prepared.increment]));
  const [, gap, gapEnd] = prepared.byteRange;
  const content = digest(signer.digest, bytes.subarray(0, gap), bytes.subarray(gapEnd));
  const cms = await buildSignedData({ content: { digest: content }, signer });
  bytes.set(Buffer.from(Buffer.from(cms).toString('hex'), 'latin1'), original.length + prepared.contentsHexOffset);
  return bytes;
}
