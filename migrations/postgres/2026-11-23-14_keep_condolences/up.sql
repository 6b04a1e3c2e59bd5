-- Whether a well wish was left in the book of condolence. It is said of the wish itself, so that a page which is in loving
-- memory, then is not, and then is again, has the same words in its book. A trigger, so that no way of leaving words can
-- forget it.
ALTER TABLE wishes ADD COLUMN in_book BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX wishes_by_book ON wishes (site_id, in_book, id)
    WHERE update_id IS NULL AND photo_id IS NULL AND answers_id IS NULL AND withheld IS NULL AND audience = 'everyone';
CREATE FUNCTION put_in_book() RETURNS trigger AS $$
BEGIN
    NEW.in_book := NEW.update_id IS NULL AND NEW.photo_id IS NULL AND NEW.answers_id IS NULL
        AND EXISTS (SELECT 1 FROM sites WHERE id = NEW.site_id AND memorial_at IS NOT NULL AND has_condolences);
    RETURN NEW;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER wishes_book BEFORE INSERT ON wishes FOR EACH ROW EXECUTE FUNCTION put_in_book();
