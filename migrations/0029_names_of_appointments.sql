-- Every name a sender has for an appointment: by its filler's number, by its placer's, whichever a message bears.
CREATE TABLE appointment_names (
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  appointment_id TEXT NOT NULL REFERENCES appointments (id) ON DELETE CASCADE,
  PRIMARY KEY (source, name)
) STRICT;
CREATE INDEX appointment_names_by_appointment ON appointment_names (appointment_id);
INSERT INTO appointment_names (source, name, appointment_id)
  SELECT source, source_id, id FROM appointments WHERE source IS NOT NULL AND source_id LIKE 'SIU|%';
-- Who it was with before; the place it was at holds the room as well.
ALTER TABLE appointments ADD COLUMN previous_clinician TEXT;
-- What was asked about appointments that are off is answered by that.
UPDATE appointment_requests SET
    done_at = (SELECT a.cancelled_at FROM appointments a WHERE a.id = appointment_id),
    outcome = CASE kind WHEN 'cancel' THEN 'done' ELSE 'cancelled' END
  WHERE done_at IS NULL AND appointment_id IN (SELECT id FROM appointments WHERE status = 'cancelled' AND cancelled_at IS NOT NULL);
