/** CRLs and OCSP answers of both hierarchies. CRLs are issued anew when something was revoked and once a day at least. */
import {
  certIdMatches,
  issueCrl,
  issueOcspResponse,
  ocspErrorResponse,
  parseOcspRequest,
  type CertId,
  type Certificate,
  type OcspAnswer,
  type OcspRequestView,
  type OcspStatus,
  type Signer,
} from '#core/pki/index.ts';
import { Counter } from '../store/counters.ts';
import type { Store } from '../store/database.ts';
import type { Authority, RevocationReason, Revoked } from './authority.ts';
import type { CaName, Hierarchy } from './hierarchy.ts';

const DAY_MS = 86_400_000;
/** How long a CRL and an OCSP answer may be relied on. */
const CRL_MS = 7 * DAY_MS;
const OCSP_MS = DAY_MS;
/** certIDs in one OCSP request. */
const MAX_QUESTIONS = 16;

/** RFC 5280 5.3.1. */
const REASON: Readonly<Record<RevocationReason, number | undefined>> = {
  unspecified: undefined,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
};

export interface RevocationSettings {
  readonly store: Store;
  readonly hierarchies: readonly Hierarchy[];
  readonly authority: Authority;
  readonly clock: () => Date;
}

export class Revocation {
  readonly #settings: RevocationSettings;
  readonly #signers: ReadonlyMap<CaName, Signer>;
  readonly #numbers: Counter;
  readonly #crls = new Map<
    CaName,
    { readonly der: Promise<Uint8Array>; readonly issuedAt: number; readonly revocations: number }
  >();

  constructor(settings: RevocationSettings) {
    this.#settings = settings;
    this.#signers = new Map(
      settings.hierarchies.flatMap((h): [CaName, Signer][] => [
        [h.names.root, h.root],
        [h.names.issuing, h.issuing],
      ]),
    );
    this.#numbers = new Counter(settings.store, 'crl number', 1);
  }

  /** DER CertificateList, less than a day old. */
  crl(ca: CaName): Promise<Uint8Array> {
    const now = this.#settings.clock().getTime();
    const kept = this.#crls.get(ca);
    // Another process on this store may have revoked something.
    const revocations = this.#settings.authority.revocations();
    if (kept?.revocations === revocations && Math.abs(now - kept.issuedAt) < DAY_MS) return kept.der;
    const der = this.#issueCrl(ca, now);
    this.#crls.set(ca, { der, issuedAt: now, revocations });
    return der;
  }

  /** All current CRLs. */
  all(): Promise<Uint8Array[]> {
    return Promise.all([...this.#signers.keys()].map((ca) => this.crl(ca)));
  }

  /** Something was revoked: what was issued before no longer holds. */
  renew(): void {
    this.#crls.clear();
  }

  /** DER OCSPRequest in, DER OCSPResponse out; malformedRequest and unauthorized are answers too. */
  async ocsp(request: Uint8Array): Promise<Uint8Array> {
    let view: OcspRequestView;
    try {
      view = parseOcspRequest(request);
    } catch {
      return ocspErrorResponse(1); // malformedRequest
    }
    if (view.certIds.length === 0 || view.certIds.length > MAX_QUESTIONS) return ocspErrorResponse(1);
    const issuer = this.#issuerOf(view.certIds);
    if (issuer === undefined) return ocspErrorResponse(6); // unauthorized: not about certificates of this CA
    const [name, signer] = issuer;
    const now = this.#settings.clock();
    const answers = view.certIds.map((id): OcspAnswer => ({
      certIdDer: id.der,
      status: this.#status(name, id),
      thisUpdate: now,
      nextUpdate: new Date(now.getTime() + OCSP_MS),
    }));
    return issueOcspResponse({ signer, producedAt: now, answers, nonce: view.nonce });
  }

  #issueCrl(ca: CaName, now: number): Promise<Uint8Array> {
    const signer = this.#signers.get(ca);
    if (signer === undefined) throw new Error(`no CA of the name ${ca}`);
    return issueCrl({
      signer,
      thisUpdate: new Date(now),
      nextUpdate: new Date(now + CRL_MS),
      number: this.#numbers.next(),
      revoked: this.#settings.authority.revoked(ca).map(({ certificate, revokedAt, reason }) => {
        const code = REASON[reason];
        return {
          serialBytes: certificate.serialBytes,
          revocationDate: revokedAt,
          ...(code === undefined ? {} : { reason: code }),
        };
      }),
    });
  }

  /** The one CA that all the certIDs are about: issuer name and key hash must both fit. */
  #issuerOf(ids: readonly CertId[]): [CaName, Signer] | undefined {
    for (const [name, signer] of this.#signers) {
      if (ids.every((id) => isIssuedBy(id, signer.certificate))) return [name, signer];
    }
    return undefined;
  }

  #status(ca: CaName, id: CertId): OcspStatus {
    const found: 'good' | 'unknown' | Revoked = this.#settings.authority.status(ca, serialText(id.serialBytes));
    if (typeof found === 'string') return { status: found };
    return { status: 'revoked', revocationDate: found.revokedAt, reason: REASON[found.reason] };
  }
}

/** certIdMatches wants a certificate with the serial; only issuer and hashes matter here. */
function isIssuedBy(id: CertId, issuer: Certificate): boolean {
  return certIdMatches(id, { serialBytes: id.serialBytes } as Certificate, issuer);
}

/** As Certificate.serial writes it: upper case hex without the sign byte. */
function serialText(serialBytes: Uint8Array): string {
  const hex = Buffer.from(serialBytes).toString('hex').toUpperCase();
  return hex.length > 2 && hex.startsWith('00') ? hex.slice(2) : hex;
}
