/**
 * What a file's security store gives the judge. Nothing in it is signed for by being there: each certificate, list and answer counts only
 * where a trusted root leads to it, as if it had come over the network. What cannot be read is left out.
 */
import { isYqError } from '#core/errors/index.ts';
import { readSecurityStore, type PdfFile } from '#core/pdf/index.ts';
import { Certificate, readEvidence, type TrustMaterial } from '#core/pki/index.ts';

/** A store's content as chains use it; no roots, for nobody is trusted for being in a file. */
export interface StoredMaterial {
  readonly certificates: readonly Certificate[];
  readonly crls: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
}

const NOTHING: StoredMaterial = { certificates: [], crls: [], ocspResponses: [] };

/** Never rejects over what the file contains. */
export async function storedMaterial(file: PdfFile): Promise<StoredMaterial> {
  try {
    const store = await readSecurityStore(file);
    return {
      certificates: store.certificates.flatMap(readable),
      crls: store.crls.filter((der) => readEvidence({ roots: [], crls: [der] }).unreadable === 0),
      ocspResponses: store.ocspResponses.filter(
        (der) => readEvidence({ roots: [], ocspResponses: [der] }).unreadable === 0,
      ),
    };
  } catch (e) {
    if (!isYqError(e)) throw e;
    return NOTHING;
  }
}

function readable(der: Uint8Array): readonly Certificate[] {
  try {
    return [Certificate.parse(der)];
  } catch {
    return [];
  }
}

/** Trust with the store's material behind it: what the judge was given comes first, so that no crowd in a file can hide it. */
export const withStored = (trust: TrustMaterial, stored: StoredMaterial): TrustMaterial => ({
  ...trust,
  intermediates: [...(trust.intermediates ?? []), ...stored.certificates],
  crls: [...(trust.crls ?? []), ...stored.crls],
  ocspResponses: [...(trust.ocspResponses ?? []), ...stored.ocspResponses],
});
