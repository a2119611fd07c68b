-- Recovery, change of address and password, second steps, passkeys, devices, and forms that outlived their session.

ALTER TABLE accounts ADD COLUMN password_changed_at INTEGER;
-- Since when a second step is asked for after the password: an authenticator app, a passkey or a recovery code.
ALTER TABLE accounts ADD COLUMN second_step_at INTEGER;
UPDATE accounts SET second_step_at = totp_confirmed_at;
-- A secret is kept only once its first code was right.
UPDATE accounts SET totp_secret = NULL WHERE totp_confirmed_at IS NULL;

CREATE INDEX accounts_staff ON accounts (family_name, given_name) WHERE staff_role IS NOT NULL;

-- What staff did to someone's account, and how they made sure of it.
CREATE TABLE account_acts (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  act TEXT NOT NULL,
  reason TEXT NOT NULL,
  done_by TEXT NOT NULL REFERENCES accounts(id),
  done_at INTEGER NOT NULL
) STRICT;
CREATE INDEX account_acts_by_account ON account_acts (account_id, done_at);
CREATE TRIGGER account_acts_never_change BEFORE UPDATE ON account_acts BEGIN SELECT RAISE(ABORT, 'what was done stays written'); END;

ALTER TABLE sessions ADD COLUMN id TEXT;
UPDATE sessions SET id = lower(hex(randomblob(10)));
CREATE UNIQUE INDEX sessions_by_id ON sessions (id);
ALTER TABLE sessions ADD COLUMN confirmed_at INTEGER;
ALTER TABLE sessions ADD COLUMN device_id TEXT;
ALTER TABLE sessions ADD COLUMN place TEXT;

-- Devices on which the second step is not asked for.
CREATE TABLE trusted_devices (
  account_id TEXT NOT NULL REFERENCES accounts(id),
  id TEXT NOT NULL,
  trusted_at INTEGER NOT NULL,
  trusted_until INTEGER NOT NULL,
  user_agent TEXT,
  PRIMARY KEY (account_id, id)
) STRICT;

-- Every wish for a new password, also for an address nobody has: the work must be the same. They are what limits count.
CREATE TABLE password_resets (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT REFERENCES accounts(id),
  address_key TEXT NOT NULL,
  network_key TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  requested_by TEXT REFERENCES accounts(id),
  created_at INTEGER NOT NULL,
  sent_at INTEGER,
  expires_at INTEGER,
  used_at INTEGER,
  void_at INTEGER
) STRICT;
CREATE INDEX password_resets_by_account ON password_resets (account_id, created_at);
CREATE INDEX password_resets_by_address ON password_resets (address_key, created_at);
CREATE INDEX password_resets_by_network ON password_resets (network_key, created_at);

CREATE TABLE email_changes (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  old_email TEXT NOT NULL,
  new_email TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  confirmed_at INTEGER,
  void_at INTEGER,
  undo_hash TEXT NOT NULL UNIQUE,
  undo_until INTEGER,
  undone_at INTEGER
) STRICT;
CREATE INDEX email_changes_by_account ON email_changes (account_id, created_at);
CREATE INDEX email_changes_by_new_email ON email_changes (new_email, created_at);

CREATE TABLE passkeys (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  credential_id TEXT NOT NULL UNIQUE,
  public_key TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  counter INTEGER NOT NULL,
  transports TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  removed_at INTEGER,
  suspended_at INTEGER,
  held_at INTEGER
) STRICT;
CREATE INDEX passkeys_by_account ON passkeys (account_id);

-- Challenges are signed, not stored; a used one is kept until it could not be used any more.
CREATE TABLE spent_challenges (
  hash TEXT NOT NULL PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX spent_challenges_by_expiry ON spent_challenges (expires_at);

-- The codes of a set are derived from its id, and kept nowhere.
CREATE TABLE recovery_sets (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  created_at INTEGER NOT NULL,
  kept_at INTEGER,
  replaced_at INTEGER
) STRICT;
CREATE UNIQUE INDEX recovery_sets_live ON recovery_sets (account_id) WHERE replaced_at IS NULL;

CREATE TABLE recovery_uses (
  set_id TEXT NOT NULL REFERENCES recovery_sets(id),
  position INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  PRIMARY KEY (set_id, position)
) STRICT;

-- What someone had typed when their session ended, sealed to their account.
CREATE TABLE kept_forms (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  path TEXT NOT NULL,
  sealed_fields TEXT NOT NULL,
  kept_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;
CREATE INDEX kept_forms_by_account ON kept_forms (account_id, kept_at);
CREATE INDEX kept_forms_by_expiry ON kept_forms (expires_at);

-- Whose account a counter of wrong tries protects, and what was tried; staff see it by these.
ALTER TABLE throttles ADD COLUMN account_id TEXT;
ALTER TABLE throttles ADD COLUMN purpose TEXT;
CREATE INDEX throttles_by_account ON throttles (account_id) WHERE account_id IS NOT NULL;
