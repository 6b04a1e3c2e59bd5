-- Counts every change to what can be read on a page. What was read at one version is still so at the same version, which
-- is how a journal is kept in memory without ever being shown stale. Triggers, so that no write can forget it.
ALTER TABLE sites ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER updates_insert_version AFTER INSERT ON updates BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.site_id;
END;
CREATE TRIGGER updates_update_version AFTER UPDATE ON updates BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.site_id;
END;
CREATE TRIGGER updates_delete_version AFTER DELETE ON updates BEGIN
    UPDATE sites SET version = version + 1 WHERE id = OLD.site_id;
END;
CREATE TRIGGER wishes_insert_version AFTER INSERT ON wishes BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.site_id;
END;
CREATE TRIGGER wishes_update_version AFTER UPDATE ON wishes BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.site_id;
END;
CREATE TRIGGER wishes_delete_version AFTER DELETE ON wishes BEGIN
    UPDATE sites SET version = version + 1 WHERE id = OLD.site_id;
END;
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
