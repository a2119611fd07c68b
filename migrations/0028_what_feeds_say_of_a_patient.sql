-- What each sender last said of a patient, as it said it: staff who correct a record see it beside what is on file.
CREATE TABLE patient_heard (
  patient_id TEXT NOT NULL REFERENCES patients (id),
  feed_id TEXT NOT NULL REFERENCES feeds (id),
  facts TEXT NOT NULL,
  -- When it first said so.
  heard_at INTEGER NOT NULL,
  PRIMARY KEY (patient_id, feed_id)
) STRICT;
