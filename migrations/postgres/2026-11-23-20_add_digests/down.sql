DELETE FROM jobs WHERE kind IN ('digest', 'plan_digests');
DROP INDEX jobs_open_digest;
DROP TABLE digest_news;
UPDATE members SET delivery = 'each' WHERE delivery IN ('daily', 'weekly');
ALTER TABLE sites DROP COLUMN mail_holds;
ALTER TABLE members DROP COLUMN quiet_until;
ALTER TABLE members DROP COLUMN quiet_from;
ALTER TABLE members DROP COLUMN digest_day;
ALTER TABLE members DROP COLUMN digest_hour;
