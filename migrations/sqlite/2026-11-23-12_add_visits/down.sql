DROP TRIGGER members_visitor_update;
DROP TRIGGER members_visitor_insert;
DROP INDEX mail_tokens_by_wish;
DELETE FROM mail_tokens WHERE wish_id IS NOT NULL;
ALTER TABLE mail_tokens DROP COLUMN wish_id;
DROP TABLE refusals;
-- Nobody has shown yet that these are theirs.
DELETE FROM wishes WHERE withheld = 'unconfirmed';
DROP TABLE visits;
ALTER TABLE wishes DROP COLUMN by_visitor;
