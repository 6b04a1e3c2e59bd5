-- When mail to somebody began again after it had stopped, or had failed: a report about mail that left before is about then.
ALTER TABLE people ADD COLUMN mail_resumed_at INTEGER;
