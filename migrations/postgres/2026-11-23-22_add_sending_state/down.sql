DROP INDEX jobs_telling;
CREATE INDEX jobs_by_update ON jobs (update_id);
DROP TABLE installation;
