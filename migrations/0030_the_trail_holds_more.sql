-- On what kind of device it was done ("Safari/iPhone"), for what a browser did from now on.
ALTER TABLE audit_entries ADD COLUMN device TEXT;

-- Numbers are given out once: neither does an entry take the place of another, nor stand before the first, where no seal reaches.
CREATE TRIGGER audit_entries_stand_alone BEFORE INSERT ON audit_entries
  WHEN EXISTS (SELECT 1 FROM audit_entries WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'audit entries never change'); END;
CREATE TRIGGER audit_entries_are_numbered AFTER INSERT ON audit_entries
  WHEN NEW.seq < 1 BEGIN SELECT RAISE(ABORT, 'audit entries are numbered from one'); END;
CREATE TRIGGER audit_seals_stand_alone BEFORE INSERT ON audit_seals
  WHEN EXISTS (SELECT 1 FROM audit_seals WHERE id = NEW.id OR first_seq = NEW.first_seq)
  BEGIN SELECT RAISE(ABORT, 'audit seals never change'); END;
CREATE TRIGGER audit_seals_are_numbered AFTER INSERT ON audit_seals
  WHEN NEW.id < 1 BEGIN SELECT RAISE(ABORT, 'audit seals are numbered from one'); END;

-- Auditors look by day, and by what was done.
CREATE INDEX audit_entries_by_time ON audit_entries (at);
CREATE INDEX audit_entries_by_action ON audit_entries (action, at);
