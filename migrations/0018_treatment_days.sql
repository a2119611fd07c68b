-- Appointments in the patient's hand: calendars, requests, questions, reminders.

-- Raised by every change and by a cancellation: what calendars tell one version from another by (RFC 5545, SEQUENCE).
ALTER TABLE appointments ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
-- Those made together, for cycles of treatment.
ALTER TABLE appointments ADD COLUMN series_id TEXT;
ALTER TABLE appointments ADD COLUMN video_url TEXT;
ALTER TABLE appointments ADD COLUMN previous_place TEXT;
ALTER TABLE appointments ADD COLUMN cancel_reason TEXT;
-- What a feed contradicted itself about, for staff.
ALTER TABLE appointments ADD COLUMN conflict TEXT;

-- The patient asks for another time, or for none.
CREATE TABLE appointment_requests (
  id TEXT NOT NULL PRIMARY KEY,
  appointment_id TEXT NOT NULL REFERENCES appointments(id),
  patient_id TEXT NOT NULL REFERENCES patients(id),
  account_id TEXT NOT NULL REFERENCES accounts(id),
  kind TEXT NOT NULL,
  words TEXT NOT NULL,
  submission_id TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  done_at INTEGER,
  done_by TEXT REFERENCES accounts(id),
  outcome TEXT,
  answer TEXT
) STRICT;
CREATE UNIQUE INDEX appointment_requests_once ON appointment_requests (account_id, submission_id);
CREATE UNIQUE INDEX appointment_requests_open ON appointment_requests (appointment_id) WHERE done_at IS NULL;
CREATE INDEX appointment_requests_waiting ON appointment_requests (asked_at) WHERE done_at IS NULL;
CREATE INDEX appointment_requests_by_appointment ON appointment_requests (appointment_id, asked_at);

-- What someone wants to ask on a day of treatment.
CREATE TABLE visit_questions (
  id TEXT NOT NULL PRIMARY KEY,
  patient_id TEXT NOT NULL REFERENCES patients(id),
  account_id TEXT NOT NULL REFERENCES accounts(id),
  -- The calendar day in the practice's zone: 2026-12-01.
  day TEXT NOT NULL,
  body TEXT NOT NULL,
  submission_id TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX visit_questions_once ON visit_questions (account_id, submission_id);
CREATE INDEX visit_questions_by_day ON visit_questions (patient_id, day);

-- A reminder that was queued: once for each person, appointment, distance and time of the appointment.
CREATE TABLE appointment_reminders (
  appointment_id TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  days_before INTEGER NOT NULL,
  starts_at INTEGER NOT NULL,
  queued_at INTEGER NOT NULL,
  PRIMARY KEY (appointment_id, account_id, days_before, starts_at)
) STRICT, WITHOUT ROWID;

-- A private address that a calendar asks for appointments. Only its hash is kept.
CREATE TABLE calendar_feeds (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  patient_id TEXT NOT NULL REFERENCES patients(id),
  token_hash TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT;
CREATE INDEX calendar_feeds_by_account ON calendar_feeds (account_id, patient_id);

-- How to get ready, by kind of appointment, where the appointment says nothing of its own.
CREATE TABLE preparation_texts (
  kind TEXT NOT NULL PRIMARY KEY,
  en TEXT NOT NULL,
  es TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL REFERENCES accounts(id)
) STRICT;
