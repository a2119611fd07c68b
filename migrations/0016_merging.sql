-- Two records that turn out to be one person's.

-- What a sender called a patient whose record was merged: what comes under that name belongs with what the survivor is called.
CREATE TABLE retired_subjects (
  subject TEXT NOT NULL PRIMARY KEY,
  survivor TEXT NOT NULL,
  merge_id TEXT NOT NULL REFERENCES patient_merges(id)
) STRICT;
CREATE INDEX retired_subjects_by_merge ON retired_subjects (merge_id);

-- A conversation that moves to another record is found in that one.
CREATE TRIGGER messages_are_found_where_they_moved AFTER UPDATE OF patient_id ON threads WHEN NEW.patient_id <> OLD.patient_id BEGIN
  UPDATE message_words SET record = NEW.patient_id WHERE rowid IN (
    SELECT rowid FROM message_words
    WHERE message_words MATCH 'record:"' || OLD.patient_id || '"'
      AND message_id IN (SELECT id FROM messages WHERE thread_id = NEW.id)
  );
END;
