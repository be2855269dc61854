/** Consent forms as the backend knows them: who is in charge, which bytes are being signed, what came in. */
import { YqError } from '#core/errors/index.ts';
import type { ConsentWriter } from '#core/consent/index.ts';
import { bytes, integer, text, type Row, type Store } from '../store/database.ts';

export type PackagePart = ConsentWriter | 'act';

export interface ConsentRow {
  readonly id: string;
  readonly patientId: string;
  readonly template: { readonly id: string; readonly version: number };
  /** SM3 (upper case hex) of the form before any signature. */
  readonly document: string;
  /** Person id. */
  readonly operator: string;
  readonly openedAt: string;
  readonly finished:
    { readonly sm3: string; readonly size: number; readonly signedAt: string; readonly receivedAt: string } | undefined;
}

export interface PackageRow {
  readonly part: PackagePart;
  readonly sm3: string;
  readonly size: number;
  readonly receivedAt: string;
}

export interface CertificateRow {
  readonly party: string;
  readonly serial: string;
  readonly spki: Uint8Array;
  readonly bindingSm3: string;
  readonly certificate: Uint8Array;
  readonly inForce: boolean;
}

export interface OpeningRow {
  readonly part: string;
  readonly sm3: string;
  readonly holder: string;
  readonly purpose: string;
  readonly at: string;
}

export interface NewConsent {
  readonly id: string;
  readonly patientId: string;
  readonly template: { readonly id: string; readonly version: number };
  readonly document: string;
  readonly operator: string;
}

export class Consents {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  get(id: string): ConsentRow | undefined {
    const row = this.#store.get('SELECT * FROM consents WHERE id = ?', id);
    return row === undefined ? undefined : consentOf(row);
  }

  /** Newest first. */
  list(limit: number): ConsentRow[] {
    return this.#store.all('SELECT * FROM consents ORDER BY opened_at DESC, id LIMIT ?', limit).map(consentOf);
  }

  /** Opens a form, or goes on with it: while it is open its document may be presented anew. Gives whether it is new. */
  open(consent: NewConsent, at: string): boolean {
    return this.#store.transaction(() => {
      const known = this.get(consent.id);
      if (known === undefined) {
        this.#store.run(
          `INSERT INTO consents (id, patient, template, template_version, document_sm3, operator, opened_at)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
          consent.id,
          consent.patientId,
          consent.template.id,
          consent.template.version,
          consent.document,
          consent.operator,
          at,
        );
        return true;
      }
      if (known.operator !== consent.operator) throw new YqError('CONSENT_NOT_YOURS');
      const same = known.document === consent.document;
      if (known.finished !== undefined && !same) throw new YqError('CONSENT_FINISHED');
      if (!same) {
        this.#store.run(
          'UPDATE consents SET patient = ?, template = ?, template_version = ?, document_sm3 = ? WHERE id = ?',
          consent.patientId,
          consent.template.id,
          consent.template.version,
          consent.document,
          consent.id,
        );
        // What was sealed for the former document is not of this one.
        this.#store.run('DELETE FROM consent_packages WHERE consent = ?', consent.id);
      }
      return false;
    });
  }

  packages(id: string): PackageRow[] {
    return this.#store.all('SELECT * FROM consent_packages WHERE consent = ? ORDER BY part', id).map((row) => ({
      part: text(row, 'part') as PackagePart,
      sm3: text(row, 'sm3'),
      size: integer(row, 'size'),
      receivedAt: text(row, 'received_at'),
    }));
  }

  package(id: string, part: PackagePart): PackageRow | undefined {
    return this.packages(id).find((p) => p.part === part);
  }

  putPackage(id: string, { part, sm3, size, receivedAt }: PackageRow): void {
    this.#store.run(
      'INSERT OR REPLACE INTO consent_packages (consent, part, sm3, size, received_at) VALUES (?, ?, ?, ?, ?)',
      id,
      part,
      sm3,
      size,
      receivedAt,
    );
  }

  /** Whether any form names a package of this digest. */
  namesPackage(sm3: string): boolean {
    return this.#store.get('SELECT 1 FROM consent_packages WHERE sm3 = ?', sm3) !== undefined;
  }

  certificates(id: string): CertificateRow[] {
    return this.#store
      .all('SELECT * FROM consent_certificates WHERE consent = ? ORDER BY issued_at, serial', id)
      .map((row) => ({
        party: text(row, 'party'),
        serial: text(row, 'serial'),
        spki: bytes(row, 'spki'),
        bindingSm3: text(row, 'binding_sm3'),
        certificate: bytes(row, 'certificate'),
        inForce: integer(row, 'in_force') === 1,
      }));
  }

  /** The new one is in force, all others of that party are not. */
  putCertificate(id: string, certificate: Omit<CertificateRow, 'inForce'>, issuedAt: string): void {
    this.#store.transaction(() => {
      this.#store.run(
        'UPDATE consent_certificates SET in_force = 0 WHERE consent = ? AND party = ?',
        id,
        certificate.party,
      );
      this.#store.run(
        `INSERT INTO consent_certificates (consent, party, serial, spki, binding_sm3, certificate, issued_at, in_force)
         VALUES (?, ?, ?, ?, ?, ?, ?, 1)`,
        id,
        certificate.party,
        certificate.serial,
        certificate.spki,
        certificate.bindingSm3,
        certificate.certificate,
        issuedAt,
      );
    });
  }

  finish(id: string, signed: NonNullable<ConsentRow['finished']>): void {
    this.#store.run(
      'UPDATE consents SET signed_sm3 = ?, signed_size = ?, signed_at = ?, received_at = ? WHERE id = ?',
      signed.sm3,
      signed.size,
      signed.signedAt,
      signed.receivedAt,
      id,
    );
  }

  namesDocument(sm3: string): boolean {
    return this.#store.get('SELECT 1 FROM consents WHERE signed_sm3 = ?', sm3) !== undefined;
  }

  addOpening(id: string, opening: OpeningRow): void {
    this.#store.run(
      'INSERT INTO evidence_openings (consent, part, sm3, holder, purpose, at) VALUES (?, ?, ?, ?, ?, ?)',
      id,
      opening.part,
      opening.sm3,
      opening.holder,
      opening.purpose,
      opening.at,
    );
  }

  openings(id: string): OpeningRow[] {
    return this.#store.all('SELECT * FROM evidence_openings WHERE consent = ? ORDER BY id', id).map((row) => ({
      part: text(row, 'part'),
      sm3: text(row, 'sm3'),
      holder: text(row, 'holder'),
      purpose: text(row, 'purpose'),
      at: text(row, 'at'),
    }));
  }
}

function consentOf(row: Row): ConsentRow {
  return {
    id: text(row, 'id'),
    patientId: text(row, 'patient'),
    template: { id: text(row, 'template'), version: integer(row, 'template_version') },
    document: text(row, 'document_sm3'),
    operator: text(row, 'operator'),
    openedAt: text(row, 'opened_at'),
    finished:
      row['signed_sm3'] === null
        ? undefined
        : {
            sm3: text(row, 'signed_sm3'),
            size: integer(row, 'signed_size'),
            signedAt: text(row, 'signed_at'),
            receivedAt: text(row, 'received_at'),
          },
  };
}
