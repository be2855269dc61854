/** Tables of the consent room. Appended to MIGRATIONS; a released step is never changed. */
export const CONSENT_MIGRATION = `
  CREATE TABLE consents (
    id TEXT PRIMARY KEY, patient TEXT NOT NULL, template TEXT NOT NULL, template_version INTEGER NOT NULL,
    document_sm3 TEXT NOT NULL, operator TEXT NOT NULL REFERENCES persons (id), opened_at TEXT NOT NULL,
    -- Set together, when the finished form has come in.
    signed_sm3 TEXT, signed_size INTEGER, signed_at TEXT, received_at TEXT
  ) STRICT;
  CREATE INDEX consents_by_opened ON consents (opened_at);

  -- Sealed packages and the record of an offline act ('act'), as handed in last while the form was open.
  CREATE TABLE consent_packages (
    consent TEXT NOT NULL REFERENCES consents (id), part TEXT NOT NULL CHECK (part IN ('patient', 'witness', 'act')),
    sm3 TEXT NOT NULL, size INTEGER NOT NULL, received_at TEXT NOT NULL,
    PRIMARY KEY (consent, part)
  ) STRICT;

  -- One that is in force per party: a key that died unused makes place for the next one, and its certificate is revoked.
  CREATE TABLE consent_certificates (
    consent TEXT NOT NULL REFERENCES consents (id), party TEXT NOT NULL, serial TEXT NOT NULL, spki BLOB NOT NULL,
    binding_sm3 TEXT NOT NULL, certificate BLOB NOT NULL, issued_at TEXT NOT NULL, in_force INTEGER NOT NULL,
    PRIMARY KEY (consent, party, serial)
  ) STRICT;

  -- The escrow holder says that he opens evidence, and why.
  CREATE TABLE evidence_openings (
    id INTEGER PRIMARY KEY AUTOINCREMENT, consent TEXT NOT NULL REFERENCES consents (id), part TEXT NOT NULL,
    sm3 TEXT NOT NULL, holder TEXT NOT NULL, purpose TEXT NOT NULL, at TEXT NOT NULL
  ) STRICT;
`;
