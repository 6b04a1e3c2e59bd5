-- What becomes of words: who they are for, what they answer, and why they are not shown, where they are not.
ALTER TABLE wishes ADD COLUMN photo_id BLOB REFERENCES photos (id) ON DELETE CASCADE;
-- What it answers: a wish or a comment, never an answer. It has the same update_id or photo_id.
ALTER TABLE wishes ADD COLUMN answers_id BLOB REFERENCES wishes (id) ON DELETE CASCADE;
-- everyone who may read the page; person: the one it is about, and organizers; organizers.
ALTER TABLE wishes ADD COLUMN audience TEXT NOT NULL DEFAULT 'everyone';
-- NULL: it is shown. Otherwise why not.
ALTER TABLE wishes ADD COLUMN withheld TEXT;
ALTER TABLE wishes ADD COLUMN edited_at INTEGER;
-- When it was heard at the bedside.
ALTER TABLE wishes ADD COLUMN heard_at INTEGER;
-- The language that it is read aloud in (BCP 47), where that is known.
ALTER TABLE wishes ADD COLUMN language TEXT;
-- A photo on a wish.
ALTER TABLE photos ADD COLUMN wish_id BLOB REFERENCES wishes (id) ON DELETE CASCADE;
ALTER TABLE photos ADD COLUMN comment_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE wishes ADD COLUMN answer_count INTEGER NOT NULL DEFAULT 0;
UPDATE wishes SET withheld = 'blocked' WHERE hidden_at IS NOT NULL;
ALTER TABLE wishes DROP COLUMN hidden_at;

DROP INDEX wishes_on_page;
DROP INDEX wishes_on_update;
CREATE INDEX wishes_on_page ON wishes (site_id, id)
    WHERE update_id IS NULL AND photo_id IS NULL AND answers_id IS NULL AND withheld IS NULL AND audience = 'everyone';
CREATE INDEX wishes_on_update ON wishes (update_id, id) WHERE answers_id IS NULL;
CREATE INDEX wishes_of_update ON wishes (update_id);
CREATE INDEX wishes_on_photo ON wishes (photo_id, id);
CREATE INDEX wishes_answering ON wishes (answers_id, id);
CREATE INDEX wishes_withheld ON wishes (site_id, id) WHERE withheld IS NOT NULL;
CREATE INDEX wishes_in_private ON wishes (site_id, id) WHERE audience <> 'everyone';
CREATE INDEX wishes_unheard ON wishes (site_id, id) WHERE heard_at IS NULL AND withheld IS NULL;
CREATE INDEX photos_of_wish ON photos (wish_id);

-- How a page wants to be encouraged; a page without a row has the defaults of the program.
CREATE TABLE manners (
    site_id BLOB NOT NULL PRIMARY KEY REFERENCES sites (id) ON DELETE CASCADE,
    -- Words with spaces between: the reactions besides the heart.
    reactions TEXT NOT NULL,
    prompts BOOLEAN NOT NULL,
    hints BOOLEAN NOT NULL,
    -- Whether the first words of new people wait for an organizer.
    holds_new BOOLEAN NOT NULL,
    -- NULL: well wishes are open. Otherwise since when not, and the sentence that says so.
    closed_at INTEGER,
    closed_words TEXT,
    -- A line each.
    unwanted_words TEXT NOT NULL,
    updated_at INTEGER NOT NULL
);

-- Since when the page is in loving memory, and whether it has a book of condolence.
ALTER TABLE sites ADD COLUMN memorial_at INTEGER;
ALTER TABLE sites ADD COLUMN has_condolences BOOLEAN NOT NULL DEFAULT FALSE;
-- NULL: comments on the update are open.
ALTER TABLE updates ADD COLUMN comments_closed_at INTEGER;
ALTER TABLE updates ADD COLUMN comments_closed_words TEXT;
-- How many hours lie between two gathered mails at least, and whether others see by name what they have read.
ALTER TABLE members ADD COLUMN gathers_hours INTEGER NOT NULL DEFAULT 1;
ALTER TABLE members ADD COLUMN shows_reading BOOLEAN NOT NULL DEFAULT FALSE;

-- Who has had an update on their screen.
CREATE TABLE readings (
    update_id BLOB NOT NULL REFERENCES updates (id) ON DELETE CASCADE,
    member_id BLOB NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (update_id, member_id)
);
CREATE INDEX readings_by_member ON readings (member_id);

-- How many there are is kept with what they are about, so that nobody counts them. They fire before the version's, since
-- the row of the update comes before the row of the page.
UPDATE updates SET comment_count = (SELECT COUNT(*) FROM wishes WHERE update_id = updates.id AND withheld IS NULL);
CREATE TRIGGER wishes_count_insert AFTER INSERT ON wishes
WHEN NEW.withheld IS NULL AND NEW.audience = 'everyone' BEGIN
    UPDATE wishes SET answer_count = answer_count + 1 WHERE id = NEW.answers_id;
    UPDATE updates SET comment_count = comment_count + 1 WHERE id = NEW.update_id AND NEW.answers_id IS NULL;
    UPDATE photos SET comment_count = comment_count + 1 WHERE id = NEW.photo_id AND NEW.answers_id IS NULL;
END;
CREATE TRIGGER wishes_count_update AFTER UPDATE OF withheld, audience ON wishes
WHEN (NEW.withheld IS NULL AND NEW.audience = 'everyone') <> (OLD.withheld IS NULL AND OLD.audience = 'everyone') BEGIN
    UPDATE wishes SET answer_count = answer_count + iif(NEW.withheld IS NULL AND NEW.audience = 'everyone', 1, -1)
        WHERE id = NEW.answers_id;
    UPDATE updates SET comment_count = comment_count + iif(NEW.withheld IS NULL AND NEW.audience = 'everyone', 1, -1)
        WHERE id = NEW.update_id AND NEW.answers_id IS NULL;
    UPDATE photos SET comment_count = comment_count + iif(NEW.withheld IS NULL AND NEW.audience = 'everyone', 1, -1)
        WHERE id = NEW.photo_id AND NEW.answers_id IS NULL;
END;
CREATE TRIGGER wishes_count_delete AFTER DELETE ON wishes
WHEN OLD.withheld IS NULL AND OLD.audience = 'everyone' BEGIN
    UPDATE wishes SET answer_count = answer_count - 1 WHERE id = OLD.answers_id;
    UPDATE updates SET comment_count = comment_count - 1 WHERE id = OLD.update_id AND OLD.answers_id IS NULL;
    UPDATE photos SET comment_count = comment_count - 1 WHERE id = OLD.photo_id AND OLD.answers_id IS NULL;
END;
CREATE TRIGGER manners_insert_version AFTER INSERT ON manners BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.site_id;
END;
CREATE TRIGGER manners_update_version AFTER UPDATE ON manners BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.site_id;
END;
CREATE TRIGGER sites_memorial_version AFTER UPDATE OF memorial_at, has_condolences ON sites BEGIN
    UPDATE sites SET version = version + 1 WHERE id = NEW.id;
END;
