/** The persons who may sign in, and the certificates registered for them. */
import type { Certificate } from '#core/pki/index.ts';
import { bytes, text, type Row, type Store } from '../store/database.ts';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly department: string;
  readonly ward: string;
}

export class Persons {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  put(person: Person): void {
    this.#store.run(
      `INSERT INTO persons (id, name, title, department, ward) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, title = excluded.title, department = excluded.department, ward = excluded.ward`,
      person.id,
      person.name,
      person.title,
      person.department,
      person.ward,
    );
  }

  get(id: string): Person | undefined {
    const row = this.#store.get('SELECT id, name, title, department, ward FROM persons WHERE id = ?', id);
    return row === undefined ? undefined : personOf(row);
  }

  /** PNG, 40 × 15 mm. */
  setAppearance(id: string, png: Uint8Array): void {
    this.#store.run('UPDATE persons SET appearance = ? WHERE id = ?', png, id);
  }

  appearance(id: string): Uint8Array | undefined {
    const row = this.#store.get('SELECT appearance FROM persons WHERE id = ? AND appearance IS NOT NULL', id);
    return row === undefined ? undefined : bytes(row, 'appearance');
  }

  register(id: string, certificate: Certificate): void {
    this.#store.run(
      'INSERT OR REPLACE INTO person_certificates (issuer, serial, person, certificate) VALUES (?, ?, ?, ?)',
      certificate.issuerDer,
      certificate.serial,
      id,
      certificate.der,
    );
  }

  /** By issuer and serial, and the certificate must be the registered one byte for byte. */
  byCertificate(certificate: Certificate): Person | undefined {
    const row = this.#store.get(
      `SELECT p.id, p.name, p.title, p.department, p.ward FROM person_certificates c JOIN persons p ON p.id = c.person
       WHERE c.issuer = ? AND c.serial = ? AND c.certificate = ?`,
      certificate.issuerDer,
      certificate.serial,
      certificate.der,
    );
    return row === undefined ? undefined : personOf(row);
  }

  /** DER of the certificates of a person, newest registration last. */
  certificates(id: string): Uint8Array[] {
    return this.#store
      .all('SELECT certificate FROM person_certificates WHERE person = ? ORDER BY rowid', id)
      .map((row) => bytes(row, 'certificate'));
  }
}

function personOf(row: Row): Person {
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    title: text(row, 'title'),
    department: text(row, 'department'),
    ward: text(row, 'ward'),
  };
}
