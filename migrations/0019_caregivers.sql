-- Who a caregiver is, as whoever invites them says; and what staff noted when they did it for someone without a login.
ALTER TABLE invitations ADD COLUMN invitee_given_name TEXT;
ALTER TABLE invitations ADD COLUMN invitee_family_name TEXT;
ALTER TABLE invitations ADD COLUMN proof TEXT;
-- Why staff took access away after a call.
ALTER TABLE grants ADD COLUMN revoked_reason TEXT;
