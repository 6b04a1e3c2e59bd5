DROP INDEX wishes_at_bedside;
DROP TRIGGER wishes_version_of_words ON wishes;
DROP TRIGGER wishes_version ON wishes;
CREATE TRIGGER wishes_version AFTER INSERT OR UPDATE OR DELETE ON wishes FOR EACH ROW EXECUTE FUNCTION count_version();
