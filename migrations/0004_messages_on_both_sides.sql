-- Drafts, attachments, search; what staff need around a conversation; what the practice says about its messages.

-- Words that make a message urgent; until the practice has its own, those in the code.
ALTER TABLE practice ADD COLUMN danger_words TEXT;
-- A message of ours that nobody on the patient's side has read after so many days becomes work.
ALTER TABLE practice ADD COLUMN unread_after_days INTEGER NOT NULL DEFAULT 3;

CREATE TABLE queues (
  id TEXT NOT NULL PRIMARY KEY,
  position INTEGER NOT NULL,
  name_en TEXT NOT NULL,
  name_es TEXT NOT NULL,
  signature_en TEXT NOT NULL DEFAULT '',
  signature_es TEXT NOT NULL DEFAULT '',
  retired_at INTEGER
) STRICT;
INSERT INTO queues (id, position, name_en, name_es) VALUES
  ('nurses', 1, 'Nurses', 'Enfermería'),
  ('front-desk', 2, 'Front desk', 'Recepción'),
  ('billing', 3, 'Billing', 'Pagos');

-- What staff changed in the settings of the practice, as it was and as it became.
CREATE TABLE practice_changes (
  id TEXT NOT NULL PRIMARY KEY,
  act TEXT NOT NULL,
  subject_id TEXT,
  before TEXT,
  after TEXT,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL REFERENCES accounts(id)
) STRICT;
CREATE INDEX practice_changes_by_time ON practice_changes (changed_at);

-- What the conversation is about ('report' or 'appointment' and its id), and whether the patient's side may reply.
ALTER TABLE threads ADD COLUMN about_kind TEXT;
ALTER TABLE threads ADD COLUMN about_id TEXT;
ALTER TABLE threads ADD COLUMN reply_off_at INTEGER;
ALTER TABLE threads ADD COLUMN reply_off_by TEXT;
ALTER TABLE threads ADD COLUMN announcement_id TEXT;
-- One thread a patient and announcement, however often the sending is interrupted and taken up again.
CREATE UNIQUE INDEX threads_by_announcement ON threads (announcement_id, patient_id) WHERE announcement_id IS NOT NULL;
-- What was written lately and may lie unread.
CREATE INDEX threads_lately ON threads (last_message_at) WHERE announcement_id IS NULL;

-- When someone first looked at what they have read; read_at is how far they have read.
ALTER TABLE thread_reads ADD COLUMN looked_at INTEGER;

ALTER TABLE messages ADD COLUMN withdrawn_at INTEGER;
-- When the first of the staff opened it: from then on it cannot be withdrawn.
ALTER TABLE messages ADD COLUMN opened_at INTEGER;
-- When words in it spoke of danger.
ALTER TABLE messages ADD COLUMN flagged_at INTEGER;
UPDATE messages SET opened_at = sent_at;

-- 'answer': the patient's side wrote. 'unread': they have not read what we wrote.
ALTER TABLE work_items ADD COLUMN kind TEXT NOT NULL DEFAULT 'answer';
ALTER TABLE work_items ADD COLUMN flagged_at INTEGER;
-- 0 when flagged, else 1: the order of the queue is urgency, then due time.
ALTER TABLE work_items ADD COLUMN urgency INTEGER NOT NULL DEFAULT 1;
ALTER TABLE work_items ADD COLUMN assigned_by TEXT;
-- How it ended: 'answered', 'closed', 'phone', 'read', 'withdrawn'; and why, where nobody wrote back.
ALTER TABLE work_items ADD COLUMN done_how TEXT;
ALTER TABLE work_items ADD COLUMN done_reason TEXT;
-- Counts up with every change of the work: what a page has not seen is what came after the last it saw.
ALTER TABLE work_items ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
UPDATE work_items SET done_how = iif(EXISTS (SELECT 1 FROM messages m WHERE m.thread_id = work_items.thread_id
  AND m.author_role = 'staff' AND m.sent_at BETWEEN work_items.opened_at AND work_items.done_at), 'answered', 'closed')
WHERE done_at IS NOT NULL;
CREATE INDEX work_items_in_order ON work_items (urgency, due_at) WHERE done_at IS NULL;
CREATE INDEX work_items_by_queue ON work_items (queue, urgency, due_at) WHERE done_at IS NULL;
CREATE INDEX work_items_by_queue_assigned ON work_items (queue, assigned_to, urgency, due_at) WHERE done_at IS NULL;
DROP INDEX work_items_assigned;
CREATE INDEX work_items_assigned ON work_items (assigned_to, urgency, due_at) WHERE done_at IS NULL;
CREATE INDEX work_items_done ON work_items (queue, done_at, done_how, kind, opened_at) WHERE done_at IS NOT NULL;
CREATE INDEX work_items_by_version ON work_items (version);
CREATE TRIGGER work_items_are_counted AFTER INSERT ON work_items BEGIN
  UPDATE work_items SET version = (SELECT max(version) + 1 FROM work_items) WHERE id = NEW.id;
END;
CREATE TRIGGER work_items_are_counted_again
AFTER UPDATE OF queue, due_at, assigned_to, done_at, kind, urgency ON work_items BEGIN
  UPDATE work_items SET version = (SELECT max(version) + 1 FROM work_items) WHERE id = NEW.id;
END;

-- The id of a draft is the submission id of its form: sending it twice is sending it once.
CREATE TABLE drafts (
  id TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  patient_id TEXT NOT NULL REFERENCES patients(id),
  thread_id TEXT REFERENCES threads(id),
  category TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  about_kind TEXT,
  about_id TEXT,
  created_at INTEGER NOT NULL,
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, id)
) STRICT;
CREATE INDEX drafts_by_writer ON drafts (account_id, patient_id, saved_at);
CREATE INDEX drafts_by_thread ON drafts (thread_id, saved_at) WHERE thread_id IS NOT NULL;
CREATE INDEX drafts_by_age ON drafts (saved_at);

-- A file waits with its draft and then belongs to the message. The bytes are in R2.
CREATE TABLE attachments (
  id TEXT NOT NULL PRIMARY KEY,
  patient_id TEXT NOT NULL REFERENCES patients(id),
  account_id TEXT NOT NULL REFERENCES accounts(id),
  submission_id TEXT NOT NULL,
  message_id TEXT REFERENCES messages(id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  object_key TEXT NOT NULL,
  preview_key TEXT,
  added_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE INDEX attachments_by_submission ON attachments (account_id, submission_id);
CREATE INDEX attachments_by_message ON attachments (message_id);
CREATE INDEX attachments_removed ON attachments (removed_at) WHERE removed_at IS NOT NULL;

-- What staff say among themselves about a conversation, and calls they made. Never shown to the patient's side.
CREATE TABLE staff_notes (
  id TEXT NOT NULL PRIMARY KEY,
  thread_id TEXT NOT NULL REFERENCES threads(id),
  author_id TEXT NOT NULL REFERENCES accounts(id),
  kind TEXT NOT NULL,
  spoke_with TEXT,
  body TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  submission_id TEXT NOT NULL
) STRICT;
CREATE INDEX staff_notes_by_thread ON staff_notes (thread_id, written_at);
CREATE UNIQUE INDEX staff_notes_by_submission ON staff_notes (author_id, submission_id);

-- Without an owner they are the practice's.
CREATE TABLE quick_replies (
  id TEXT NOT NULL PRIMARY KEY,
  owner_id TEXT REFERENCES accounts(id),
  title TEXT NOT NULL,
  body_en TEXT NOT NULL,
  body_es TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE INDEX quick_replies_by_owner ON quick_replies (owner_id, title);

-- Written, looked over with its recipients, and then sent: until it has started it may be changed or thrown away.
CREATE TABLE announcements (
  id TEXT NOT NULL PRIMARY KEY,
  audience TEXT NOT NULL,
  subject_en TEXT NOT NULL,
  subject_es TEXT NOT NULL,
  body_en TEXT NOT NULL,
  body_es TEXT NOT NULL,
  author_id TEXT NOT NULL REFERENCES accounts(id),
  submission_id TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER
) STRICT;
CREATE UNIQUE INDEX announcements_by_submission ON announcements (author_id, submission_id);
CREATE INDEX announcements_by_time ON announcements (saved_at);
CREATE INDEX announcements_unfinished ON announcements (started_at) WHERE started_at IS NOT NULL AND finished_at IS NULL;

CREATE TABLE announcement_recipients (
  announcement_id TEXT NOT NULL REFERENCES announcements(id),
  patient_id TEXT NOT NULL REFERENCES patients(id),
  thread_id TEXT REFERENCES threads(id),
  sent_at INTEGER,
  skipped TEXT,
  PRIMARY KEY (announcement_id, patient_id)
) STRICT;
CREATE INDEX announcement_recipients_left ON announcement_recipients (announcement_id) WHERE sent_at IS NULL AND skipped IS NULL;

-- A kind of e-mail someone does not want.
CREATE TABLE notification_choices (
  account_id TEXT NOT NULL REFERENCES accounts(id),
  kind TEXT NOT NULL,
  off_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, kind)
) STRICT;

-- The words of messages, without case or accents. `record` is a word too, so that a search stays in one record.
CREATE VIRTUAL TABLE message_words USING fts5(
  record, subject, body, message_id UNINDEXED, tokenize = "unicode61 remove_diacritics 2"
);
INSERT INTO message_words (record, subject, body, message_id)
SELECT threads.patient_id, threads.subject, messages.body, messages.id
FROM messages JOIN threads ON threads.id = messages.thread_id WHERE messages.withdrawn_at IS NULL;
CREATE TRIGGER messages_are_found AFTER INSERT ON messages WHEN NEW.withdrawn_at IS NULL BEGIN
  INSERT INTO message_words (record, subject, body, message_id)
  SELECT patient_id, subject, NEW.body, NEW.id FROM threads WHERE id = NEW.thread_id;
END;
-- Where rows are brought in by table, a message can come before its thread.
CREATE TRIGGER messages_before_their_thread_are_found AFTER INSERT ON threads BEGIN
  INSERT INTO message_words (record, subject, body, message_id)
  SELECT NEW.patient_id, NEW.subject, body, id FROM messages WHERE thread_id = NEW.id AND withdrawn_at IS NULL;
END;
CREATE TRIGGER messages_are_found_no_more AFTER DELETE ON messages BEGIN
  DELETE FROM message_words WHERE message_id = OLD.id;
END;
CREATE TRIGGER withdrawn_messages_are_not_found AFTER UPDATE OF withdrawn_at ON messages WHEN NEW.withdrawn_at IS NOT NULL BEGIN
  -- Looked for in its record alone: a message id has no index among the words.
  DELETE FROM message_words WHERE rowid IN (
    SELECT rowid FROM message_words
    WHERE message_words MATCH (SELECT 'record:"' || patient_id || '"' FROM threads WHERE id = NEW.thread_id)
      AND message_id = NEW.id
  );
END;
