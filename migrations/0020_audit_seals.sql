-- The audit trail, sealed piece by piece: each seal holds what its entries say and the seal before it, under a key that
-- is not in the database.
CREATE TABLE audit_seals (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The day (UTC) of the first entry in it.
  day TEXT NOT NULL,
  first_seq INTEGER NOT NULL UNIQUE,
  last_seq INTEGER NOT NULL,
  digest TEXT NOT NULL,
  sealed_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER audit_seals_never_change BEFORE UPDATE ON audit_seals BEGIN SELECT RAISE(ABORT, 'audit seals never change'); END;
CREATE TRIGGER audit_seals_never_go BEFORE DELETE ON audit_seals BEGIN SELECT RAISE(ABORT, 'audit seals are never deleted'); END;
