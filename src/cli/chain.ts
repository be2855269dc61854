/** Certificates to send along with a signature, so that a stranger who only has the root can build the chain. */
import { join } from 'node:path';
import { equalBytes } from '#core/crypto/index.ts';
import { Certificate, type HttpClient, type TrustMaterial } from '#core/pki/index.ts';
import { homeFolder, readTrust } from './home.ts';
import type { Terminal } from './terminal.ts';

const FETCH_TIMEOUT = 5000;
const MAX_CERTIFICATE = 64 * 1024;
const MAX_DEPTH = 5;

/**
 * The issuers of `leaf`, nearest first, roots left out (a stranger brings their own): from the trust folder, the certificates that
 * the demo publishes, and the address that a certificate itself names (authority information access).
 */
export async function issuersOf(
  leaf: Certificate,
  trust: TrustMaterial,
  { env }: Pick<Terminal, 'env'>,
  http: HttpClient,
): Promise<readonly Certificate[]> {
  const published = await readTrust(join(homeFolder(env), 'demo-ca'));
  const known = [...(trust.intermediates ?? []), ...(published.trust.intermediates ?? [])];
  const chain: Certificate[] = [];
  for (let child = leaf; chain.length < MAX_DEPTH;) {
    const isIssuer = (c: Certificate): boolean => equalBytes(c.subjectDer, child.issuerDer);
    if (trust.roots.some(isIssuer)) return chain;
    const issuer = known.find(isIssuer) ?? (await fetchIssuer(child, http));
    if (issuer === undefined || !isIssuer(issuer) || equalBytes(issuer.subjectDer, issuer.issuerDer)) return chain;
    chain.push(issuer);
    child = issuer;
  }
  return chain;
}

/** Without the network the signature is still made; its chain is then shorter, and the judge says so. */
async function fetchIssuer(child: Certificate, http: HttpClient): Promise<Certificate | undefined> {
  for (const url of child.issuerUrls) {
    try {
      const { status, body } = await http({ url, method: 'GET', timeout: FETCH_TIMEOUT, maxBytes: MAX_CERTIFICATE });
      if (status === 200) return Certificate.parse(body);
    } catch {
      // The next address may answer.
    }
  }
  return undefined;
}
