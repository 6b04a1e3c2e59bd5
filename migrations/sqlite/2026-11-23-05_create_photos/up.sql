-- Photos. The bytes lie in the blob store under the photo's id; this is all that is known of them.
CREATE TABLE albums (
    id BLOB NOT NULL PRIMARY KEY,
    site_id BLOB NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    audience TEXT NOT NULL,
    created_by BLOB NOT NULL REFERENCES people (id),
    position INTEGER NOT NULL DEFAULT 0,
    -- Made with the form, so that a double tap makes one.
    submission_key BLOB,
    created_at INTEGER NOT NULL,
    UNIQUE (site_id, submission_key)
);
CREATE INDEX albums_by_creator ON albums (created_by);

CREATE TABLE photos (
    id BLOB NOT NULL PRIMARY KEY,
    site_id BLOB NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    uploader_id BLOB NOT NULL REFERENCES people (id),
    -- Where it belongs: with a draft, an update or an album, or on the page itself as its cover or portrait.
    place TEXT NOT NULL,
    -- The draft's id, while it is nothing but that; there may be no row of it yet.
    draft_id BLOB,
    update_id BLOB REFERENCES updates (id) ON DELETE CASCADE,
    album_id BLOB REFERENCES albums (id) ON DELETE CASCADE,
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
    placeholder BLOB,
    -- The part of it that a cover or portrait shows, in thousandths of its sides; NULL for all of it.
    crop_left INTEGER,
    crop_top INTEGER,
    crop_width INTEGER,
    crop_height INTEGER,
    -- What all its sizes take up together.
    size_bytes BIGINT NOT NULL DEFAULT 0,
    -- Made by whoever uploads, so that an upload that is tried again makes one photo.
    upload_key BLOB,
    created_at INTEGER NOT NULL,
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
    photo_id BLOB NOT NULL PRIMARY KEY
);
CREATE TRIGGER photos_discarded AFTER DELETE ON photos BEGIN
    INSERT OR IGNORE INTO discarded_photos (photo_id) VALUES (OLD.id);
END;
CREATE TRIGGER photos_insert_version AFTER INSERT ON photos BEGIN
    UPDATE sites SET version = version + 1, photo_count = photo_count + 1 WHERE id = NEW.site_id;
END;
CREATE TRIGGER photos_update_version AFTER UPDATE ON photos BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.site_id;
END;
CREATE TRIGGER photos_delete_version AFTER DELETE ON photos BEGIN
    UPDATE sites SET version = version + 1, photo_count = photo_count - 1 WHERE id = OLD.site_id;
END;
CREATE TRIGGER albums_insert_version AFTER INSERT ON albums BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.site_id;
END;
CREATE TRIGGER albums_update_version AFTER UPDATE ON albums BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.site_id;
END;
CREATE TRIGGER albums_delete_version AFTER DELETE ON albums BEGIN
    UPDATE sites SET version = version + 1 WHERE id = OLD.site_id;
END;
