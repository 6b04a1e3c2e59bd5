DROP TABLE thanked;
DROP TABLE thanks;
DROP INDEX notices_by_report;
DELETE FROM notices WHERE report_id IS NOT NULL;
ALTER TABLE notices DROP COLUMN report_id;
ALTER TABLE members DROP COLUMN news_through;
DROP INDEX wishes_by_author_on_page;
ALTER TABLE wishes DROP COLUMN kept_at;
DROP TABLE reports;
