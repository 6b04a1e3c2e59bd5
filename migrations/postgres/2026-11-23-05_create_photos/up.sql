-- Photos. The bytes lie in the blob store under the photo's id; this is all that is known of them.
CREATE TABLE albums (
    id BYTEA NOT NULL PRIMARY KEY,
    site_id BYTEA NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    audience TEXT NOT NULL,
    created_by BYTEA NOT NULL REFERENCES people (id),
    position INTEGER NOT NULL DEFAULT 0,
    -- Made with the form, so that a double tap makes one.
    submission_key BYTEA,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (site_id, submission_key)
);
CREATE INDEX albums_by_creator ON albums (created_by);

CREATE TABLE photos (
    id BYTEA NOT NULL PRIMARY KEY,
    site_id BYTEA NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    uploader_id BYTEA NOT NULL REFERENCES people (id),
    -- Where it belongs: with a draft, an update or an album, or on the page itself as its cover or portrait.
    place TEXT NOT NULL,
    -- The draft's id, while it is nothing but that; there may be no row of it yet.
    draft_id BYTEA,
    update_id BYTEA REFERENCES updates (id) ON DELETE CASCADE,
    album_id BYTEA REFERENCES albums (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    -- Narrower than what it belongs to, if it is.
    audience TEXT,
    caption TEXT,
    -- What can be seen on it, for those who cannot see it.
    alt TEXT,
    -- preparing, ready or failed (and why).
    state TEXT NOT NULL,
    problem TEXT,
    -- Upright, in pixels; 0 until it is ready.
    width INTEGER NOT NULL DEFAULT 0,
    height INTEGER NOT NULL DEFAULT 0,
    -- A ThumbHash, shown until the photo itself is there.
    placeholder BYTEA,
    -- The part of it that a cover or portrait shows, in thousandths of its sides; NULL for all of it.
    crop_left INTEGER,
    crop_top INTEGER,
    crop_width INTEGER,
    crop_height INTEGER,
    -- What all its sizes take up together.
    size_bytes BIGINT NOT NULL DEFAULT 0,
    -- Made by whoever uploads, so that an upload that is tried again makes one photo.
    upload_key BYTEA,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (site_id, upload_key)
);
CREATE INDEX photos_by_time ON photos (site_id, created_at, id);
CREATE INDEX photos_by_uploader ON photos (uploader_id);
CREATE INDEX photos_by_update ON photos (update_id, position, id);
CREATE INDEX photos_by_album ON photos (album_id, position, id);
CREATE INDEX photos_by_draft ON photos (draft_id);
CREATE INDEX photos_by_place ON photos (site_id, place);

-- How many photos a page has, so that nothing is asked for where there are none.
ALTER TABLE sites ADD COLUMN photo_count INTEGER NOT NULL DEFAULT 0;

-- Photos whose rows are gone, and whose bytes are still to go: a trigger, so that no way of deleting forgets them.
CREATE TABLE discarded_photos (
    photo_id BYTEA NOT NULL PRIMARY KEY
);
CREATE FUNCTION discard_photo() RETURNS trigger AS $$
BEGIN
    INSERT INTO discarded_photos (photo_id) VALUES (OLD.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER photos_discarded AFTER DELETE ON photos FOR EACH ROW EXECUTE FUNCTION discard_photo();
CREATE FUNCTION count_version_of_photos() RETURNS trigger AS $$
BEGIN
    UPDATE sites SET version = version + 1,
        photo_count = photo_count + CASE TG_OP WHEN 'INSERT' THEN 1 WHEN 'DELETE' THEN -1 ELSE 0 END
    WHERE id = COALESCE(NEW.site_id, OLD.site_id);
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER photos_version AFTER INSERT OR UPDATE OR DELETE ON photos FOR EACH ROW EXECUTE FUNCTION count_version_of_photos();
CREATE TRIGGER albums_version AFTER INSERT OR UPDATE OR DELETE ON albums FOR EACH ROW EXECUTE FUNCTION count_version();
