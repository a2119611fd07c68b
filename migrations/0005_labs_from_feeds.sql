-- Laboratory results as feeds really send them: who they are about, what became of each message, old values, files, release.

-- What a sender leaves unsaid: its time zone (null: the practice's), and whose record numbers its own are.
ALTER TABLE feeds ADD COLUMN time_zone TEXT;
-- Assigning authorities (HL7 CX.4, FHIR Identifier.system) under which this sender uses the practice's own record numbers.
ALTER TABLE feeds ADD COLUMN own_authorities TEXT NOT NULL DEFAULT '[]';
ALTER TABLE feeds ADD COLUMN created_by TEXT REFERENCES accounts(id);
ALTER TABLE feeds ADD COLUMN revoked_by TEXT REFERENCES accounts(id);

-- 'hl7', 'fhir', 'csv' or 'pdf'; and who of the staff sent it, where no machine did.
ALTER TABLE inbox ADD COLUMN format TEXT NOT NULL DEFAULT 'fhir';
ALTER TABLE inbox ADD COLUMN sent_by TEXT REFERENCES accounts(id);
CREATE INDEX inbox_by_time ON inbox (received_at);

-- One body may hold many messages (HL7), and each has a fate of its own.
CREATE TABLE inbox_messages (
  id TEXT NOT NULL PRIMARY KEY,
  inbox_id TEXT NOT NULL REFERENCES inbox(id),
  feed_id TEXT NOT NULL REFERENCES feeds(id),
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  -- Sending application, facility and control id: who says that it is the same message again.
  control_key TEXT,
  sha256 TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  filed_at INTEGER,
  -- Waits for a person: see unmatched.
  parked_at INTEGER,
  refused_at INTEGER,
  -- The first message with the same key and the same bytes.
  repeats TEXT REFERENCES inbox_messages(id),
  -- Codes and counts, no names and no values.
  outcome TEXT
) STRICT;
CREATE UNIQUE INDEX inbox_messages_by_place ON inbox_messages (inbox_id, position);
CREATE INDEX inbox_messages_by_control ON inbox_messages (feed_id, control_key) WHERE control_key IS NOT NULL;
CREATE INDEX inbox_messages_by_time ON inbox_messages (received_at);
CREATE INDEX inbox_messages_refused ON inbox_messages (refused_at) WHERE refused_at IS NOT NULL;

-- What came for someone we do not know for certain. Nobody sees it until a person says whose it is.
CREATE TABLE unmatched (
  id TEXT NOT NULL PRIMARY KEY,
  message_id TEXT NOT NULL REFERENCES inbox_messages(id),
  feed_id TEXT NOT NULL REFERENCES feeds(id),
  -- The sender's name for the patient within the message, so that one of several can be linked.
  subject TEXT NOT NULL,
  why TEXT NOT NULL,
  authority TEXT,
  identifier TEXT,
  family_name TEXT,
  given_name TEXT,
  search_name TEXT NOT NULL DEFAULT '',
  birth_date TEXT,
  sex TEXT,
  phone TEXT,
  postal_code TEXT,
  -- How much of what waits: {"reports":1,"observations":14}.
  holds TEXT NOT NULL,
  parked_at INTEGER NOT NULL,
  resolved_at INTEGER,
  resolved_by TEXT REFERENCES accounts(id),
  -- 'linked' or 'set-aside', with the reason a person gave for the latter.
  resolution TEXT,
  reason TEXT,
  patient_id TEXT REFERENCES patients(id)
) STRICT;
CREATE UNIQUE INDEX unmatched_once ON unmatched (message_id, subject);
CREATE INDEX unmatched_waiting ON unmatched (parked_at) WHERE resolved_at IS NULL;

-- Whom an identifier names, once it has been checked or a person has said so. 'feed:<id>' stands for an authority left out.
CREATE TABLE patient_identifiers (
  authority TEXT NOT NULL,
  value TEXT NOT NULL,
  patient_id TEXT NOT NULL REFERENCES patients(id),
  feed_id TEXT REFERENCES feeds(id),
  linked_at INTEGER NOT NULL,
  linked_by TEXT REFERENCES accounts(id),
  PRIMARY KEY (authority, value)
) STRICT;
CREATE INDEX patient_identifiers_by_patient ON patient_identifiers (patient_id);

-- Two records that were one person's. What moved is listed, so that it can be moved back.
CREATE TABLE patient_merges (
  id TEXT NOT NULL PRIMARY KEY,
  survivor_id TEXT NOT NULL REFERENCES patients(id),
  retired_id TEXT NOT NULL REFERENCES patients(id),
  message_id TEXT REFERENCES inbox_messages(id),
  merged_at INTEGER NOT NULL,
  merged_by TEXT REFERENCES accounts(id),
  -- Ids by table.
  moved TEXT NOT NULL,
  undone_at INTEGER,
  undone_by TEXT REFERENCES accounts(id)
) STRICT;
CREATE INDEX patient_merges_by_survivor ON patient_merges (survivor_id, merged_at);
CREATE INDEX patient_merges_by_retired ON patient_merges (retired_id, merged_at);
ALTER TABLE patients ADD COLUMN merged_into TEXT REFERENCES patients(id);

-- 'lab', 'pathology', 'imaging', 'genetics' or 'tumor-marker': what release rules and the calm page go by.
ALTER TABLE reports ADD COLUMN kind TEXT NOT NULL DEFAULT 'lab';
-- When it first was final: statutory holds count from here.
ALTER TABLE reports ADD COLUMN finalized_at INTEGER;
-- When one of the care team first opened or commented it, and who.
ALTER TABLE reports ADD COLUMN team_seen_at INTEGER;
ALTER TABLE reports ADD COLUMN team_seen_by TEXT REFERENCES accounts(id);
ALTER TABLE reports ADD COLUMN commented_at INTEGER;
-- When the notice that it is there was queued.
ALTER TABLE reports ADD COLUMN noticed_at INTEGER;
UPDATE reports SET finalized_at = coalesce(issued_at, collected_at) WHERE status IN ('final', 'amended', 'corrected', 'appended');
UPDATE reports SET noticed_at = released_at WHERE released_at IS NOT NULL;

-- A test done by another method, or another laboratory, is not the same line in its history.
ALTER TABLE observations ADD COLUMN method TEXT;
ALTER TABLE observations ADD COLUMN laboratory TEXT;

-- What a result said before it was corrected, and versions that came later than newer ones.
CREATE TABLE observation_versions (
  id TEXT NOT NULL PRIMARY KEY,
  observation_id TEXT NOT NULL REFERENCES observations(id),
  status TEXT NOT NULL,
  value TEXT,
  unit TEXT,
  range_low TEXT,
  range_high TEXT,
  range_text TEXT,
  flag TEXT,
  version_at INTEGER,
  replaced_at INTEGER NOT NULL
) STRICT;
CREATE INDEX observation_versions_by_observation ON observation_versions (observation_id, replaced_at);

-- A report as a document. The bytes are in R2.
CREATE TABLE report_files (
  id TEXT NOT NULL PRIMARY KEY,
  report_id TEXT NOT NULL REFERENCES reports(id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  object_key TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  -- Replaced or withdrawn by its sender.
  removed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX report_files_once ON report_files (report_id, sha256);
