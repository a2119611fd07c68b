-- Someone has said whose it is, and it is not in their record yet: since when. The clock comes back to it until it is.
ALTER TABLE unmatched ADD COLUMN owed_since INTEGER;
CREATE INDEX unmatched_owed ON unmatched (owed_since) WHERE owed_since IS NOT NULL;
