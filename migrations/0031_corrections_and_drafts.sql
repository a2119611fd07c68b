-- When what a report says last changed here. Laboratories correct a report under the time of its first version.
ALTER TABLE reports ADD COLUMN changed_at INTEGER;
UPDATE reports SET changed_at = coalesce(issued_at, released_at);

-- Filing knows what was changed and whether that is to be told; a version that says the same is not.
DROP TRIGGER reports_corrected;

-- What staff chose for a message that they have not sent yet.
ALTER TABLE drafts ADD COLUMN tell_off_at INTEGER;
ALTER TABLE drafts ADD COLUMN reply_off_at INTEGER;
ALTER TABLE drafts ADD COLUMN language TEXT;
