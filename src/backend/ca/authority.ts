/** Issues certificates to persons from their requests, keeps the list of what was issued, and revokes. */
import { asYqError, YqError } from '#core/errors/index.ts';
import {
  Certificate,
  issueCertificate,
  verifyCertificateRequest,
  type CertificateRequest,
  type CertificateTemplate,
  type DistinguishedName,
} from '#core/pki/index.ts';
import type { Person } from '../login/persons.ts';
import { bytes, integer, text, type Row, type Store } from '../store/database.ts';
import { issuerLinks, type CaName, type Hierarchy } from './hierarchy.ts';

/** RFC 5280 5.3.1; 'unspecified' is written as no reason at all. */
export type RevocationReason =
  'unspecified' | 'keyCompromise' | 'affiliationChanged' | 'superseded' | 'cessationOfOperation';

export interface Issued {
  readonly certificate: Certificate;
  /** Issuing CA first, root last. */
  readonly chain: readonly Certificate[];
}

export interface Revoked {
  readonly certificate: Certificate;
  readonly revokedAt: Date;
  readonly reason: RevocationReason;
}

export interface AuthoritySettings {
  readonly store: Store;
  readonly hierarchies: readonly Hierarchy[];
  readonly publicUrl: string;
  readonly organization: string;
  readonly clock: () => Date;
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 365;

export class Authority {
  readonly #settings: AuthoritySettings;

  constructor(settings: AuthoritySettings) {
    this.#settings = settings;
    for (const h of settings.hierarchies) {
      this.#remember(h.names.root, h.issuing.certificate);
      this.#remember(h.names.issuing, h.tsa.certificate);
    }
  }

  /**
   * Issues a signing certificate. SM2 requests go to the SM2 hierarchy, RSA and P-256 to the RSA one. `listed` is called in the transaction that
   * lists the certificate; when it throws, the certificate is not listed and not given out.
   * @throws YqError CA_REQUEST
   */
  async issue(
    csr: Uint8Array,
    subject: { person?: Person; days?: number; listed?: (certificate: Certificate) => void },
  ): Promise<Issued> {
    const request = readRequest(csr);
    const hierarchy = this.#hierarchyFor(request);
    const now = this.#settings.clock().getTime();
    const certificate = await issueCertificate(
      {
        subject: subject.person === undefined ? request.subjectDer : this.#name(subject.person),
        publicKey: request.publicKey,
        // Clocks of workstations differ; a certificate that is not valid yet on some of them helps nobody.
        notBefore: new Date(now - DAY_MS),
        notAfter: new Date(now + (subject.days ?? DEFAULT_DAYS) * DAY_MS),
        keyUsage: ['digitalSignature', 'nonRepudiation'],
        ...issuerLinks(this.#settings.publicUrl, hierarchy.names.issuing),
      },
      hierarchy.issuing,
    );
    this.#settings.store.transaction(() => {
      this.#remember(hierarchy.names.issuing, certificate);
      subject.listed?.(certificate);
    });
    return { certificate, chain: [hierarchy.issuing.certificate, hierarchy.root.certificate] };
  }

  /** Issues what a room of this backend asks for itself, under the issuing CA of that kind, and lists it. */
  async certify(
    kind: Hierarchy['kind'],
    template: Omit<CertificateTemplate, 'crlUrls' | 'ocspUrls' | 'issuerUrls'>,
  ): Promise<Issued> {
    const hierarchy = this.#hierarchy(kind);
    const certificate = await issueCertificate(
      { ...template, ...issuerLinks(this.#settings.publicUrl, hierarchy.names.issuing) },
      hierarchy.issuing,
    );
    this.#remember(hierarchy.names.issuing, certificate);
    return { certificate, chain: this.chain(kind) };
  }

  /** Issuing CA first, root last. */
  chain(kind: Hierarchy['kind']): readonly Certificate[] {
    const { issuing, root } = this.#hierarchy(kind);
    return [issuing.certificate, root.certificate];
  }

  /** Revokes what an issuing CA issued; revoking again changes nothing. Gives the certificate. @throws YqError CA_UNKNOWN_SERIAL */
  revoke(serial: string, reason: RevocationReason): Certificate {
    const { store, hierarchies, clock } = this.#settings;
    const wanted = serial.toUpperCase();
    for (const { names } of hierarchies) {
      const row = store.get('SELECT certificate FROM issued WHERE ca = ? AND serial = ?', names.issuing, wanted);
      if (row === undefined) continue;
      store.transaction(() => {
        const changed = store.run(
          'UPDATE issued SET revoked_at = ?, reason = ? WHERE ca = ? AND serial = ? AND revoked_at IS NULL',
          clock().toISOString(),
          reason,
          names.issuing,
          wanted,
        );
        if (changed > 0) store.run(COUNT_REVOCATION);
      });
      return Certificate.parse(bytes(row, 'certificate'));
    }
    throw new YqError('CA_UNKNOWN_SERIAL');
  }

  /** How many were ever revoked, by whichever process on this store: a list made at another number is out of date. */
  revocations(): number {
    const row = this.#settings.store.get(`SELECT next FROM counters WHERE name = 'revocations'`);
    return row === undefined ? 0 : integer(row, 'next');
  }

  revoked(ca: CaName): Revoked[] {
    return this.#settings.store
      .all(`SELECT ${REVOCATION} FROM issued WHERE ca = ? AND revoked_at IS NOT NULL ORDER BY serial`, ca)
      .map(revokedOf);
  }

  /** 'unknown' for a serial that this CA never issued. */
  status(ca: CaName, serial: string): 'good' | 'unknown' | Revoked {
    const row = this.#settings.store.get(
      `SELECT ${REVOCATION} FROM issued WHERE ca = ? AND serial = ?`,
      ca,
      serial.toUpperCase(),
    );
    if (row === undefined) return 'unknown';
    return row['revoked_at'] === null ? 'good' : revokedOf(row);
  }

  #remember(ca: CaName, certificate: Certificate): void {
    this.#settings.store.run(
      'INSERT OR IGNORE INTO issued (ca, serial, certificate, issued_at) VALUES (?, ?, ?, ?)',
      ca,
      certificate.serial,
      certificate.der,
      this.#settings.clock().toISOString(),
    );
  }

  #hierarchyFor({ publicKey }: CertificateRequest): Hierarchy {
    return this.#hierarchy(publicKey.kind === 'sm2' ? 'sm2' : publicKey.kind === 'other' ? undefined : 'rsa');
  }

  #hierarchy(kind: Hierarchy['kind'] | undefined): Hierarchy {
    const hierarchy = this.#settings.hierarchies.find((h) => h.kind === kind);
    if (hierarchy === undefined) throw refused('公钥算法不受支持', 'its kind of key is not supported');
    return hierarchy;
  }

  #name(person: Person): DistinguishedName {
    return [
      ['C', 'CN'],
      ['O', this.#settings.organization],
      ['OU', person.department],
      ['SERIALNUMBER', person.id],
      ['CN', person.name],
    ];
  }
}

const COUNT_REVOCATION = `INSERT INTO counters (name, next) VALUES ('revocations', 1) ON CONFLICT (name) DO UPDATE SET next = next + 1`;
const REVOCATION = 'certificate, revoked_at, reason';

function revokedOf(row: Row): Revoked {
  return {
    certificate: Certificate.parse(bytes(row, 'certificate')),
    revokedAt: new Date(text(row, 'revoked_at')),
    reason: text(row, 'reason') as RevocationReason,
  };
}

function readRequest(csr: Uint8Array): CertificateRequest {
  try {
    return verifyCertificateRequest(csr);
  } catch (e) {
    const cause = asYqError(e, 'PKI_PARSE');
    throw refused(cause.text('zh').what.replace(/。$/, ''), cause.text('en').what.replace(/\.$/, ''), cause);
  }
}

function refused(zh: string, en: string, cause?: unknown): YqError {
  return new YqError('CA_REQUEST', { params: { 'reason.zh': zh, 'reason.en': en }, cause });
}
