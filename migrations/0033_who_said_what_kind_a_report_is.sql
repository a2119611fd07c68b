-- Until a person has said what kind of report it is, a later message that tells more may.
ALTER TABLE reports ADD COLUMN kind_set_at INTEGER;
