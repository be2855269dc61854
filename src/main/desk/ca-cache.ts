/**
 * What certification authorities publish and the trust folder lacks: certificates of issuing CAs (caIssuers) and revocation lists
 * (CRL distribution points), fetched by the addresses in the certificates and kept in memory. All of it is only a candidate: the
 * chain check decides by signature. What can't be had is left out, and the report then says that revocation was not checked.
 */
import { equalBytes } from '#core/crypto/index.ts';
import { Certificate } from '#core/pki/index.ts';
import type { HttpClient, TrustMaterial } from '#core/pki/types.ts';

const TIMEOUT = 5_000;
const CERTIFICATE_BYTES = 64 * 1024;
const CRL_BYTES = 16 * 1024 * 1024;
/** ms for which a list is not asked for again. */
const CRL_AGE = 600_000;
/** ms after which one that could not be had is asked for again: a silent network must not delay every list that is signed. */
const CRL_RETRY = 60_000;

export interface CaCache {
  issuer(leaf: Certificate): Promise<Certificate | undefined>;
  /** Fetches the lists of the certificates and their known issuers, unless fetched lately. */
  refreshCrls(certificates: readonly Certificate[]): Promise<void>;
  /** The material with everything fetched so far. */
  extend(trust: TrustMaterial): TrustMaterial;
}

export interface CaCacheOptions {
  readonly http: HttpClient;
  /** The record service may hand on what the CA publishes at an address that a ward's network does not reach: same path there. */
  readonly mirror: string;
  readonly now: () => Date;
}

export function createCaCache({ http, mirror, now }: CaCacheOptions): CaCache {
  const issuers: Certificate[] = [];
  const crls = new Map<string, { readonly der: Uint8Array | undefined; readonly askAgain: number }>();

  const addresses = (published: readonly string[]): readonly string[] =>
    published.filter((u) => /^https?:/.test(u)).flatMap((u) => [u, mirror + new URL(u).pathname]);
  const fetch = async (published: readonly string[], maxBytes: number): Promise<Uint8Array | undefined> => {
    for (const url of new Set(addresses(published))) {
      try {
        const response = await http({ url, method: 'GET', timeout: TIMEOUT, maxBytes });
        if (response.status === 200) return response.body;
      } catch {
        // The next address.
      }
    }
    return undefined;
  };

  return {
    async issuer(leaf) {
      const kept = issuers.find((c) => equalBytes(c.subjectDer, leaf.issuerDer));
      if (kept) return kept;
      const body = await fetch(leaf.issuerUrls, CERTIFICATE_BYTES);
      if (!body) return undefined;
      const found = Certificate.parseAll(body).find((c) => equalBytes(c.subjectDer, leaf.issuerDer));
      if (found) issuers.push(found);
      return found;
    },
    async refreshCrls(certificates) {
      const lists = [...certificates, ...issuers].map((c) => c.crlUrls).filter((urls) => urls.length > 0);
      await Promise.all(
        lists.map(async (urls) => {
          const key = urls.join(' ');
          if ((crls.get(key)?.askAgain ?? 0) > now().getTime()) return;
          const der = await fetch(urls, CRL_BYTES);
          const askAgain = now().getTime() + (der ? CRL_AGE : CRL_RETRY);
          crls.set(key, { der: der ?? crls.get(key)?.der, askAgain });
        }),
      );
    },
    extend: (trust) => ({
      ...trust,
      intermediates: [...(trust.intermediates ?? []), ...issuers],
      crls: [...(trust.crls ?? []), ...[...crls.values()].flatMap((c) => c.der ?? [])],
    }),
  };
}
