-- What a page says at a glance: how the person is, when the next update is to be expected, and whether the family rests.
ALTER TABLE sites ADD COLUMN status_words TEXT;
ALTER TABLE sites ADD COLUMN status_by_id BLOB REFERENCES people (id) ON DELETE SET NULL;
ALTER TABLE sites ADD COLUMN status_at INTEGER;
-- A day (2026-11-26), perhaps a part of it, and the moment at which that is over where it was said.
ALTER TABLE sites ADD COLUMN due_on TEXT;
ALTER TABLE sites ADD COLUMN due_part TEXT;
ALTER TABLE sites ADD COLUMN due_until INTEGER;
ALTER TABLE sites ADD COLUMN resting_since INTEGER;
ALTER TABLE sites ADD COLUMN resting_words TEXT;
ALTER TABLE sites ADD COLUMN resting_by_id BLOB REFERENCES people (id) ON DELETE SET NULL;
-- How many notes are pinned beside the journal, so that nobody asks for them where there are none.
ALTER TABLE sites ADD COLUMN note_count INTEGER NOT NULL DEFAULT 0;
CREATE INDEX sites_status_by ON sites (status_by_id);
CREATE INDEX sites_resting_by ON sites (resting_by_id);

-- Every status line that there was; without words where it was taken away.
CREATE TABLE statuses (
    id BLOB NOT NULL PRIMARY KEY,
    site_id BLOB NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    author_id BLOB REFERENCES people (id) ON DELETE SET NULL,
    words TEXT,
    created_at INTEGER NOT NULL
);
CREATE INDEX statuses_by_site ON statuses (site_id, id);
CREATE INDEX statuses_by_author ON statuses (author_id, id);

-- Notes that stay beside the journal, such as visiting hours.
CREATE TABLE notes (
    id BLOB NOT NULL PRIMARY KEY,
    site_id BLOB NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    -- Whose words they are: whoever changed them last.
    author_id BLOB NOT NULL REFERENCES people (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    body_html TEXT NOT NULL,
    audience TEXT NOT NULL,
    position INTEGER NOT NULL,
    -- Made with the form, so that a double tap pins one.
    submission_key BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (site_id, submission_key)
);
CREATE INDEX notes_by_place ON notes (site_id, position, id);
CREATE INDEX notes_by_author ON notes (author_id, id);

-- How far somebody has read on a page: theirs alone, and never shown to anybody else.
CREATE TABLE reading_positions (
    member_id BLOB NOT NULL PRIMARY KEY REFERENCES members (id) ON DELETE CASCADE,
    -- When the newest update that they have seen was posted, now and before this visit began.
    seen_through INTEGER NOT NULL,
    seen_before INTEGER,
    visited_at INTEGER NOT NULL,
    -- Where they were, when they were reading on from somewhere.
    update_id BLOB REFERENCES updates (id) ON DELETE SET NULL
);
CREATE INDEX reading_positions_by_update ON reading_positions (update_id);

-- The secret address under which a member's feed reader finds a page: its SHA-256 to find it by, and the address sealed
-- with the installation's key, to show it again.
CREATE TABLE feeds (
    member_id BLOB NOT NULL PRIMARY KEY REFERENCES members (id) ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE,
    token_sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL
);

-- With the audience in it, so that what can be counted by month is counted in the index alone.
DROP INDEX updates_by_time;
CREATE INDEX updates_by_time ON updates (site_id, published_at, id, audience);

CREATE TRIGGER notes_insert_version AFTER INSERT ON notes BEGIN
    UPDATE sites SET version = version + 1, note_count = note_count + 1 WHERE id = NEW.site_id;
END;
CREATE TRIGGER notes_update_version AFTER UPDATE ON notes BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.site_id;
END;
CREATE TRIGGER notes_delete_version AFTER DELETE ON notes BEGIN
    UPDATE sites SET version = version + 1, note_count = note_count - 1 WHERE id = OLD.site_id;
END;
CREATE TRIGGER sites_glance_version
AFTER UPDATE OF status_words, status_by_id, status_at, due_on, due_part, due_until, resting_since, resting_words ON sites BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.id;
END;
CREATE TRIGGER people_name_glance_version AFTER UPDATE OF name ON people BEGIN
    UPDATE sites SET version = version + 1 WHERE status_by_id = NEW.id;
END;
