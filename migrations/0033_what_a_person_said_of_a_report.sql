-- Until a person has said what kind of report it is, a later message that tells more may.
ALTER TABLE reports ADD COLUMN kind_set_at INTEGER;

-- What waited with a number that is known now is filed again by the clock, once for each time that someone says whose it is.
ALTER TABLE unmatched ADD COLUMN retried_at INTEGER;
