-- That words were heard changes nothing that anybody reads on the page: what is kept in memory of it stays true. The name
-- of the second comes after `wishes_count`, since the row of the update comes before the row of the page.
DROP TRIGGER wishes_version ON wishes;
CREATE TRIGGER wishes_version AFTER INSERT OR DELETE ON wishes FOR EACH ROW EXECUTE FUNCTION count_version();
CREATE TRIGGER wishes_version_of_words AFTER UPDATE ON wishes FOR EACH ROW
WHEN (NEW.heard_at IS NOT DISTINCT FROM OLD.heard_at) EXECUTE FUNCTION count_version();
-- Going back, and hearing them again.
CREATE INDEX wishes_at_bedside ON wishes (site_id, id) WHERE withheld IS NULL;
