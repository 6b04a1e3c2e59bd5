CREATE INDEX jobs_due ON jobs (run_at, id) WHERE state = 'queued';
DROP INDEX jobs_due_by_kind;
ALTER TABLE members DROP COLUMN links_generation;
