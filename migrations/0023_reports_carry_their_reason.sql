-- A report may come before we know which mail it is about: what it says of a bounce or a failure waits with it.
ALTER TABLE mail_reports ADD COLUMN bounce_kind TEXT;
ALTER TABLE mail_reports ADD COLUMN reason TEXT;

CREATE INDEX outbox_complained ON outbox (complained_at) WHERE complained_at IS NOT NULL;
CREATE INDEX outbox_canary ON outbox (created_at) WHERE kind = 'canary';
