DROP TRIGGER updates_version ON updates;
DROP TRIGGER wishes_version ON wishes;
DROP TRIGGER reactions_version ON reactions;
DROP TRIGGER people_name_version ON people;
DROP FUNCTION count_version_of_name;
DROP FUNCTION count_version;
ALTER TABLE sites DROP COLUMN version;
