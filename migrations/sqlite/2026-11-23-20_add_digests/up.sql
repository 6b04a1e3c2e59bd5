-- When a member wants their digest: an hour of their day, and the day of the week for a weekly one (1 is Monday, ISO 8601).
ALTER TABLE members ADD COLUMN digest_hour INTEGER NOT NULL DEFAULT 18;
ALTER TABLE members ADD COLUMN digest_day INTEGER NOT NULL DEFAULT 7;
-- Hours of their day in which no mail about the page comes; the same twice means that there are none.
ALTER TABLE members ADD COLUMN quiet_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN quiet_until INTEGER NOT NULL DEFAULT 0;

-- How much of an update its mail holds.
ALTER TABLE sites ADD COLUMN mail_holds TEXT NOT NULL DEFAULT 'whole';

-- What digests are to tell their members, and have told them: each edition of an update once.
CREATE TABLE digest_news (
    update_id BLOB NOT NULL REFERENCES updates (id) ON DELETE CASCADE,
    edition INTEGER NOT NULL,
    member_id BLOB NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    -- Not before: until then it can be undone.
    tell_at INTEGER NOT NULL,
    -- The job of the digest that holds it. What it was begun with is what it tells, however often it has to be sent: the
    -- same Message-ID never stands over other news. No foreign key: jobs that are done are thrown away some day.
    job_id INTEGER,
    told_at INTEGER,
    PRIMARY KEY (update_id, edition, member_id)
);
CREATE INDEX digest_news_by_member ON digest_news (member_id, state);

-- One digest is open for a member.
CREATE UNIQUE INDEX jobs_open_digest ON jobs (member_id) WHERE kind = 'digest' AND state = 'queued';
