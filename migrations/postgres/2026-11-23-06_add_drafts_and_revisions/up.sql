-- What is being written and not posted yet. Its id is made with the form, or by the device, and is afterwards the key that
-- lets the update be posted once.
CREATE TABLE drafts (
    id BYTEA NOT NULL PRIMARY KEY,
    site_id BYTEA NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    author_id BYTEA NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    -- The published update that it changes, and how old the words were that it began with; NULL for a new one.
    update_id BYTEA REFERENCES updates (id) ON DELETE CASCADE,
    seen_at TIMESTAMPTZ,
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
    publish_at TIMESTAMPTZ,
    -- Why it was not posted at its time, in a word of ours.
    unposted TEXT,
    saved_by BYTEA REFERENCES people (id) ON DELETE SET NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX drafts_on_page ON drafts (site_id, updated_at);
CREATE INDEX drafts_by_author ON drafts (author_id);
CREATE INDEX drafts_by_update ON drafts (update_id);
CREATE INDEX drafts_by_saver ON drafts (saved_by);

-- Words of a draft that others took the place of, so that none is lost.
CREATE TABLE draft_revisions (
    id BYTEA NOT NULL PRIMARY KEY,
    draft_id BYTEA NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    saved_by BYTEA REFERENCES people (id) ON DELETE SET NULL,
    saved_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX draft_revisions_by_draft ON draft_revisions (draft_id, id);
CREATE INDEX draft_revisions_by_saver ON draft_revisions (saved_by);

-- Drafts that have become something: a device that sends one of them again, however late, brings nothing back.
CREATE TABLE spent_drafts (
    draft_id BYTEA NOT NULL PRIMARY KEY
);
CREATE FUNCTION spend_draft() RETURNS trigger AS $$
BEGIN
    INSERT INTO spent_drafts (draft_id) VALUES (OLD.submission_key) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER updates_spend_draft AFTER DELETE ON updates FOR EACH ROW WHEN (OLD.submission_key IS NOT NULL)
    EXECUTE FUNCTION spend_draft();

-- What an update said before each change.
CREATE TABLE update_revisions (
    id BYTEA NOT NULL PRIMARY KEY,
    update_id BYTEA NOT NULL REFERENCES updates (id) ON DELETE CASCADE,
    title TEXT,
    body TEXT NOT NULL,
    audience TEXT NOT NULL,
    author_id BYTEA REFERENCES people (id) ON DELETE SET NULL,
    said_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX update_revisions_by_update ON update_revisions (update_id, id);
CREATE INDEX update_revisions_by_author ON update_revisions (author_id);

-- Who hears of it by mail, how often it was sent again on purpose, and who changed it last.
ALTER TABLE updates ADD COLUMN mail TEXT NOT NULL DEFAULT 'each';
ALTER TABLE updates ADD COLUMN edition INTEGER NOT NULL DEFAULT 0;
ALTER TABLE updates ADD COLUMN edited_by BYTEA REFERENCES people (id) ON DELETE SET NULL;
CREATE INDEX updates_by_editor ON updates (edited_by);

-- Whole hours of the author's day.
ALTER TABLE sites ADD COLUMN quiet_from INTEGER NOT NULL DEFAULT 21;
ALTER TABLE sites ADD COLUMN quiet_until INTEGER NOT NULL DEFAULT 8;

-- One delivery of each edition of an update for each member, for ever: 0, and one more each time that a corrected update is
-- sent again on purpose.
ALTER TABLE jobs ADD COLUMN edition INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs DROP CONSTRAINT jobs_kind_update_id_member_id_key;
ALTER TABLE jobs ADD CONSTRAINT jobs_kind_update_id_member_id_edition_key UNIQUE (kind, update_id, member_id, edition);
-- The draft is gone when it is posted; what became of the job stays.
ALTER TABLE jobs ADD COLUMN draft_id BYTEA REFERENCES drafts (id) ON DELETE SET NULL;
CREATE INDEX jobs_by_draft ON jobs (draft_id);
