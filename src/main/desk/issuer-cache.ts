/** Certificates of issuing CAs that are not in the trust folder, fetched by the caIssuers address of the leaf and kept in memory. */
import { equalBytes } from '#core/crypto/index.ts';
import { Certificate } from '#core/pki/index.ts';
import type { HttpClient } from '#core/pki/types.ts';

const TIMEOUT = 5_000;
const MAX_BYTES = 64 * 1024;

/** Found certificates are only candidates: the chain check decides by signature. Network faults give undefined. */
export function createIssuerCache(http: HttpClient): {
  readonly fetch: (leaf: Certificate) => Promise<Certificate | undefined>;
  readonly known: () => readonly Certificate[];
} {
  const known: Certificate[] = [];
  return {
    known: () => known,
    async fetch(leaf) {
      const kept = known.find((c) => equalBytes(c.subjectDer, leaf.issuerDer));
      if (kept) return kept;
      for (const url of leaf.issuerUrls.filter((u) => /^https?:/.test(u))) {
        try {
          const response = await http({ url, method: 'GET', timeout: TIMEOUT, maxBytes: MAX_BYTES });
          if (response.status !== 200) continue;
          const issuer = Certificate.parseAll(response.body).find((c) => equalBytes(c.subjectDer, leaf.issuerDer));
          if (!issuer) continue;
          known.push(issuer);
          return issuer;
        } catch {
          // The next address; without any the signature carries the leaf alone.
        }
      }
      return undefined;
    },
  };
}
