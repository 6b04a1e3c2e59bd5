-- What a reader asks organizers to look at. A row goes with the decision.
CREATE TABLE reports (
    id BLOB NOT NULL PRIMARY KEY,
    site_id BLOB NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    wish_id BLOB NOT NULL REFERENCES wishes (id) ON DELETE CASCADE,
    -- NULL: somebody who only reads, and whom nobody knows.
    reporter_id BLOB REFERENCES people (id) ON DELETE CASCADE,
    reason TEXT,
    created_at INTEGER NOT NULL,
    UNIQUE (wish_id, reporter_id)
);
CREATE INDEX reports_by_site ON reports (site_id, wish_id);
CREATE INDEX reports_by_reporter ON reports (reporter_id);
-- When an organizer decided that reported words stay: no report hides them again.
ALTER TABLE wishes ADD COLUMN kept_at INTEGER;
CREATE INDEX wishes_by_author_on_page ON wishes (author_id, site_id, created_at) WHERE withheld IS NULL;
-- Up to which words an organizer has looked at what is new; NULL: at nothing yet.
ALTER TABLE members ADD COLUMN news_through BLOB;
UPDATE members SET news_through = (SELECT id FROM wishes WHERE site_id = members.site_id ORDER BY id DESC LIMIT 1)
    WHERE role = 'organizer';
ALTER TABLE notices ADD COLUMN report_id BLOB REFERENCES reports (id) ON DELETE CASCADE;
CREATE INDEX notices_by_report ON notices (report_id);

-- Thanks that somebody has given once to one or many.
CREATE TABLE thanks (
    id BLOB NOT NULL PRIMARY KEY,
    site_id BLOB NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    giver_id BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    -- A sentence of their own, where they wrote one.
    message TEXT,
    submission_key BLOB,
    created_at INTEGER NOT NULL,
    UNIQUE (site_id, submission_key)
);
CREATE INDEX thanks_by_giver ON thanks (giver_id);
-- Whom they reach.
CREATE TABLE thanked (
    thanks_id BLOB NOT NULL REFERENCES thanks (id) ON DELETE CASCADE,
    member_id BLOB NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    -- Whether a mail tells them; otherwise they are told on the page.
    by_mail BOOLEAN NOT NULL,
    seen_at INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (thanks_id, member_id)
);
CREATE INDEX thanked_by_member ON thanked (member_id, created_at);
