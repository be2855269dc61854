/** Tables of the desks' audit chains. Entries and anchors can be added and nothing else: the store itself refuses the rest. */
export const AUDIT_MIGRATION = `
  CREATE TABLE audit_desks (
    desk TEXT PRIMARY KEY, created_at TEXT NOT NULL, last_index INTEGER NOT NULL, last_hash TEXT NOT NULL,
    received_at TEXT NOT NULL
  ) STRICT;

  -- entry: JSON as received, whose canonical form has the hash. received_from: who was signed in.
  CREATE TABLE audit_entries (
    desk TEXT NOT NULL REFERENCES audit_desks (desk), "index" INTEGER NOT NULL, hash TEXT NOT NULL, entry TEXT NOT NULL,
    received_at TEXT NOT NULL, received_from TEXT NOT NULL, PRIMARY KEY (desk, "index")
  ) STRICT;
  CREATE TABLE audit_anchors (
    desk TEXT NOT NULL REFERENCES audit_desks (desk), "index" INTEGER NOT NULL, hash TEXT NOT NULL, token BLOB NOT NULL,
    time TEXT NOT NULL, PRIMARY KEY (desk, "index")
  ) STRICT;
  -- What did not go on from here: the other branch of a fork is evidence too. Once per place and content.
  CREATE TABLE audit_refused (
    desk TEXT NOT NULL, "index" INTEGER NOT NULL, hash TEXT NOT NULL, code TEXT NOT NULL, entry TEXT NOT NULL,
    received_at TEXT NOT NULL, received_from TEXT NOT NULL, PRIMARY KEY (desk, "index", hash)
  ) STRICT;

  CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'append only'); END;
  CREATE TRIGGER audit_entries_remain BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'append only'); END;
  CREATE TRIGGER audit_anchors_stay BEFORE UPDATE ON audit_anchors BEGIN SELECT RAISE(ABORT, 'append only'); END;
  CREATE TRIGGER audit_anchors_remain BEFORE DELETE ON audit_anchors BEGIN SELECT RAISE(ABORT, 'append only'); END;
`;
