import { AUDIT_MIGRATION } from '../audit/migration.ts';
import { CONSENT_MIGRATION } from '../consent/migration.ts';
import { COSIGN_MIGRATION, COSIGN_PROCESSES_MIGRATION } from '../cosign/migration.ts';
import { PHONE_MIGRATION } from '../phone/migration.ts';

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
  `
  -- A record's life: levels, sections, return, withdrawal, urgency, and a trace of every act.
  ALTER TABLE records ADD COLUMN author_id TEXT;
  ALTER TABLE records ADD COLUMN by_intern INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE records ADD COLUMN due_at TEXT;
  ALTER TABLE records ADD COLUMN urgent_by TEXT;
  ALTER TABLE records ADD COLUMN urgent_at TEXT;
  ALTER TABLE records ADD COLUMN urgent_reason TEXT;
  -- Its author took it back for good.
  ALTER TABLE records ADD COLUMN withdrawn_at TEXT;
  -- Until now the author stood there by name alone.
  UPDATE records SET author_id = (
    SELECT s.person FROM signers s JOIN persons p ON p.id = s.person
    WHERE s.record = records.id AND p.name = records.author ORDER BY s.version, s.level LIMIT 1);
  CREATE INDEX records_by_author ON records (author_id);

  -- content: what the form is rendered from; NULL where a version came as a document alone. request_sm3: the request that made it.
  ALTER TABLE versions ADD COLUMN content TEXT;
  ALTER TABLE versions ADD COLUMN made_by TEXT;
  ALTER TABLE versions ADD COLUMN reason TEXT;
  ALTER TABLE versions ADD COLUMN request_sm3 TEXT;

  -- carried: signed on an earlier version (signed_version), and not to be signed again on this one.
  CREATE TABLE signers_now (
    record TEXT NOT NULL, version INTEGER NOT NULL, level INTEGER NOT NULL, person TEXT NOT NULL REFERENCES persons (id),
    rank TEXT, rule TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'signed', 'returned', 'withdrawn', 'carried')),
    sm3_before TEXT, sm3_after TEXT, certificate_serial TEXT, received_at TEXT, signed_at TEXT, signed_trusted INTEGER,
    signed_version INTEGER, closed_at TEXT, reason TEXT,
    PRIMARY KEY (record, version, level), FOREIGN KEY (record, version) REFERENCES versions (record, version)
  ) STRICT;
  INSERT INTO signers_now (record, version, level, person, rule, state, sm3_before, sm3_after, certificate_serial, received_at,
      signed_at, signed_version, closed_at, reason)
    SELECT record, version, level, person, rule, state, sm3_before, sm3_after, certificate_serial,
      CASE state WHEN 'returned' THEN NULL ELSE received_at END, signed_at, CASE state WHEN 'signed' THEN version END,
      CASE state WHEN 'returned' THEN received_at END, reason FROM signers;
  DROP TABLE signers;
  ALTER TABLE signers_now RENAME TO signers;
  CREATE INDEX signers_by_person ON signers (person, state);

  CREATE TABLE record_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, record TEXT NOT NULL REFERENCES records (id), version INTEGER NOT NULL,
    at TEXT NOT NULL, person TEXT, act TEXT NOT NULL, detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX record_events_by_record ON record_events (record, id);

  CREATE TABLE patients (
    id TEXT PRIMARY KEY, department TEXT NOT NULL, ward TEXT NOT NULL, data TEXT NOT NULL
  ) STRICT;
  INSERT OR IGNORE INTO patients (id, department, ward, data)
    SELECT json_extract(patient, '$.id'), department, ward, patient FROM records;
  `,
  COSIGN_MIGRATION,
  AUDIT_MIGRATION,
  CONSENT_MIGRATION,
  COSIGN_PROCESSES_MIGRATION,
  PHONE_MIGRATION,
];
