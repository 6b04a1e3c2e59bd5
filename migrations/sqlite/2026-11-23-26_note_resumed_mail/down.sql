ALTER TABLE people DROP COLUMN mail_resumed_at;
