/** The tables of co-signing. Released steps are never changed; a new one is added in store/migrations.ts. */
export const COSIGN_MIGRATION = `
  CREATE TABLE cosign_codes (
    code_sm3 TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES persons (id), made_by TEXT NOT NULL, expires_at TEXT NOT NULL,
    used_at TEXT,
    -- Key that ends when the one of this code is made: a move to another PC.
    replaces TEXT
  ) STRICT;
  CREATE TABLE cosign_keys (
    id TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES persons (id), state TEXT NOT NULL
      CHECK (state IN ('pending', 'active', 'suspended', 'locked', 'revoked')),
    epoch INTEGER NOT NULL, share BLOB NOT NULL, staged BLOB, help_key BLOB NOT NULL, pin BLOB, next_pin BLOB, tries INTEGER NOT NULL,
    device BLOB NOT NULL, device_name TEXT NOT NULL, server_point BLOB NOT NULL, commitment BLOB NOT NULL, public_key BLOB,
    certificate BLOB, code TEXT NOT NULL, created_at TEXT NOT NULL,
    refresh_commitment BLOB, refresh_mine BLOB, refresh_challenge BLOB
  ) STRICT;
  CREATE INDEX cosign_keys_by_person ON cosign_keys (person);

  -- One answer per number of a device, for ever: what was answered is given again to the same question within its lifetime, and never
  -- computed anew; the row stays when the answer is gone.
  CREATE TABLE cosign_answers (
    key TEXT NOT NULL REFERENCES cosign_keys (id), id TEXT NOT NULL, question TEXT NOT NULL, answer TEXT, at TEXT NOT NULL,
    PRIMARY KEY (key, id)
  ) STRICT, WITHOUT ROWID;
  -- A point that was signed with once is never signed with again, under whatever number.
  CREATE TABLE cosign_points (key TEXT NOT NULL, point_sm3 TEXT NOT NULL, PRIMARY KEY (key, point_sm3)) STRICT, WITHOUT ROWID;

  CREATE TABLE cosign_sessions (
    id_sm3 TEXT PRIMARY KEY, key TEXT NOT NULL REFERENCES cosign_keys (id), expires_at TEXT NOT NULL
  ) STRICT;

  -- Every use and every act, append only.
  CREATE TABLE cosign_log (
    n INTEGER PRIMARY KEY, at TEXT NOT NULL, key TEXT NOT NULL, person TEXT NOT NULL, act TEXT NOT NULL, epoch INTEGER NOT NULL,
    message_sm3 TEXT NOT NULL DEFAULT '', e TEXT NOT NULL DEFAULT '', r TEXT NOT NULL DEFAULT '', remote TEXT NOT NULL, result TEXT NOT NULL
  ) STRICT;
  CREATE INDEX cosign_log_by_key ON cosign_log (key, n);
  CREATE TRIGGER cosign_log_keeps BEFORE UPDATE ON cosign_log BEGIN SELECT RAISE(ABORT, 'append only'); END;
  CREATE TRIGGER cosign_log_stays BEFORE DELETE ON cosign_log BEGIN SELECT RAISE(ABORT, 'append only'); END;
`;

/**
 * Keys on phones; and what several processes on one store must know of each other: which requests were taken, how much a key has asked for, who is
 * issuing a certificate.
 */
export const COSIGN_PROCESSES_MIGRATION = `
  ALTER TABLE cosign_keys ADD COLUMN place TEXT NOT NULL DEFAULT 'pc' CHECK (place IN ('pc', 'phone'));
  -- Until when (ms since 1970) one process alone issues the certificate of this key; 0: none does.
  ALTER TABLE cosign_keys ADD COLUMN certifying_until INTEGER NOT NULL DEFAULT 0;

  -- Requests that were taken, until none of their time would be taken any more. at: ms since 1970.
  CREATE TABLE cosign_requests (id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX cosign_requests_by_time ON cosign_requests (at);

  -- Answers whose bytes are still held: found without reading all that was ever signed.
  CREATE INDEX cosign_answers_held ON cosign_answers (at) WHERE answer IS NOT NULL;

  -- Token buckets of keys and sources: what was left in each at that time (ms since 1970).
  CREATE TABLE cosign_buckets (key TEXT PRIMARY KEY, level REAL NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;
