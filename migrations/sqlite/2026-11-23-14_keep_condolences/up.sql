-- Whether a well wish was left in the book of condolence. It is said of the wish itself, so that a page which is in loving
-- memory, then is not, and then is again, has the same words in its book. A trigger, so that no way of leaving words can
-- forget it.
ALTER TABLE wishes ADD COLUMN in_book BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX wishes_by_book ON wishes (site_id, in_book, id)
    WHERE update_id IS NULL AND photo_id IS NULL AND answers_id IS NULL AND withheld IS NULL AND audience = 'everyone';
CREATE TRIGGER wishes_book AFTER INSERT ON wishes
WHEN NEW.update_id IS NULL AND NEW.photo_id IS NULL AND NEW.answers_id IS NULL
    AND EXISTS (SELECT 1 FROM sites WHERE id = NEW.site_id AND memorial_at IS NOT NULL AND has_condolences) BEGIN
    UPDATE wishes SET in_book = TRUE WHERE id = NEW.id;
END;
