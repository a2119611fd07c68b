-- What the mail provider says became of a mail it took, each fact with its time. Facts only ever come to be known: a
-- report that comes late or twice changes nothing.
ALTER TABLE outbox ADD COLUMN delivered_at INTEGER;
ALTER TABLE outbox ADD COLUMN delayed_at INTEGER;
ALTER TABLE outbox ADD COLUMN bounced_at INTEGER;
ALTER TABLE outbox ADD COLUMN bounce_kind TEXT;
ALTER TABLE outbox ADD COLUMN bounce_reason TEXT;
ALTER TABLE outbox ADD COLUMN complained_at INTEGER;
-- When staff decided that nothing more is to be done about a failed mail.
ALTER TABLE outbox ADD COLUMN given_up_at INTEGER;
ALTER TABLE outbox ADD COLUMN given_up_by TEXT REFERENCES accounts (id);
CREATE INDEX outbox_by_provider ON outbox (provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX outbox_bounced ON outbox (bounced_at) WHERE bounced_at IS NOT NULL;

-- Every report that came in, by the id the provider gave it: one that comes again is known. Kept also when it speaks of
-- a mail we do not know.
CREATE TABLE mail_reports (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  provider_id TEXT,
  outbox_id TEXT REFERENCES outbox (id),
  happened_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX mail_reports_by_provider ON mail_reports (provider_id);
CREATE INDEX mail_reports_by_received ON mail_reports (received_at);
CREATE INDEX mail_reports_by_outbox ON mail_reports (outbox_id);
