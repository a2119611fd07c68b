-- Someone on the staff who looks at a record as its patient sees it: why, and until when. It lives in one session.
CREATE TABLE record_views (
  id TEXT PRIMARY KEY,
  patient_id TEXT NOT NULL REFERENCES patients (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  session_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX record_views_by_session ON record_views (session_id, patient_id, opened_at);
CREATE INDEX record_views_by_patient ON record_views (patient_id, opened_at);
