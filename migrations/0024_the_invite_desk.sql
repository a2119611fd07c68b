-- Where each patient stands on the way into the portal, as the invite desk asks for it: one row per patient, kept by the
-- triggers below, so that a list of fifty thousand is read by index. The time is no part of it: a link that was sent or
-- delivered has expired once `at` is past.
CREATE TABLE invitation_desk (
  patient_id TEXT NOT NULL PRIMARY KEY REFERENCES patients (id) ON DELETE CASCADE,
  place TEXT NOT NULL,
  at INTEGER NOT NULL,
  requested_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_desk_by_place ON invitation_desk (place, at);
CREATE INDEX invitation_desk_asked ON invitation_desk (requested_at) WHERE requested_at IS NOT NULL;

-- What the table must say. `src/staff/patient/status.ts` says the same of one patient, and a test holds the two together.
CREATE VIEW invitation_desk_now AS
SELECT patient_id,
  CASE
    WHEN account_id IS NOT NULL THEN 'registered'
    WHEN sent_to IS NULL THEN 'not-invited'
    WHEN locked_at IS NOT NULL THEN 'locked'
    WHEN bounced_at >= coalesce(delivered_at, 0) THEN 'bounced'
    WHEN failed_at IS NOT NULL THEN 'mail-failed'
    WHEN delivered_at IS NOT NULL THEN 'delivered'
    ELSE 'sent'
  END AS place,
  CASE
    WHEN account_id IS NOT NULL THEN coalesce(registered_at, created_at)
    WHEN sent_to IS NULL THEN created_at
    WHEN locked_at IS NOT NULL THEN locked_at
    WHEN bounced_at >= coalesce(delivered_at, 0) THEN bounced_at
    WHEN failed_at IS NOT NULL THEN failed_at
    ELSE ends_at
  END AS at,
  CASE WHEN account_id IS NULL THEN requested_at END AS requested_at
FROM (
  SELECT p.id AS patient_id, p.account_id, p.created_at, i.id AS sent_to,
    CASE WHEN i.birth_date_tries >= 5 THEN coalesce(i.locked_at, i.created_at) ELSE i.locked_at END AS locked_at,
    coalesce(i.expires_at, i.created_at + 432000000) AS ends_at,
    (SELECT max(max(coalesce(o.bounced_at, 0), coalesce(o.complained_at, 0))) FROM outbox o
      WHERE o.subject_id = i.id AND o.kind IN ('invitation', 'invitation-reminder')
        AND (o.bounced_at IS NOT NULL OR o.complained_at IS NOT NULL)) AS bounced_at,
    (SELECT max(o.delivered_at) FROM outbox o
      WHERE o.subject_id = i.id AND o.kind IN ('invitation', 'invitation-reminder')) AS delivered_at,
    (SELECT max(o.failed_at) FROM outbox o
      WHERE o.subject_id = i.id AND o.kind = 'invitation' AND o.sent_at IS NULL) AS failed_at,
    (SELECT max(a.accepted_at) FROM invitations a WHERE a.patient_id = p.id AND a.accepted_by = p.account_id) AS registered_at,
    (SELECT max(r.requested_at) FROM invitation_requests r WHERE r.patient_id = p.id AND r.resolved_at IS NULL) AS requested_at
  FROM patients p LEFT JOIN invitations i ON i.id = (
    SELECT n.id FROM invitations n WHERE n.patient_id = p.id AND n.kind = 'patient' AND n.accepted_at IS NULL
      AND n.replaced_at IS NULL AND n.revoked_at IS NULL AND n.address_changed_at IS NULL AND n.email = lower(trim(p.email))
    ORDER BY n.created_at DESC LIMIT 1)
  WHERE p.inactive_at IS NULL AND p.deceased_at IS NULL AND p.merged_into IS NULL
);

CREATE TRIGGER patients_come_to_the_desk AFTER INSERT ON patients BEGIN
  INSERT INTO invitation_desk SELECT * FROM invitation_desk_now WHERE patient_id = NEW.id;
END;
CREATE TRIGGER patients_move_at_the_desk AFTER UPDATE OF account_id, email, inactive_at, deceased_at, merged_into ON patients
WHEN OLD.account_id IS NOT NEW.account_id OR OLD.email IS NOT NEW.email OR OLD.inactive_at IS NOT NEW.inactive_at
  OR OLD.deceased_at IS NOT NEW.deceased_at OR OLD.merged_into IS NOT NEW.merged_into
BEGIN
  DELETE FROM invitation_desk WHERE patient_id = NEW.id;
  INSERT INTO invitation_desk SELECT * FROM invitation_desk_now WHERE patient_id = NEW.id;
END;
CREATE TRIGGER invitations_come_to_the_desk AFTER INSERT ON invitations WHEN NEW.kind = 'patient' BEGIN
  DELETE FROM invitation_desk WHERE patient_id = NEW.patient_id;
  INSERT INTO invitation_desk SELECT * FROM invitation_desk_now WHERE patient_id = NEW.patient_id;
END;
CREATE TRIGGER invitations_move_at_the_desk AFTER UPDATE OF patient_id, email, sent_at, expires_at, accepted_at, replaced_at,
  revoked_at, address_changed_at, birth_date_tries, locked_at ON invitations WHEN NEW.kind = 'patient' BEGIN
  DELETE FROM invitation_desk WHERE patient_id IN (OLD.patient_id, NEW.patient_id);
  INSERT INTO invitation_desk SELECT * FROM invitation_desk_now WHERE patient_id IN (OLD.patient_id, NEW.patient_id);
END;
CREATE TRIGGER mails_come_to_the_desk AFTER INSERT ON outbox
WHEN NEW.kind IN ('invitation', 'invitation-reminder') AND NEW.patient_id IS NOT NULL
  AND coalesce(NEW.failed_at, NEW.delivered_at, NEW.bounced_at, NEW.complained_at) IS NOT NULL
BEGIN
  DELETE FROM invitation_desk WHERE patient_id = NEW.patient_id;
  INSERT INTO invitation_desk SELECT * FROM invitation_desk_now WHERE patient_id = NEW.patient_id;
END;
CREATE TRIGGER mails_move_at_the_desk AFTER UPDATE OF sent_at, failed_at, delivered_at, bounced_at, complained_at ON outbox
WHEN NEW.kind IN ('invitation', 'invitation-reminder') AND NEW.patient_id IS NOT NULL
BEGIN
  DELETE FROM invitation_desk WHERE patient_id = NEW.patient_id;
  INSERT INTO invitation_desk SELECT * FROM invitation_desk_now WHERE patient_id = NEW.patient_id;
END;
CREATE TRIGGER requests_come_to_the_desk AFTER INSERT ON invitation_requests BEGIN
  DELETE FROM invitation_desk WHERE patient_id = NEW.patient_id;
  INSERT INTO invitation_desk SELECT * FROM invitation_desk_now WHERE patient_id = NEW.patient_id;
END;
CREATE TRIGGER requests_move_at_the_desk AFTER UPDATE OF patient_id, resolved_at ON invitation_requests BEGIN
  DELETE FROM invitation_desk WHERE patient_id IN (OLD.patient_id, NEW.patient_id);
  INSERT INTO invitation_desk SELECT * FROM invitation_desk_now WHERE patient_id IN (OLD.patient_id, NEW.patient_id);
END;

INSERT INTO invitation_desk SELECT * FROM invitation_desk_now;

-- What staff corrected in who a patient is, as it was and as it became, and why. Never changed: old values stay readable
-- without standing in the audit trail.
CREATE TABLE patient_corrections (
  id TEXT NOT NULL PRIMARY KEY,
  patient_id TEXT NOT NULL REFERENCES patients (id),
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  reason TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL REFERENCES accounts (id)
) STRICT;
CREATE INDEX patient_corrections_by_patient ON patient_corrections (patient_id, changed_at);
CREATE TRIGGER patient_corrections_never_change BEFORE UPDATE ON patient_corrections
BEGIN SELECT RAISE(ABORT, 'what was corrected stays written'); END;

-- A practice's list of patients, brought as a table: row by row what it says and what becomes of it.
CREATE TABLE rosters (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  columns TEXT NOT NULL,
  mapping TEXT,
  uploaded_at INTEGER NOT NULL,
  uploaded_by TEXT NOT NULL REFERENCES accounts (id),
  reviewed_at INTEGER,
  started_at INTEGER,
  finished_at INTEGER,
  discarded_at INTEGER
) STRICT;
CREATE INDEX rosters_by_time ON rosters (uploaded_at) WHERE discarded_at IS NULL;

CREATE TABLE roster_rows (
  roster_id TEXT NOT NULL REFERENCES rosters (id),
  position INTEGER NOT NULL,
  cells TEXT NOT NULL,
  mrn TEXT,
  given_name TEXT,
  family_name TEXT,
  search_name TEXT,
  birth_date TEXT,
  email TEXT,
  phone TEXT,
  language TEXT,
  plan TEXT,
  fault TEXT,
  -- Whom it names: on file already, or to be made under this id. No reference, because they are not made yet.
  patient_id TEXT,
  filed_at INTEGER,
  PRIMARY KEY (roster_id, position)
) STRICT, WITHOUT ROWID;

-- Many invitations sent with one act. Each patient has a row and the id of the one invitation it may become.
CREATE TABLE invitation_rounds (
  id TEXT NOT NULL PRIMARY KEY,
  list TEXT NOT NULL,
  roster_id TEXT REFERENCES rosters (id),
  made_at INTEGER NOT NULL,
  made_by TEXT NOT NULL REFERENCES accounts (id),
  started_at INTEGER,
  finished_at INTEGER
) STRICT;
CREATE INDEX invitation_rounds_open ON invitation_rounds (started_at) WHERE started_at IS NOT NULL AND finished_at IS NULL;

CREATE TABLE invitation_round_patients (
  round_id TEXT NOT NULL REFERENCES invitation_rounds (id),
  patient_id TEXT NOT NULL REFERENCES patients (id),
  invitation_id TEXT NOT NULL UNIQUE,
  skipped TEXT,
  invited_at INTEGER,
  PRIMARY KEY (round_id, patient_id)
) STRICT;
CREATE INDEX invitation_round_patients_left ON invitation_round_patients (round_id, patient_id)
  WHERE invited_at IS NULL AND skipped IS NULL;
CREATE INDEX invitation_round_patients_by_patient ON invitation_round_patients (patient_id);

-- What an act at an account changed, where it is more than a reset: the role before and after.
ALTER TABLE account_acts ADD COLUMN detail TEXT;

-- An offer to work here, as far as the portal goes. Like an invitation of a patient: four days from the moment its mail was
-- accepted, a mailed code, one account. Who works here has no chart, so it is a table of its own.
CREATE TABLE staff_invitations (
  id TEXT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL,
  given_name TEXT NOT NULL,
  family_name TEXT NOT NULL,
  credentials TEXT,
  role TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  language TEXT NOT NULL,
  invited_by TEXT NOT NULL REFERENCES accounts (id),
  created_at INTEGER NOT NULL,
  sent_at INTEGER,
  expires_at INTEGER,
  accepted_at INTEGER,
  accepted_by TEXT REFERENCES accounts (id),
  replaced_at INTEGER,
  revoked_at INTEGER,
  -- The newest code, good for one browser. The code is HMAC(TOKEN_KEY, code_id).
  code_id TEXT,
  code_browser_hash TEXT,
  code_expires_at INTEGER,
  code_tries INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX staff_invitations_open ON staff_invitations (created_at)
  WHERE accepted_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL;
CREATE INDEX staff_invitations_by_email ON staff_invitations (email);
CREATE UNIQUE INDEX staff_invitations_by_code ON staff_invitations (code_id);

-- Whose record became whose: without it SQLite reads all patients for each one that goes.
CREATE INDEX patients_merged ON patients (merged_into) WHERE merged_into IS NOT NULL;
