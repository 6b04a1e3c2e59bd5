-- What a page says at a glance: how the person is, when the next update is to be expected, and whether the family rests.
ALTER TABLE sites ADD COLUMN status_words TEXT;
ALTER TABLE sites ADD COLUMN status_by_id BYTEA REFERENCES people (id) ON DELETE SET NULL;
ALTER TABLE sites ADD COLUMN status_at TIMESTAMPTZ;
-- A day (2026-11-26), perhaps a part of it, and the moment at which that is over where it was said.
ALTER TABLE sites ADD COLUMN due_on TEXT;
ALTER TABLE sites ADD COLUMN due_part TEXT;
ALTER TABLE sites ADD COLUMN due_until TIMESTAMPTZ;
ALTER TABLE sites ADD COLUMN resting_since TIMESTAMPTZ;
ALTER TABLE sites ADD COLUMN resting_words TEXT;
ALTER TABLE sites ADD COLUMN resting_by_id BYTEA REFERENCES people (id) ON DELETE SET NULL;
-- How many notes are pinned beside the journal, so that nobody asks for them where there are none.
ALTER TABLE sites ADD COLUMN note_count INTEGER NOT NULL DEFAULT 0;
CREATE INDEX sites_status_by ON sites (status_by_id);
CREATE INDEX sites_resting_by ON sites (resting_by_id);

-- Every status line that there was; without words where it was taken away.
CREATE TABLE statuses (
    id BYTEA NOT NULL PRIMARY KEY,
    site_id BYTEA NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    author_id BYTEA REFERENCES people (id) ON DELETE SET NULL,
    words TEXT,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX statuses_by_site ON statuses (site_id, id);
CREATE INDEX statuses_by_author ON statuses (author_id, id);

-- Notes that stay beside the journal, such as visiting hours.
CREATE TABLE notes (
    id BYTEA NOT NULL PRIMARY KEY,
    site_id BYTEA NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    -- Whose words they are: whoever changed them last.
    author_id BYTEA NOT NULL REFERENCES people (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    body_html TEXT NOT NULL,
    audience TEXT NOT NULL,
    position INTEGER NOT NULL,
    -- Made with the form, so that a double tap pins one.
    submission_key BYTEA,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    UNIQUE (site_id, submission_key)
);
CREATE INDEX notes_by_place ON notes (site_id, position, id);
CREATE INDEX notes_by_author ON notes (author_id, id);

-- How far somebody has read on a page: theirs alone, and never shown to anybody else.
CREATE TABLE reading_positions (
    member_id BYTEA NOT NULL PRIMARY KEY REFERENCES members (id) ON DELETE CASCADE,
    -- When the newest update that they have seen was posted, now and before this visit began.
    seen_through TIMESTAMPTZ NOT NULL,
    seen_before TIMESTAMPTZ,
    visited_at TIMESTAMPTZ NOT NULL,
    -- Where they were, when they were reading on from somewhere.
    update_id BYTEA REFERENCES updates (id) ON DELETE SET NULL
);
CREATE INDEX reading_positions_by_update ON reading_positions (update_id);

-- The secret address under which a member's feed reader finds a page: its SHA-256 to find it by, and the address sealed
-- with the installation's key, to show it again.
CREATE TABLE feeds (
    member_id BYTEA NOT NULL PRIMARY KEY REFERENCES members (id) ON DELETE CASCADE,
    token_hash BYTEA NOT NULL UNIQUE,
    token_sealed BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- With the audience in it, so that what can be counted by month is counted in the index alone.
DROP INDEX updates_by_time;
CREATE INDEX updates_by_time ON updates (site_id, published_at, id, audience);

CREATE FUNCTION count_version_of_notes() RETURNS trigger AS $$
BEGIN
    UPDATE sites SET version = version + 1,
        note_count = note_count + CASE TG_OP WHEN 'INSERT' THEN 1 WHEN 'DELETE' THEN -1 ELSE 0 END
    WHERE id = COALESCE(NEW.site_id, OLD.site_id);
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER notes_version AFTER INSERT OR UPDATE OR DELETE ON notes FOR EACH ROW EXECUTE FUNCTION count_version_of_notes();
CREATE FUNCTION count_version_of_glance() RETURNS trigger AS $$
BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.id;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER sites_glance_version
AFTER UPDATE OF status_words, status_by_id, status_at, due_on, due_part, due_until, resting_since, resting_words ON sites
FOR EACH ROW EXECUTE FUNCTION count_version_of_glance();
CREATE FUNCTION count_version_of_status_name() RETURNS trigger AS $$
BEGIN
    UPDATE sites SET version = version + 1 WHERE status_by_id = NEW.id;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER people_name_glance_version AFTER UPDATE OF name ON people
FOR EACH ROW EXECUTE FUNCTION count_version_of_status_name();
