/** The certificates the desk trusts: PEM files in one folder. Self-signed ones are roots, others only help to build chains. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '#core/crypto/index.ts';
import { Certificate, verifySignatureValue } from '#core/pki/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';

export interface TrustFolder {
  readonly trust: TrustMaterial;
  /** Files that are no certificates, for the diagnosis page. */
  readonly rejected: readonly string[];
}

/**
 * A CA that has changed its key issues certificates in its own name that are no roots: they name another key as their issuer's. Where
 * no key is named, or it is its own, the folder's keeper is taken at his word: a root's own signature proves nothing.
 */
function isRoot(c: Certificate): boolean {
  if (!c.isSelfIssued) return false;
  const { authorityKeyId: issuerKey, subjectKeyId: ownKey } = c;
  if (issuerKey === undefined || (ownKey !== undefined && equalBytes(issuerKey, ownKey))) return true;
  return verifySignatureValue(c.publicKey, { oid: c.signatureAlgorithm }, c.tbs, c.signature);
}

/** Below the trust folder: who may make seals. Where the folder is, only they may; without it, whoever the roots reach. */
export const SEAL_MAKERS = 'seal-makers';

export async function readTrustFolder(directory: string): Promise<TrustFolder> {
  const roots: Certificate[] = [];
  const intermediates: Certificate[] = [];
  const crls: Uint8Array[] = [];
  const rejected: string[] = [];
  /** Undefined when there is no such folder. */
  const read = async (below: string, take: (c: Certificate) => void): Promise<true | undefined> => {
    const names = await readdir(join(directory, below)).catch(() => undefined);
    for (const name of names?.sort() ?? []) {
      const path = join(directory, below, name);
      try {
        if (/\.crl$/i.test(name)) crls.push(new Uint8Array(await readFile(path)));
        if (!/\.(pem|crt|cer)$/i.test(name)) continue;
        Certificate.parseAll(new Uint8Array(await readFile(path))).forEach(take);
      } catch {
        rejected.push(join(below, name));
      }
    }
    return names && true;
  };
  await read('', (c) => (isRoot(c) ? roots : intermediates).push(c));
  const makers: Certificate[] = [];
  const named = await read(SEAL_MAKERS, (c) => makers.push(c));
  return {
    trust: { roots, intermediates, ...(crls.length > 0 && { crls }), ...(named && { sealMakers: makers }) },
    rejected,
  };
}

/** The issuers of `leaf` among `known`, nearest first, without the root: what goes into a SignedData beside the leaf. */
export function issuersOf(leaf: Certificate, known: readonly Certificate[]): Certificate[] {
  const chain: Certificate[] = [];
  let at = leaf;
  while (chain.length < 8) {
    const issuer = known.find((c) => equalBytes(c.subjectDer, at.issuerDer) && !chain.includes(c));
    if (!issuer || issuer.isSelfIssued) break;
    chain.push(issuer);
    at = issuer;
  }
  return chain;
}
