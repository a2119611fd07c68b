-- When a patient may see a report: what the state asks, what the patient wants, what staff decided for one report.

-- Hours that reports of a kind are kept back once they are final, where the law of the state says so: {"pathology":72}.
ALTER TABLE practice ADD COLUMN release_hours TEXT NOT NULL DEFAULT '{}';

-- From when it waits for the patient's word, who asked to be asked first; and when they said that they want to see it.
ALTER TABLE reports ADD COLUMN ask_at INTEGER;
ALTER TABLE reports ADD COLUMN asked_for_at INTEGER;
CREATE INDEX reports_to_notice ON reports (released_at) WHERE noticed_at IS NULL AND released_at IS NOT NULL;
CREATE INDEX reports_to_ask ON reports (ask_at) WHERE noticed_at IS NULL AND ask_at IS NOT NULL;

-- A new version of what was told already is something new to read.
CREATE TRIGGER reports_corrected AFTER UPDATE OF status, version_at ON reports
WHEN NEW.noticed_at IS NOT NULL AND NEW.noticed_at IS OLD.noticed_at
  AND NEW.status IN ('amended', 'corrected', 'appended')
  AND (NEW.status IS NOT OLD.status OR NEW.version_at > OLD.version_at)
BEGIN
  UPDATE reports SET noticed_at = NULL WHERE id = NEW.id;
END;

-- How the patient wants reports of a kind. Without a row: at once.
CREATE TABLE release_choices (
  patient_id TEXT NOT NULL REFERENCES patients(id),
  kind TEXT NOT NULL,
  timing TEXT NOT NULL,
  -- At most so many, for 'after-comment'.
  days INTEGER,
  chosen_at INTEGER NOT NULL,
  chosen_by TEXT NOT NULL REFERENCES accounts(id),
  PRIMARY KEY (patient_id, kind)
) STRICT;

-- One report kept back by one of the staff, for a reason and until a day.
CREATE TABLE release_holds (
  id TEXT NOT NULL PRIMARY KEY,
  report_id TEXT NOT NULL REFERENCES reports(id),
  reason TEXT NOT NULL,
  held_at INTEGER NOT NULL,
  held_by TEXT NOT NULL REFERENCES accounts(id),
  held_until INTEGER NOT NULL,
  lifted_at INTEGER,
  lifted_by TEXT REFERENCES accounts(id)
) STRICT;
CREATE INDEX release_holds_by_report ON release_holds (report_id, held_at);
CREATE UNIQUE INDEX release_holds_live ON release_holds (report_id) WHERE lifted_at IS NULL;

-- Everything the care team wrote to the patient about a report. The newest stands in the report itself.
CREATE TABLE report_comments (
  id TEXT NOT NULL PRIMARY KEY,
  report_id TEXT NOT NULL REFERENCES reports(id),
  author_id TEXT NOT NULL REFERENCES accounts(id),
  body TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  submission_id TEXT NOT NULL
) STRICT;
CREATE INDEX report_comments_by_report ON report_comments (report_id, written_at);
CREATE UNIQUE INDEX report_comments_by_submission ON report_comments (author_id, submission_id);

-- Who went past the calm page before a report.
CREATE TABLE report_openings (
  report_id TEXT NOT NULL REFERENCES reports(id),
  account_id TEXT NOT NULL REFERENCES accounts(id),
  opened_at INTEGER NOT NULL,
  PRIMARY KEY (report_id, account_id)
) STRICT;
