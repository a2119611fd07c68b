-- What a sender calls a record besides the name it was first filed under: an id of another export, a number that it bears.
-- A number may be that of several.
CREATE TABLE record_names (
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  record_id TEXT NOT NULL,
  PRIMARY KEY (source, name, record_id)
) STRICT, WITHOUT ROWID;
