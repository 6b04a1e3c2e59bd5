-- What is being written and not posted yet. Its id is made with the form, or by the device, and is afterwards the key that
-- lets the update be posted once.
CREATE TABLE drafts (
    id BLOB NOT NULL PRIMARY KEY,
    site_id BLOB NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    author_id BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    -- The published update that it changes, and how old the words were that it began with; NULL for a new one.
    update_id BLOB REFERENCES updates (id) ON DELETE CASCADE,
    seen_at INTEGER,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    audience TEXT NOT NULL,
    mail TEXT NOT NULL,
    hard BOOLEAN NOT NULL DEFAULT FALSE,
    told BOOLEAN NOT NULL DEFAULT FALSE,
    -- When it is to be posted, as it was chosen: the word, the wall time as it was typed, and the zone it is meant in.
    timing TEXT NOT NULL,
    at_local TEXT NOT NULL,
    zone TEXT NOT NULL,
    -- Whether the others who write on the page see and continue it.
    shared BOOLEAN NOT NULL DEFAULT FALSE,
    -- Counts every save.
    revision INTEGER NOT NULL,
    -- When it will be posted by itself; its words do not change while this is set.
    publish_at INTEGER,
    -- Why it was not posted at its time, in a word of ours.
    unposted TEXT,
    saved_by BLOB REFERENCES people (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE INDEX drafts_on_page ON drafts (site_id, updated_at);
CREATE INDEX drafts_by_author ON drafts (author_id);
CREATE INDEX drafts_by_update ON drafts (update_id);
CREATE INDEX drafts_by_saver ON drafts (saved_by);

-- Words of a draft that others took the place of, so that none is lost.
CREATE TABLE draft_revisions (
    id BLOB NOT NULL PRIMARY KEY,
    draft_id BLOB NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    saved_by BLOB REFERENCES people (id) ON DELETE SET NULL,
    saved_at INTEGER NOT NULL
);
CREATE INDEX draft_revisions_by_draft ON draft_revisions (draft_id, id);
CREATE INDEX draft_revisions_by_saver ON draft_revisions (saved_by);

-- Drafts that have become something: a device that sends one of them again, however late, brings nothing back.
CREATE TABLE spent_drafts (
    draft_id BLOB NOT NULL PRIMARY KEY
);
CREATE TRIGGER updates_spend_draft AFTER DELETE ON updates WHEN OLD.submission_key IS NOT NULL BEGIN
    INSERT OR IGNORE INTO spent_drafts (draft_id) VALUES (OLD.submission_key);
END;

-- What an update said before each change.
CREATE TABLE update_revisions (
    id BLOB NOT NULL PRIMARY KEY,
    update_id BLOB NOT NULL REFERENCES updates (id) ON DELETE CASCADE,
    title TEXT,
    body TEXT NOT NULL,
    audience TEXT NOT NULL,
    author_id BLOB REFERENCES people (id) ON DELETE SET NULL,
    said_at INTEGER NOT NULL
);
CREATE INDEX update_revisions_by_update ON update_revisions (update_id, id);
CREATE INDEX update_revisions_by_author ON update_revisions (author_id);

-- Who hears of it by mail, how often it was sent again on purpose, and who changed it last.
ALTER TABLE updates ADD COLUMN mail TEXT NOT NULL DEFAULT 'each';
ALTER TABLE updates ADD COLUMN edition INTEGER NOT NULL DEFAULT 0;
ALTER TABLE updates ADD COLUMN edited_by BLOB REFERENCES people (id) ON DELETE SET NULL;
CREATE INDEX updates_by_editor ON updates (edited_by);

-- Whole hours of the author's day.
ALTER TABLE sites ADD COLUMN quiet_from INTEGER NOT NULL DEFAULT 21;
ALTER TABLE sites ADD COLUMN quiet_until INTEGER NOT NULL DEFAULT 8;

-- SQLite changes no key of a table that is there: it is made anew, with the edition in it.
CREATE TABLE new_jobs (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    person_id BLOB REFERENCES people (id) ON DELETE CASCADE,
    member_id BLOB REFERENCES members (id) ON DELETE CASCADE,
    update_id BLOB REFERENCES updates (id) ON DELETE CASCADE,
    sign_up_id BLOB REFERENCES sign_ups (id) ON DELETE CASCADE,
    -- At most one open job holds a key; it is given back when the job ends.
    open_key TEXT UNIQUE,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    run_at INTEGER NOT NULL,
    -- Who works on it, and until when nobody else may.
    lease BLOB,
    leased_until INTEGER,
    outcome TEXT,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    email_change_id BLOB REFERENCES email_changes (id) ON DELETE CASCADE,
    detail TEXT,
    -- 0, and one more each time that a corrected update is sent again on purpose.
    edition INTEGER NOT NULL DEFAULT 0,
    -- The draft is gone when it is posted; what became of the job stays.
    draft_id BLOB REFERENCES drafts (id) ON DELETE SET NULL,
    -- One delivery of each edition of an update for each member, for ever.
    UNIQUE (kind, update_id, member_id, edition)
);
INSERT INTO new_jobs (id, kind, person_id, member_id, update_id, sign_up_id, open_key, state, attempts, run_at, lease,
        leased_until, outcome, created_at, finished_at, email_change_id, detail)
    SELECT id, kind, person_id, member_id, update_id, sign_up_id, open_key, state, attempts, run_at, lease,
        leased_until, outcome, created_at, finished_at, email_change_id, detail FROM jobs;
DROP TABLE jobs;
ALTER TABLE new_jobs RENAME TO jobs;
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE state = 'queued';
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_by_person ON jobs (person_id);
CREATE INDEX jobs_by_member ON jobs (member_id);
CREATE INDEX jobs_by_update ON jobs (update_id);
CREATE INDEX jobs_by_sign_up ON jobs (sign_up_id);
CREATE INDEX jobs_by_email_change ON jobs (email_change_id);
CREATE INDEX jobs_by_draft ON jobs (draft_id);
