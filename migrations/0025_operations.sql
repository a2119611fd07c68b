-- What runs by the clock, and how it went: numbers and names of jobs, nothing about anyone.
CREATE TABLE job_runs (
  id TEXT NOT NULL PRIMARY KEY,
  job TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  -- The kind of error it ended with; 'lost' when it never said that it had ended.
  failure TEXT,
  -- How far it came, for jobs that work through something in portions.
  mark TEXT
) STRICT;
-- Of one job one run at a time.
CREATE UNIQUE INDEX job_runs_running ON job_runs (job) WHERE ended_at IS NULL;
CREATE INDEX job_runs_by_job ON job_runs (job, started_at);
CREATE INDEX job_runs_by_result ON job_runs (job, failure, started_at);
CREATE INDEX job_runs_by_start ON job_runs (started_at);

-- How long what a feed sent is kept as it came. What was filed from it stays for good.
ALTER TABLE practice ADD COLUMN keep_bodies_days INTEGER NOT NULL DEFAULT 400;
ALTER TABLE inbox ADD COLUMN body_removed_at INTEGER;
CREATE INDEX inbox_bodies ON inbox (received_at) WHERE body_removed_at IS NULL;

-- What names a stored file: a file that nothing names was left behind.
CREATE INDEX inbox_by_object ON inbox (raw_key);
CREATE INDEX attachments_by_object ON attachments (object_key);
CREATE INDEX attachments_by_preview ON attachments (preview_key) WHERE preview_key IS NOT NULL;
CREATE INDEX report_files_by_object ON report_files (object_key);

-- What the figures of the last days are counted by.
CREATE INDEX outbox_by_sending ON outbox (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX messages_by_time ON messages (sent_at, author_role);
CREATE INDEX invitations_accepted ON invitations (accepted_at) WHERE accepted_at IS NOT NULL;
