DROP TRIGGER wishes_book ON wishes;
DROP FUNCTION put_in_book;
DROP INDEX wishes_by_book;
ALTER TABLE wishes DROP COLUMN in_book;
