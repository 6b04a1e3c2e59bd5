DROP TRIGGER wishes_book;
DROP INDEX wishes_by_book;
ALTER TABLE wishes DROP COLUMN in_book;
