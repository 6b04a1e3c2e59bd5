-- Reactions to photos too, and nothing about reactions is counted when somebody reads.
ALTER TABLE reactions ADD COLUMN photo_id BYTEA REFERENCES photos (id) ON DELETE CASCADE;
-- The id of the update, the wish or the photo, whichever it is.
ALTER TABLE reactions ADD COLUMN thing_id BYTEA;
UPDATE reactions SET thing_id = COALESCE(update_id, wish_id);
ALTER TABLE reactions ALTER COLUMN thing_id SET NOT NULL;
ALTER TABLE reactions DROP CONSTRAINT reactions_check;
ALTER TABLE reactions DROP CONSTRAINT reactions_update_id_person_id_kind_key;
ALTER TABLE reactions DROP CONSTRAINT reactions_wish_id_person_id_kind_key;
-- Several kinds by one person on one thing, each once.
ALTER TABLE reactions ADD UNIQUE (thing_id, person_id, kind);
ALTER TABLE reactions ADD CHECK (num_nonnulls(update_id, wish_id, photo_id) = 1);
ALTER TABLE reactions ADD CHECK (thing_id = COALESCE(update_id, wish_id, photo_id));
CREATE INDEX reactions_on_update ON reactions (update_id) WHERE update_id IS NOT NULL;
CREATE INDEX reactions_on_wish ON reactions (wish_id) WHERE wish_id IS NOT NULL;
CREATE INDEX reactions_on_photo ON reactions (photo_id) WHERE photo_id IS NOT NULL;

-- Who gave something to a thing, once each, whatever they gave. Kept by triggers alone.
CREATE TABLE reaction_givers (
    thing_id BYTEA NOT NULL,
    person_id BYTEA NOT NULL,
    -- The first reaction that they gave to it: the order in which givers are listed.
    id BYTEA NOT NULL,
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
    thing_id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (thing_id, kind)
);

INSERT INTO reaction_givers (thing_id, person_id, id, given, is_named)
    SELECT thing_id, person_id, first, given, ROW_NUMBER() OVER (PARTITION BY thing_id ORDER BY first) <= 4
    -- There is no MIN of bytes before PostgreSQL 18.
    FROM (SELECT thing_id, person_id, (ARRAY_AGG(id ORDER BY id))[1] AS first, COUNT(*) AS given
          FROM reactions GROUP BY thing_id, person_id) AS givers;
INSERT INTO reaction_counts (thing_id, kind, total)
    SELECT thing_id, kind, COUNT(*) FROM reactions GROUP BY thing_id, kind
    UNION ALL SELECT thing_id, '', COUNT(*) FROM reaction_givers GROUP BY thing_id;

CREATE FUNCTION count_reactions() RETURNS trigger AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE reaction_counts SET total = total - 1 WHERE thing_id = OLD.thing_id AND kind = OLD.kind;
        DELETE FROM reaction_counts WHERE thing_id = OLD.thing_id AND kind = OLD.kind AND total = 0;
        UPDATE reaction_givers SET given = given - 1 WHERE thing_id = OLD.thing_id AND person_id = OLD.person_id;
        DELETE FROM reaction_givers WHERE thing_id = OLD.thing_id AND person_id = OLD.person_id AND given = 0;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO reaction_counts (thing_id, kind, total) VALUES (NEW.thing_id, NEW.kind, 1)
            ON CONFLICT (thing_id, kind) DO UPDATE SET total = reaction_counts.total + 1;
        INSERT INTO reaction_givers (thing_id, person_id, id, given, is_named)
            VALUES (NEW.thing_id, NEW.person_id, NEW.id, 1,
                (SELECT COUNT(*) FROM reaction_givers g WHERE g.thing_id = NEW.thing_id AND g.is_named = TRUE) < 4)
            ON CONFLICT (thing_id, person_id) DO UPDATE SET given = reaction_givers.given + 1;
    END IF;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
-- Triggers fire by their names: this one after `reactions_version`, which has taken the page's row, so that nobody else
-- counts on this page meanwhile and nobody waits the other way round.
CREATE TRIGGER reactions_version_then_counts AFTER INSERT OR UPDATE OF person_id OR DELETE ON reactions
FOR EACH ROW EXECUTE FUNCTION count_reactions();
CREATE FUNCTION count_givers() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO reaction_counts (thing_id, kind, total) VALUES (NEW.thing_id, '', 1)
            ON CONFLICT (thing_id, kind) DO UPDATE SET total = reaction_counts.total + 1;
    ELSE
        UPDATE reaction_counts SET total = total - 1 WHERE thing_id = OLD.thing_id AND kind = '';
        DELETE FROM reaction_counts WHERE thing_id = OLD.thing_id AND kind = '' AND total = 0;
        -- The next one takes the place among those who are named.
        IF OLD.is_named THEN
            UPDATE reaction_givers SET is_named = TRUE
                WHERE thing_id = OLD.thing_id AND person_id = (
                    SELECT g.person_id FROM reaction_givers g WHERE g.thing_id = OLD.thing_id AND g.is_named = FALSE
                    ORDER BY g.id LIMIT 1);
        END IF;
    END IF;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER reaction_givers_count AFTER INSERT OR DELETE ON reaction_givers
FOR EACH ROW EXECUTE FUNCTION count_givers();
