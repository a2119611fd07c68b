-- Whether patients see what a laboratory calls preliminary ('shown'), or a report only once it is final ('once-final').
ALTER TABLE practice ADD COLUMN preliminary_results TEXT NOT NULL DEFAULT 'shown';
