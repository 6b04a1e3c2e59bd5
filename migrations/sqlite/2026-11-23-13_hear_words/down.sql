DROP INDEX wishes_at_bedside;
DROP TRIGGER wishes_update_version;
CREATE TRIGGER wishes_update_version AFTER UPDATE ON wishes BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.site_id;
END;
