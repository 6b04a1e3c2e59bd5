-- An answer is for whom that is for which it answers, whoever writes it down.
CREATE TRIGGER wishes_inherit_audience AFTER INSERT ON wishes WHEN NEW.answers_id IS NOT NULL BEGIN
    UPDATE wishes SET audience = (SELECT audience FROM wishes WHERE id = NEW.answers_id)
        WHERE id = NEW.id AND audience <> (SELECT audience FROM wishes WHERE id = NEW.answers_id);
END;
CREATE TRIGGER wishes_bequeath_audience AFTER UPDATE OF audience ON wishes WHEN NEW.audience <> OLD.audience BEGIN
    UPDATE wishes SET audience = NEW.audience WHERE answers_id = NEW.id AND audience <> NEW.audience;
END;
