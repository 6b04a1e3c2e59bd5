-- Counts every change to what can be read on a page. What was read at one version is still so at the same version, which
-- is how a journal is kept in memory without ever being shown stale. Triggers, so that no write can forget it.
ALTER TABLE sites ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
CREATE FUNCTION count_version() RETURNS trigger AS $$
BEGIN
    UPDATE sites SET version = version + 1 WHERE id = COALESCE(NEW.site_id, OLD.site_id);
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER updates_version AFTER INSERT OR UPDATE OR DELETE ON updates FOR EACH ROW EXECUTE FUNCTION count_version();
CREATE TRIGGER wishes_version AFTER INSERT OR UPDATE OR DELETE ON wishes FOR EACH ROW EXECUTE FUNCTION count_version();
CREATE TRIGGER reactions_version AFTER INSERT OR UPDATE OR DELETE ON reactions FOR EACH ROW EXECUTE FUNCTION count_version();
CREATE FUNCTION count_version_of_name() RETURNS trigger AS $$
BEGIN
    UPDATE sites SET version = version + 1
    WHERE id IN (SELECT site_id FROM members WHERE person_id = NEW.id)
        OR id IN (SELECT site_id FROM updates WHERE author_id = NEW.id)
        OR id IN (SELECT site_id FROM wishes WHERE author_id = NEW.id)
        OR id IN (SELECT site_id FROM reactions WHERE person_id = NEW.id);
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER people_name_version AFTER UPDATE OF name ON people FOR EACH ROW EXECUTE FUNCTION count_version_of_name();
