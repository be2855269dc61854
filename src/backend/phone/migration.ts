/** The tables of signing by phone (docs/design/026). Released steps are never changed; a new one is added in store/migrations.ts. */
export const PHONE_MIGRATION = `
  -- One row per request, kept for the log. "rows" (type and initials of each document) goes when the request ends.
  CREATE TABLE phone_requests (
    id TEXT PRIMARY KEY, secret_sm3 TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('login', 'sign')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'scanned', 'approved', 'done', 'refused', 'expired', 'cancelled', 'lost')),
    -- Grows with every change that the desk can see.
    version INTEGER NOT NULL,
    desk TEXT NOT NULL, remote TEXT NOT NULL,
    -- Who has asked; nobody is known when the request is a login.
    person TEXT REFERENCES persons (id),
    count INTEGER NOT NULL, signatures INTEGER NOT NULL, seals INTEGER NOT NULL, list_digest TEXT NOT NULL, rows TEXT,
    key TEXT REFERENCES cosign_keys (id), check_number TEXT, approval_text TEXT, approval BLOB, reason TEXT,
    created_at TEXT NOT NULL, scanned_at TEXT, approved_at TEXT, heard_at TEXT, ended_at TEXT, expires_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX phone_requests_open ON phone_requests (state) WHERE state IN ('waiting', 'scanned', 'approved');
  CREATE INDEX phone_requests_by_key ON phone_requests (key);
  CREATE TRIGGER phone_requests_go_forward BEFORE UPDATE OF state ON phone_requests
    WHEN OLD.state <> NEW.state AND NOT (
      (OLD.state = 'waiting' AND NEW.state IN ('scanned', 'expired', 'cancelled'))
      OR (OLD.state = 'scanned' AND NEW.state IN ('approved', 'refused', 'expired', 'cancelled', 'lost'))
      OR (OLD.state = 'approved' AND NEW.state IN ('done', 'refused', 'lost')))
    BEGIN SELECT RAISE(ABORT, 'a state never goes back'); END;

  -- What is on its way between desk and phone; deleted when the request ends. The message goes when its value has come.
  CREATE TABLE phone_messages (
    request TEXT NOT NULL REFERENCES phone_requests (id), n INTEGER NOT NULL, "row" INTEGER NOT NULL,
    message BLOB, message_sm3 TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    signature BLOB, failed TEXT, handed_in INTEGER, taken INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (request, n)
  ) STRICT, WITHOUT ROWID;
`;
