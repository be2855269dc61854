/** Puts into signed files what anybody can put there: a security store of any content, a document time stamp of any moment. */
import { writeFile } from 'node:fs/promises';
import { createHash, toHex } from '#core/crypto/index.ts';
import { bytesSource, prepareSecurityStore, prepareSignature, readPdf, type StoreAddition } from '#core/pdf/index.ts';
import { requestTimeStamp } from '#core/pki/index.ts';
import type { Rig } from '../../signing/extend/rig.ts';

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

export async function appendStore(rig: Rig, from: string, to: string, more: Partial<StoreAddition>): Promise<void> {
  const bytes = await rig.bytes(from);
  const empty = { certificates: [], crls: [], ocspResponses: [], entries: new Map() };
  const prepared = await prepareSecurityStore(await readPdf(bytesSource(bytes)), { ...empty, ...more });
  await writeFile(rig.path(to), joined(bytes, prepared?.increment ?? new Uint8Array()));
}

/** By the rig's time stamp service at the rig's time; `change` may spoil what is stamped. */
export async function appendStamp(
  rig: Rig,
  from: string,
  to: string,
  { change = (imprint) => imprint }: { readonly change?: (imprint: Uint8Array) => Uint8Array } = {},
): Promise<void> {
  const bytes = await rig.bytes(from);
  const contentsSize = 8192;
  const { increment, contentsHexOffset } = await prepareSignature(await readPdf(bytesSource(bytes)), {
    subFilter: 'ETSI.RFC3161',
    claimedTime: rig.clock.now(),
    contentsSize,
  });
  const imprint = createHash(rig.tsa.digest ?? 'sm3')
    .update(bytes)
    .update(increment.subarray(0, contentsHexOffset - 1))
    .update(increment.subarray(contentsHexOffset + 2 * contentsSize + 1))
    .digest();
  const { token } = await requestTimeStamp(change(imprint), rig.tsa, rig.internet.http, rig.clock.now);
  increment.set(new TextEncoder().encode(toHex(token)), contentsHexOffset);
  await writeFile(rig.path(to), joined(bytes, increment));
}
