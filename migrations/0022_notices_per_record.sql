-- A kind of e-mail someone does without for one record, where they read several.
CREATE TABLE record_notification_choices (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  patient_id TEXT NOT NULL REFERENCES patients (id),
  kind TEXT NOT NULL,
  off_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, patient_id, kind)
) STRICT;
