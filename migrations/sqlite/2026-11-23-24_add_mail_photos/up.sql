-- Whether small photos stand in the mail about an update, or only on the page.
ALTER TABLE sites ADD COLUMN mail_photos BOOLEAN NOT NULL DEFAULT TRUE;
