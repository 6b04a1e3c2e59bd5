DROP TABLE post_addresses;
DROP TABLE incoming_letters;
DROP TABLE reply_keys;
-- No reason that others know: they wait as the first words of somebody new do.
UPDATE wishes SET withheld = 'new' WHERE withheld = 'letter';
ALTER TABLE people DROP COLUMN email_set_at;
ALTER TABLE people DROP COLUMN soft_failed_at;
ALTER TABLE people DROP COLUMN soft_failures;
ALTER TABLE people DROP COLUMN mail_stopped_why;
ALTER TABLE people DROP COLUMN mail_stopped_at;
DELETE FROM jobs WHERE kind IN ('incoming', 'reply_not_used', 'post_taken');
