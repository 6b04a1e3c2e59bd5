DROP TRIGGER photos_discarded ON photos;
DROP TRIGGER photos_version ON photos;
DROP TRIGGER albums_version ON albums;
DROP TABLE discarded_photos;
DROP TABLE photos;
DROP TABLE albums;
ALTER TABLE sites DROP COLUMN photo_count;
DROP FUNCTION discard_photo;
DROP FUNCTION count_version_of_photos;
