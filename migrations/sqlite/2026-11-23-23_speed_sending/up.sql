-- Links in mail are signed and not stored. What was signed before this was last counted up opens nothing.
ALTER TABLE members ADD COLUMN links_generation INTEGER NOT NULL DEFAULT 0;

-- What is due is looked for by its kind: ten thousand deliveries are no obstacle to a mail that somebody waits for.
CREATE INDEX jobs_due_by_kind ON jobs (kind, run_at, id) WHERE state = 'queued';
DROP INDEX jobs_due;
