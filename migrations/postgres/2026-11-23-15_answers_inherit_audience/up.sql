-- An answer is for whom that is for which it answers, whoever writes it down.
CREATE FUNCTION inherit_audience() RETURNS trigger AS $$
BEGIN
    SELECT audience INTO NEW.audience FROM wishes WHERE id = NEW.answers_id;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER wishes_inherit_audience BEFORE INSERT ON wishes
FOR EACH ROW WHEN (NEW.answers_id IS NOT NULL) EXECUTE FUNCTION inherit_audience();
CREATE FUNCTION bequeath_audience() RETURNS trigger AS $$
BEGIN
    UPDATE wishes SET audience = NEW.audience WHERE answers_id = NEW.id AND audience <> NEW.audience;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER wishes_bequeath_audience AFTER UPDATE OF audience ON wishes
FOR EACH ROW WHEN (NEW.audience IS DISTINCT FROM OLD.audience) EXECUTE FUNCTION bequeath_audience();
