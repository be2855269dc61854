/** What the window learns of a record that has just been signed: the file as it lies on the disk, judged as a stranger would. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { TrustMaterial } from '#core/pki/types.ts';
import type { SignPdfResult } from '#core/signing/index.ts';
import type { SignResult } from '#shared/models.ts';
import { viewOf, type DocumentStore } from './documents.ts';
import { judgeHeld } from './judged.ts';

interface Judging {
  readonly documents: DocumentStore;
  readonly trust: TrustMaterial;
  readonly at: Date;
}
type SignedView = Omit<NonNullable<SignResult['signed']>, 'uploaded'>;

export async function signedView(r: SignPdfResult, { documents, trust, at }: Judging): Promise<SignedView> {
  const held = documents.add(basename(r.target), new Uint8Array(await readFile(r.target)));
  return {
    document: viewOf(held),
    path: r.target,
    sm3Before: r.sm3Before,
    sm3After: r.sm3After,
    certificateSerial: r.certificateSerial,
    claimedTime: r.claimedTime.toISOString(),
    trustedTime: r.trustedTime?.toISOString() ?? null,
    format: r.format,
    milliseconds: { ...r.milliseconds },
    report: await judgeHeld(documents, held, trust, at),
  };
}
