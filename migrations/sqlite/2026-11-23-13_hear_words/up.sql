-- That words were heard changes nothing that anybody reads on the page: what is kept in memory of it stays true.
DROP TRIGGER wishes_update_version;
CREATE TRIGGER wishes_update_version AFTER UPDATE ON wishes WHEN NEW.heard_at IS OLD.heard_at BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.site_id;
END;
-- Going back, and hearing them again.
CREATE INDEX wishes_at_bedside ON wishes (site_id, id) WHERE withheld IS NULL;
