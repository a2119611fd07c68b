-- A list of patients is kept as it came, like what feeds send, and its rows lose what they say of people when it goes.
ALTER TABLE rosters ADD COLUMN raw_key TEXT;
ALTER TABLE rosters ADD COLUMN sha256 TEXT;
ALTER TABLE rosters ADD COLUMN bytes INTEGER;
ALTER TABLE rosters ADD COLUMN body_removed_at INTEGER;
CREATE INDEX rosters_kept ON rosters (uploaded_at) WHERE body_removed_at IS NULL;
