-- What a report said in words before its laboratory changed them.
CREATE TABLE report_conclusions (
  id TEXT NOT NULL PRIMARY KEY,
  report_id TEXT NOT NULL REFERENCES reports(id),
  -- Empty: words were taken back that never came to us.
  conclusion TEXT NOT NULL,
  version_at INTEGER,
  replaced_at INTEGER NOT NULL,
  -- Taken back, and not only replaced: kept for staff.
  withdrawn_at INTEGER
) STRICT;
CREATE INDEX report_conclusions_by_report ON report_conclusions (report_id, replaced_at);
