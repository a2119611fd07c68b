-- The first schema. Times are milliseconds since 1970 (UTC); ids are opaque. STRICT keeps types honest.

CREATE TABLE practice (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL,
  phone TEXT NOT NULL,
  address TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  office_hours TEXT NOT NULL,
  holidays TEXT NOT NULL,
  categories TEXT NOT NULL,
  reply_promise_hours INTEGER NOT NULL,
  terms_version TEXT NOT NULL
) STRICT;

CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  given_name TEXT NOT NULL,
  family_name TEXT NOT NULL,
  credentials TEXT,
  staff_role TEXT,
  language TEXT NOT NULL DEFAULT 'en',
  password_hash TEXT NOT NULL,
  totp_secret TEXT,
  totp_confirmed_at INTEGER,
  totp_last_step INTEGER,
  terms_version TEXT,
  created_at INTEGER NOT NULL,
  last_sign_in_at INTEGER,
  deactivated_at INTEGER
) STRICT;

CREATE TABLE sessions (
  token_hash TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  completed_at INTEGER,
  ended_at INTEGER,
  user_agent TEXT
) STRICT;
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_seen ON sessions (seen_at);

CREATE TABLE terms_acceptances (
  account_id TEXT NOT NULL REFERENCES accounts(id),
  version TEXT NOT NULL,
  accepted_at INTEGER NOT NULL,
  network_address TEXT,
  PRIMARY KEY (account_id, version)
) STRICT;

CREATE TABLE throttles (
  key TEXT NOT NULL PRIMARY KEY,
  count INTEGER NOT NULL,
  since INTEGER NOT NULL,
  blocked_until INTEGER
) STRICT;
CREATE INDEX throttles_by_since ON throttles (since);

CREATE TABLE patients (
  id TEXT NOT NULL PRIMARY KEY,
  mrn TEXT,
  given_name TEXT NOT NULL,
  family_name TEXT NOT NULL,
  search_name TEXT NOT NULL,
  birth_date TEXT,
  email TEXT,
  phone TEXT,
  language TEXT NOT NULL DEFAULT 'en',
  account_id TEXT REFERENCES accounts(id),
  inactive_at INTEGER,
  deceased_at INTEGER,
  source TEXT,
  source_id TEXT,
  version_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX patients_by_mrn ON patients (mrn);
CREATE INDEX patients_by_name ON patients (search_name);
CREATE INDEX patients_by_birth_date ON patients (birth_date);
CREATE INDEX patients_by_email ON patients (email);
CREATE INDEX patients_by_account ON patients (account_id);
CREATE UNIQUE INDEX patients_by_source ON patients (source, source_id);

-- The words a patient is found by, kept by the triggers below: name parts, record number, e-mail, phone.
CREATE TABLE patient_search_words (
  word TEXT NOT NULL,
  patient_id TEXT NOT NULL REFERENCES patients(id) ON DELETE CASCADE,
  PRIMARY KEY (word, patient_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX patient_search_words_by_patient ON patient_search_words (patient_id);

-- A phone is found by all of its digits, or by the last 7 or 4, however it was written.
CREATE VIEW patient_words AS
WITH phones AS (
  SELECT id, replace(replace(replace(replace(replace(replace(phone, ' ', ''), '-', ''), '(', ''), ')', ''), '.', ''), '+', '') AS digits
  FROM patients
)
SELECT patients.id AS patient_id, value AS word FROM patients, json_each(replace(json_array(search_name), ' ', '","')) WHERE value <> ''
UNION ALL SELECT id, lower(mrn) FROM patients WHERE mrn IS NOT NULL
UNION ALL SELECT id, lower(email) FROM patients WHERE email IS NOT NULL
UNION ALL SELECT phones.id, substr(digits, -value) FROM phones, json_each('[10,7,4]') WHERE length(digits) >= 7;

CREATE TRIGGER patients_are_found AFTER INSERT ON patients BEGIN
  INSERT OR IGNORE INTO patient_search_words (word, patient_id) SELECT word, patient_id FROM patient_words WHERE patient_id = NEW.id;
END;
CREATE TRIGGER patients_are_found_anew AFTER UPDATE OF search_name, mrn, email, phone ON patients BEGIN
  DELETE FROM patient_search_words WHERE patient_id = NEW.id;
  INSERT OR IGNORE INTO patient_search_words (word, patient_id) SELECT word, patient_id FROM patient_words WHERE patient_id = NEW.id;
END;

CREATE TABLE grants (
  id TEXT NOT NULL PRIMARY KEY,
  patient_id TEXT NOT NULL REFERENCES patients(id),
  account_id TEXT NOT NULL REFERENCES accounts(id),
  relationship TEXT NOT NULL,
  granted_at INTEGER NOT NULL,
  granted_by TEXT NOT NULL,
  revoked_at INTEGER,
  revoked_by TEXT
) STRICT;
CREATE UNIQUE INDEX grants_live ON grants (patient_id, account_id) WHERE revoked_at IS NULL;
CREATE INDEX grants_by_account ON grants (account_id);
CREATE INDEX grants_by_patient ON grants (patient_id, granted_at);

CREATE TABLE invitations (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  patient_id TEXT NOT NULL REFERENCES patients(id),
  email TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  language TEXT NOT NULL,
  relationship TEXT,
  invited_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  sent_at INTEGER,
  expires_at INTEGER,
  reminded_at INTEGER,
  accepted_at INTEGER,
  accepted_by TEXT REFERENCES accounts(id),
  replaced_at INTEGER,
  revoked_at INTEGER,
  address_changed_at INTEGER,
  birth_date_tries INTEGER NOT NULL DEFAULT 0,
  locked_at INTEGER
) STRICT;
CREATE INDEX invitations_by_patient ON invitations (patient_id, created_at);
CREATE INDEX invitations_by_sent ON invitations (sent_at);
CREATE INDEX invitations_by_email ON invitations (email);
CREATE INDEX invitations_by_created ON invitations (created_at);
CREATE INDEX invitations_locked ON invitations (locked_at) WHERE locked_at IS NOT NULL;
CREATE INDEX invitations_open ON invitations (expires_at)
  WHERE accepted_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL AND address_changed_at IS NULL;

CREATE TABLE registration_codes (
  id TEXT NOT NULL PRIMARY KEY,
  invitation_id TEXT NOT NULL REFERENCES invitations(id),
  browser_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX registration_codes_by_invitation ON registration_codes (invitation_id, created_at);

CREATE TABLE invitation_requests (
  id TEXT NOT NULL PRIMARY KEY,
  invitation_id TEXT NOT NULL REFERENCES invitations(id),
  patient_id TEXT NOT NULL REFERENCES patients(id),
  requested_at INTEGER NOT NULL,
  resolved_at INTEGER
) STRICT;
CREATE UNIQUE INDEX invitation_requests_open ON invitation_requests (invitation_id) WHERE resolved_at IS NULL;
CREATE INDEX invitation_requests_by_patient ON invitation_requests (patient_id);

CREATE TABLE outbox (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  account_id TEXT,
  patient_id TEXT,
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  first_tried_at INTEGER,
  rendered_at INTEGER,
  edition INTEGER NOT NULL DEFAULT 1,
  leased_until INTEGER,
  sent_at INTEGER,
  provider_id TEXT,
  cancelled_at INTEGER,
  failed_at INTEGER,
  failure TEXT
) STRICT;
CREATE INDEX outbox_waiting ON outbox (due_at) WHERE sent_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX outbox_by_subject ON outbox (subject_id);
CREATE INDEX outbox_by_patient ON outbox (patient_id);
CREATE INDEX outbox_failed ON outbox (failed_at) WHERE failed_at IS NOT NULL;

CREATE TABLE audit_entries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  account_id TEXT,
  actor TEXT NOT NULL,
  patient_id TEXT,
  action TEXT NOT NULL,
  subject_id TEXT,
  request_id TEXT
) STRICT;
CREATE INDEX audit_entries_by_patient ON audit_entries (patient_id, at);
CREATE INDEX audit_entries_by_account ON audit_entries (account_id, at);

CREATE TABLE threads (
  id TEXT NOT NULL PRIMARY KEY,
  patient_id TEXT NOT NULL REFERENCES patients(id),
  subject TEXT NOT NULL,
  category TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  opened_by TEXT NOT NULL REFERENCES accounts(id),
  last_message_at INTEGER NOT NULL,
  closed_at INTEGER,
  closed_by TEXT
) STRICT;
CREATE INDEX threads_by_patient ON threads (patient_id, last_message_at);

CREATE TABLE messages (
  id TEXT NOT NULL PRIMARY KEY,
  thread_id TEXT NOT NULL REFERENCES threads(id),
  author_id TEXT NOT NULL REFERENCES accounts(id),
  author_role TEXT NOT NULL,
  relationship TEXT,
  body TEXT NOT NULL,
  language TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  submission_id TEXT NOT NULL
) STRICT;
CREATE INDEX messages_by_thread ON messages (thread_id, sent_at);
CREATE UNIQUE INDEX messages_by_submission ON messages (author_id, submission_id);

CREATE TABLE thread_reads (
  thread_id TEXT NOT NULL REFERENCES threads(id),
  account_id TEXT NOT NULL REFERENCES accounts(id),
  read_at INTEGER NOT NULL,
  PRIMARY KEY (thread_id, account_id)
) STRICT;

CREATE TABLE work_items (
  id TEXT NOT NULL PRIMARY KEY,
  thread_id TEXT NOT NULL REFERENCES threads(id),
  queue TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  assigned_to TEXT REFERENCES accounts(id),
  assigned_at INTEGER,
  done_at INTEGER,
  done_by TEXT
) STRICT;
CREATE UNIQUE INDEX work_items_open ON work_items (thread_id) WHERE done_at IS NULL;
CREATE INDEX work_items_due ON work_items (due_at) WHERE done_at IS NULL;
CREATE INDEX work_items_opened ON work_items (opened_at) WHERE done_at IS NULL;
CREATE INDEX work_items_assigned ON work_items (assigned_to, due_at) WHERE done_at IS NULL;
CREATE INDEX work_items_by_thread ON work_items (thread_id);

CREATE TABLE appointments (
  id TEXT NOT NULL PRIMARY KEY,
  patient_id TEXT NOT NULL REFERENCES patients(id),
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  title TEXT,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER,
  arrive_at INTEGER,
  place TEXT,
  room TEXT,
  address TEXT,
  clinician TEXT,
  phone TEXT,
  preparation TEXT,
  note TEXT,
  changed_at INTEGER,
  previous_starts_at INTEGER,
  cancelled_at INTEGER,
  source TEXT,
  source_id TEXT,
  version_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX appointments_by_patient ON appointments (patient_id, starts_at);
CREATE INDEX appointments_by_start ON appointments (starts_at);
CREATE UNIQUE INDEX appointments_by_source ON appointments (source, source_id);

CREATE TABLE encounters (
  id TEXT NOT NULL PRIMARY KEY,
  patient_id TEXT NOT NULL REFERENCES patients(id),
  title TEXT NOT NULL,
  status TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  place TEXT,
  clinician TEXT,
  source TEXT NOT NULL,
  source_id TEXT NOT NULL,
  version_at INTEGER
) STRICT;
CREATE INDEX encounters_by_patient ON encounters (patient_id, started_at);
CREATE UNIQUE INDEX encounters_by_source ON encounters (source, source_id);

CREATE TABLE reports (
  id TEXT NOT NULL PRIMARY KEY,
  patient_id TEXT NOT NULL REFERENCES patients(id),
  title TEXT NOT NULL,
  code TEXT,
  status TEXT NOT NULL,
  collected_at INTEGER NOT NULL,
  issued_at INTEGER,
  ordered_by TEXT,
  laboratory TEXT,
  conclusion TEXT,
  comment TEXT,
  comment_by TEXT,
  released_at INTEGER,
  source TEXT NOT NULL,
  source_id TEXT NOT NULL,
  version_at INTEGER
) STRICT;
CREATE INDEX reports_by_patient ON reports (patient_id, collected_at);
CREATE UNIQUE INDEX reports_by_source ON reports (source, source_id);

CREATE TABLE report_reads (
  report_id TEXT NOT NULL REFERENCES reports(id),
  account_id TEXT NOT NULL REFERENCES accounts(id),
  read_at INTEGER NOT NULL,
  PRIMARY KEY (report_id, account_id)
) STRICT;

CREATE TABLE observations (
  id TEXT NOT NULL PRIMARY KEY,
  report_id TEXT NOT NULL REFERENCES reports(id),
  patient_id TEXT NOT NULL REFERENCES patients(id),
  position INTEGER NOT NULL,
  code TEXT,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  value TEXT,
  value_number REAL,
  unit TEXT,
  range_low TEXT,
  range_high TEXT,
  range_text TEXT,
  flag TEXT,
  absent_reason TEXT,
  comment TEXT,
  collected_at INTEGER NOT NULL,
  corrected_at INTEGER,
  previous_value TEXT,
  previous_unit TEXT,
  source TEXT NOT NULL,
  source_id TEXT NOT NULL,
  version_at INTEGER
) STRICT;
CREATE INDEX observations_by_report ON observations (report_id, position);
CREATE INDEX observations_by_code ON observations (patient_id, code, collected_at);
CREATE UNIQUE INDEX observations_by_source ON observations (source, source_id);

CREATE TABLE resources (
  id TEXT NOT NULL PRIMARY KEY,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  phone TEXT,
  purpose_en TEXT NOT NULL,
  purpose_es TEXT NOT NULL
) STRICT;

CREATE TABLE feeds (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  scope TEXT NOT NULL,
  key_hash TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT;

CREATE TABLE inbox (
  id TEXT NOT NULL PRIMARY KEY,
  feed_id TEXT NOT NULL REFERENCES feeds(id),
  received_at INTEGER NOT NULL,
  raw_key TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  filed_at INTEGER,
  refused_at INTEGER,
  outcome TEXT
) STRICT;
CREATE INDEX inbox_by_feed ON inbox (feed_id, received_at);
CREATE INDEX inbox_by_hash ON inbox (sha256);

-- What happened stays: the audit trail takes new entries and nothing else.
CREATE TRIGGER audit_entries_never_change BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit entries never change'); END;
CREATE TRIGGER audit_entries_never_go BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END;

-- Taking access away is for good: giving it again is a new grant.
CREATE TRIGGER grants_stay_revoked BEFORE UPDATE ON grants WHEN OLD.revoked_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a revoked grant never comes back'); END;

