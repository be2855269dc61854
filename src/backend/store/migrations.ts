/** The steps from an empty store to the present one. A step that was released is never changed; a new one is added at the end. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE persons (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, title TEXT NOT NULL, department TEXT NOT NULL, ward TEXT NOT NULL,
    appearance BLOB
  ) STRICT;

  -- Whose certificate it is. Issuer is the DER name as it stands in the certificate: names are compared on raw bytes.
  CREATE TABLE person_certificates (
    issuer BLOB NOT NULL, serial TEXT NOT NULL, person TEXT NOT NULL REFERENCES persons (id), certificate BLOB NOT NULL,
    PRIMARY KEY (issuer, serial)
  ) STRICT;

  -- Only the SM3 of the bearer token is kept: who reads the store cannot use a session.
  CREATE TABLE sessions (
    token_sm3 TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES persons (id), issuer BLOB NOT NULL, serial TEXT NOT NULL,
    expires_at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE records (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, title TEXT NOT NULL, department TEXT NOT NULL, ward TEXT NOT NULL,
    patient TEXT NOT NULL, author TEXT NOT NULL, urgent INTEGER NOT NULL, must_review INTEGER NOT NULL,
    version INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE versions (
    record TEXT NOT NULL REFERENCES records (id), version INTEGER NOT NULL, submitted_at TEXT NOT NULL,
    original_sm3 TEXT NOT NULL, document_sm3 TEXT NOT NULL, document_size INTEGER NOT NULL, changes TEXT NOT NULL,
    PRIMARY KEY (record, version)
  ) STRICT;

  -- Who has to sign a version, lowest level first, and what came of it.
  CREATE TABLE signers (
    record TEXT NOT NULL, version INTEGER NOT NULL, level INTEGER NOT NULL, person TEXT NOT NULL REFERENCES persons (id),
    rule TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('waiting', 'signed', 'returned')),
    sm3_before TEXT, sm3_after TEXT, certificate_serial TEXT, received_at TEXT, signed_at TEXT, reason TEXT,
    PRIMARY KEY (record, version, level), FOREIGN KEY (record, version) REFERENCES versions (record, version)
  ) STRICT;
  CREATE INDEX signers_by_person ON signers (person, state);

  CREATE TABLE issued (
    ca TEXT NOT NULL, serial TEXT NOT NULL, certificate BLOB NOT NULL, issued_at TEXT NOT NULL,
    revoked_at TEXT, reason TEXT,
    PRIMARY KEY (ca, serial)
  ) STRICT;

  CREATE TABLE counters (name TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
  `,
  `
  CREATE TABLE seals (id TEXT PRIMARY KEY, seal BLOB NOT NULL) STRICT;

  -- SM3 of each certificate that a seal lists, whichever way it lists them.
  CREATE TABLE seal_holders (
    seal TEXT NOT NULL REFERENCES seals (id), certificate_sm3 BLOB NOT NULL, PRIMARY KEY (certificate_sm3, seal)
  ) STRICT;
  `,
];
