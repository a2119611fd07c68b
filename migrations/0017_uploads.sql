-- Files that staff bring: looked over first, then filed, message by message.
CREATE TABLE uploads (
  inbox_id TEXT NOT NULL PRIMARY KEY REFERENCES inbox(id),
  -- As the file was called on the computer it came from.
  name TEXT NOT NULL,
  uploaded_at INTEGER NOT NULL,
  -- The columns of a table, each with its name and a sample.
  columns TEXT,
  -- What a person said about it: which column holds what, or whose PDF it is.
  told TEXT,
  -- What would become of it, and why some of it would not be filed: names of people are in here.
  review TEXT,
  total INTEGER,
  done INTEGER NOT NULL DEFAULT 0,
  started_at INTEGER,
  finished_at INTEGER,
  discarded_at INTEGER
) STRICT;
CREATE INDEX uploads_by_time ON uploads (uploaded_at) WHERE discarded_at IS NULL;
