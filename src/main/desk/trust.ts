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

export async function readTrustFolder(directory: string): Promise<TrustFolder> {
  const roots: Certificate[] = [];
  const intermediates: Certificate[] = [];
  const crls: Uint8Array[] = [];
  const rejected: string[] = [];
  let names: string[];
  try {
    names = (await readdir(directory)).sort();
  } catch {
    return { trust: { roots, intermediates }, rejected };
  }
  for (const name of names) {
    try {
      if (/\.crl$/i.test(name)) crls.push(new Uint8Array(await readFile(join(directory, name))));
      if (!/\.(pem|crt|cer)$/i.test(name)) continue;
      for (const c of Certificate.parseAll(new Uint8Array(await readFile(join(directory, name))))) {
        (isRoot(c) ? roots : intermediates).push(c);
      }
    } catch {
      rejected.push(name);
    }
  }
  return { trust: { roots, intermediates, ...(crls.length > 0 && { crls }) }, rejected };
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
