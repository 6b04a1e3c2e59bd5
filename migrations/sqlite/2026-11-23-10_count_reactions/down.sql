CREATE TEMPORARY TABLE kept_notices AS SELECT * FROM notices
    WHERE reaction_id IN (SELECT id FROM reactions WHERE photo_id IS NULL);
DROP TRIGGER reactions_count_insert;
DROP TRIGGER reactions_count_delete;
DROP TRIGGER reactions_count_giver;
DROP TABLE reaction_givers;
DROP TABLE reaction_counts;
DROP TRIGGER people_name_version;
CREATE TABLE old_reactions (
    id BLOB NOT NULL PRIMARY KEY,
    site_id BLOB NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    update_id BLOB REFERENCES updates (id) ON DELETE CASCADE,
    wish_id BLOB REFERENCES wishes (id) ON DELETE CASCADE,
    person_id BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (update_id, person_id, kind),
    UNIQUE (wish_id, person_id, kind),
    CHECK ((update_id IS NULL) <> (wish_id IS NULL))
);
INSERT INTO old_reactions (id, site_id, update_id, wish_id, person_id, kind, created_at)
    SELECT id, site_id, update_id, wish_id, person_id, kind, created_at FROM reactions WHERE photo_id IS NULL;
DROP TABLE reactions;
ALTER TABLE old_reactions RENAME TO reactions;
INSERT OR IGNORE INTO notices SELECT * FROM kept_notices;
DROP TABLE kept_notices;
DELETE FROM notices WHERE reaction_id IS NOT NULL AND reaction_id NOT IN (SELECT id FROM reactions);
CREATE INDEX reactions_by_site ON reactions (site_id);
CREATE INDEX reactions_by_person ON reactions (person_id);
CREATE TRIGGER reactions_insert_version AFTER INSERT ON reactions BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.site_id;
END;
CREATE TRIGGER reactions_update_version AFTER UPDATE ON reactions BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.site_id;
END;
CREATE TRIGGER reactions_delete_version AFTER DELETE ON reactions BEGIN
    UPDATE sites SET version = version + 1 WHERE id = OLD.site_id;
END;
CREATE TRIGGER people_name_version AFTER UPDATE OF name ON people BEGIN
    UPDATE sites SET version = version + 1
    WHERE id IN (SELECT site_id FROM members WHERE person_id = NEW.id)
        OR id IN (SELECT site_id FROM updates WHERE author_id = NEW.id)
        OR id IN (SELECT site_id FROM wishes WHERE author_id = NEW.id)
        OR id IN (SELECT site_id FROM reactions WHERE person_id = NEW.id);
END;
