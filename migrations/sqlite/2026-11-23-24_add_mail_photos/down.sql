ALTER TABLE sites DROP COLUMN mail_photos;
