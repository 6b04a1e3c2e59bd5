-- Reactions to photos too, and nothing about reactions is counted when somebody reads. SQLite cannot change a CHECK, so the
-- table is made anew; what organizers have not been told of yet refers to its rows, and is put back.
CREATE TEMPORARY TABLE kept_notices AS SELECT * FROM notices WHERE reaction_id IS NOT NULL;
DROP TRIGGER people_name_version;
CREATE TABLE new_reactions (
    id BLOB NOT NULL PRIMARY KEY,
    site_id BLOB NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    -- Exactly one of the three.
    update_id BLOB REFERENCES updates (id) ON DELETE CASCADE,
    wish_id BLOB REFERENCES wishes (id) ON DELETE CASCADE,
    photo_id BLOB REFERENCES photos (id) ON DELETE CASCADE,
    -- The same id, whichever it is.
    thing_id BLOB NOT NULL,
    person_id BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- Several kinds by one person on one thing, each once.
    UNIQUE (thing_id, person_id, kind),
    CHECK ((update_id IS NOT NULL) + (wish_id IS NOT NULL) + (photo_id IS NOT NULL) = 1),
    CHECK (thing_id = COALESCE(update_id, wish_id, photo_id))
);
INSERT INTO new_reactions (id, site_id, update_id, wish_id, thing_id, person_id, kind, created_at)
    SELECT id, site_id, update_id, wish_id, COALESCE(update_id, wish_id), person_id, kind, created_at FROM reactions;
DROP TABLE reactions;
ALTER TABLE new_reactions RENAME TO reactions;
INSERT OR IGNORE INTO notices SELECT * FROM kept_notices;
DROP TABLE kept_notices;
CREATE INDEX reactions_by_site ON reactions (site_id);
CREATE INDEX reactions_by_person ON reactions (person_id);
CREATE INDEX reactions_on_update ON reactions (update_id) WHERE update_id IS NOT NULL;
CREATE INDEX reactions_on_wish ON reactions (wish_id) WHERE wish_id IS NOT NULL;
CREATE INDEX reactions_on_photo ON reactions (photo_id) WHERE photo_id IS NOT NULL;

-- Who gave something to a thing, once each, whatever they gave. Kept by triggers alone.
CREATE TABLE reaction_givers (
    thing_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    -- The first reaction that they gave to it: the order in which givers are listed.
    id BLOB NOT NULL,
    -- How many kinds they gave.
    given INTEGER NOT NULL,
    -- Whether they are among the first four, whose names are read with the thing.
    is_named BOOLEAN NOT NULL,
    PRIMARY KEY (thing_id, person_id)
);
CREATE INDEX reaction_givers_in_order ON reaction_givers (thing_id, id);
-- Not partial: beside the key, SQLite would not choose it.
CREATE INDEX reaction_givers_named ON reaction_givers (thing_id, is_named, id);

-- How many of a kind were given to a thing; the empty word counts the people who gave any. Kept by triggers alone.
CREATE TABLE reaction_counts (
    thing_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (thing_id, kind)
);

INSERT INTO reaction_givers (thing_id, person_id, id, given, is_named)
    SELECT thing_id, person_id, first, given, ROW_NUMBER() OVER (PARTITION BY thing_id ORDER BY first) <= 4
    FROM (SELECT thing_id, person_id, MIN(id) AS first, COUNT(*) AS given FROM reactions GROUP BY thing_id, person_id);
INSERT INTO reaction_counts (thing_id, kind, total)
    SELECT thing_id, kind, COUNT(*) FROM reactions GROUP BY thing_id, kind
    UNION ALL SELECT thing_id, '', COUNT(*) FROM reaction_givers GROUP BY thing_id;

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

CREATE TRIGGER reactions_count_insert AFTER INSERT ON reactions BEGIN
    INSERT INTO reaction_counts (thing_id, kind, total) VALUES (NEW.thing_id, NEW.kind, 1)
        ON CONFLICT (thing_id, kind) DO UPDATE SET total = reaction_counts.total + 1;
    INSERT INTO reaction_givers (thing_id, person_id, id, given, is_named)
        VALUES (NEW.thing_id, NEW.person_id, NEW.id, 1,
            (SELECT COUNT(*) FROM reaction_givers g WHERE g.thing_id = NEW.thing_id AND g.is_named = TRUE) < 4)
        ON CONFLICT (thing_id, person_id) DO UPDATE SET given = reaction_givers.given + 1;
END;
CREATE TRIGGER reactions_count_delete AFTER DELETE ON reactions BEGIN
    UPDATE reaction_counts SET total = total - 1 WHERE thing_id = OLD.thing_id AND kind = OLD.kind;
    DELETE FROM reaction_counts WHERE thing_id = OLD.thing_id AND kind = OLD.kind AND total = 0;
    UPDATE reaction_givers SET given = given - 1 WHERE thing_id = OLD.thing_id AND person_id = OLD.person_id;
    DELETE FROM reaction_givers WHERE thing_id = OLD.thing_id AND person_id = OLD.person_id AND given = 0;
END;
-- Two rows that turned out to be one person.
CREATE TRIGGER reactions_count_giver AFTER UPDATE OF person_id ON reactions WHEN NEW.person_id <> OLD.person_id BEGIN
    UPDATE reaction_givers SET given = given - 1 WHERE thing_id = OLD.thing_id AND person_id = OLD.person_id;
    DELETE FROM reaction_givers WHERE thing_id = OLD.thing_id AND person_id = OLD.person_id AND given = 0;
    INSERT INTO reaction_givers (thing_id, person_id, id, given, is_named)
        VALUES (NEW.thing_id, NEW.person_id, NEW.id, 1,
            (SELECT COUNT(*) FROM reaction_givers g WHERE g.thing_id = NEW.thing_id AND g.is_named = TRUE) < 4)
        ON CONFLICT (thing_id, person_id) DO UPDATE SET given = reaction_givers.given + 1;
END;
CREATE TRIGGER reaction_givers_insert AFTER INSERT ON reaction_givers BEGIN
    INSERT INTO reaction_counts (thing_id, kind, total) VALUES (NEW.thing_id, '', 1)
        ON CONFLICT (thing_id, kind) DO UPDATE SET total = reaction_counts.total + 1;
END;
CREATE TRIGGER reaction_givers_delete AFTER DELETE ON reaction_givers BEGIN
    UPDATE reaction_counts SET total = total - 1 WHERE thing_id = OLD.thing_id AND kind = '';
    DELETE FROM reaction_counts WHERE thing_id = OLD.thing_id AND kind = '' AND total = 0;
    -- The next one takes the place among those who are named.
    UPDATE reaction_givers SET is_named = TRUE
        WHERE OLD.is_named AND thing_id = OLD.thing_id AND person_id = (
            SELECT g.person_id FROM reaction_givers g WHERE g.thing_id = OLD.thing_id AND g.is_named = FALSE
            ORDER BY g.id LIMIT 1);
END;
